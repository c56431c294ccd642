"""How a clause's parts are asked for: each way yields questions and where their answers stand."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.fitting.made_adjuncts import adjuncts
from index.fitting.made_asked import Asked, span_of
from index.fitting.made_clauses import TURNING, Clause, clauses
from index.fitting.made_nouns import (
    countries,
    is_company,
    is_human,
    person_or_thing,
)
from index.fitting.made_phrases import is_vague, named, phrase
from index.fitting.made_roles import roles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from spacy.tokens import Doc, Token

SAYING: Final = frozenset(
    {"say", "tell", "claim", "warn", "argue", "insist", "write", "explain", "announce", "add"}
    | {"note", "report", "confirm", "believe"}
)
_DONE_TO_BODIES: Final = frozenset(
    {"found", "create", "establish", "form", "buy", "acquire", "own", "run", "join"}
    | {"launch", "build", "sell", "enter", "leave", "use", "start", "set", "read"}
    | {"watch", "publish", "write", "release", "develop", "make", "hold", "sign"}
)


def asked_of(doc: Doc, random: Random) -> Iterator[Asked]:
    """Ask what a parsed sentence answers; ``random`` chooses what is left out."""
    yield from roles(doc)
    for clause in clauses(doc):
        all_ways = (_subject, _objects, adjuncts, _by_whom, _numbers, _what_is)
        objects = any(part.dep_ == "dobj" for part in clause.parts)
        says = clause.reports or (clause.verb.lemma_ in SAYING and not objects)
        for ask in (_said,) if says else all_ways:
            yield from ask(clause, random)


def _subject(clause: Clause, random: Random) -> Iterator[Asked]:
    """Who unveiled the phone in September?"""
    head = clause.subject
    attribute = next((part for part in clause.parts if part.dep_ == "attr"), None)
    if attribute is not None and attribute.left_edge.lower_ != "the":
        return
    word = _subject_word(clause, attribute)
    plural = any(child.dep_ == "conj" for child in head.children)
    if word is None or (plural and word != "who") or clause.copula_without_complement:
        return
    rest = clause.said(random, keep=2)
    if not rest or phrase(head, clause.verb) is None:
        return
    removed = span_of(clause.verb) if clause.relative else None
    yield Asked(f"{word} {clause.after_subject(rest)}", _name_span(head), word.split()[0], removed)


def _subject_word(clause: Clause, attribute: Token | None) -> str | None:
    """Choose the question word for a subject; None where it isn't sure."""
    head = clause.subject
    word = person_or_thing(head)
    if head.ent_type_ == "ORG":
        numbered = any(c.isdigit() for c in phrase(head) or "")
        word = "which company" if is_company(head) else "what" if numbered else "who"
    elif head.ent_type_ == "GPE":
        word = "which country" if phrase(head) in countries() else None
    elif word is None and head.pos_ == "NOUN" and not head.ent_type_ and not is_human(head):
        stands_alone = not is_vague(head, clause.verb)
        word = "what" if clause.verb.lemma_ not in SAYING and stands_alone else None
    thing = attribute is not None and not is_human(attribute)
    if word == "who" and (thing or (clause.relative and clause.of_things)):
        return "what" if head.ent_type_ == "ORG" else None
    return word


def _objects(clause: Clause, random: Random) -> Iterator[Asked]:
    """What did Apple unveil in September?"""
    for part in clause.parts:
        if part.dep_ != "dobj" or part.pos_ not in {"NOUN", "PROPN"} or part.lemma_ == "%":
            continue
        if clause.verb.lemma_ in {"have", "take", "make", "give", "get", "do", "lead", "play"}:
            continue
        label = part.ent_type_
        kind = "what"
        if label == "MONEY":
            word = kind = "how much"
        elif label in {"PERSON", "ORG"}:
            thing = clause.verb.lemma_ in _DONE_TO_BODIES or " of " in (phrase(part) or "")
            word = kind = "what" if label == "ORG" and thing else "who"
            if label == "PERSON" and person_or_thing(part) is None:
                continue
        elif label in {"", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"} and not is_human(part):
            word = "what"
            if len(list(part.subtree)) < 2:
                continue
        else:
            continue
        rest = clause.said(random, without=part)
        asked = clause.inverted(word, rest)
        if asked:
            yield Asked(asked, span_of(part), "money" if kind == "how much" else kind)


def _by_whom(clause: Clause, random: Random) -> Iterator[Asked]:
    """Who founded the company? — from "it was founded by", where both verb forms are the same."""
    if len(clause.auxiliaries) != 1 or not clause.verb.lower_.endswith("ed"):
        return
    if clause.auxiliaries[0].lower_ not in {"was", "were"} or is_vague(clause.subject, clause.verb):
        return
    for part in clause.parts:
        inner = next((child for child in part.children if child.dep_ == "pobj"), None)
        if part.dep_ != "agent" or inner is None or inner.ent_type_ not in {"PERSON", "ORG"}:
            continue
        subject, rest = phrase(clause.subject, clause.verb), clause.said(random, without=part)
        if subject and rest is not None:
            asked = " ".join(["who", clause.verb.text, subject, *rest])
            yield Asked(asked, span_of(inner), "who", span_of(part))


def _numbers(clause: Clause, random: Random) -> Iterator[Asked]:
    """How many people were killed?"""
    for part in (clause.subject, *clause.parts):
        inner = part
        if part.dep_ == "prep":
            inner = next((child for child in part.children if child.dep_ == "pobj"), part)
        number = next((c for c in inner.children if c.dep_ == "nummod"), None)
        if number is None or number.ent_type_ != "CARDINAL" or inner.tag_ != "NNS":
            continue
        if inner.left_edge != number.left_edge or number.lower_ == "one":
            continue
        counted = phrase(inner, leave=number)
        placed = any(c.dep_ != "prep" or c.lower_ != "of" for c in inner.rights)
        if placed and part is not clause.subject:
            continue
        if counted is None or " and " in counted or "," in counted or len(counted.split()) > 5:
            continue
        word = f"how many {counted}"
        if part is clause.subject:
            rest = clause.said(random, keep=1)
            asked = f"{word} {clause.after_subject(rest, plural=True)}" if rest else ""
        else:
            rest = clause.said(random, without=part)
            before = f"{part.lower_} " if inner is not part else ""
            asked = clause.inverted(f"{before}{word}", rest)
        if asked:
            yield Asked(asked, span_of(number), "number", span_of(number))


def _said(clause: Clause, _random: Random) -> Iterator[Asked]:
    """What did X say about Y?"""
    if clause.verb.lemma_ not in SAYING or not clause.subject.ent_type_:
        return
    for said in clause.verb.children:
        if said.dep_ != "ccomp":
            continue
        about = next((c for c in said.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        if about is None or not named(about) or about.left_edge.lower_ in TURNING:
            continue
        topic = phrase(about)
        if topic is None or len(topic.split()) > 6:
            continue
        asked = clause.inverted("what", [], verb="say")
        if asked:
            yield Asked(f"{asked} about {topic}", span_of(said), "said")


def _what_is(clause: Clause, _random: Random) -> Iterator[Asked]:
    """Who was X? What is Y?"""
    if clause.verb.lemma_ != "be" or clause.auxiliaries or not named(clause.subject):
        return
    attribute = next((part for part in clause.parts if part.dep_ == "attr"), None)
    if attribute is None or clause.subject.ent_type_ not in {"PERSON", "ORG", "PRODUCT", "LOC"}:
        return
    if attribute.left_edge.lower_ not in {"a", "an"} or len(list(attribute.subtree)) < 4:
        return
    word = person_or_thing(clause.subject)
    if word is None and clause.subject.ent_type_ != "PERSON":
        word = "what"
    if word is None:
        return
    asked = clause.inverted(word, [])
    if asked:
        yield Asked(asked, span_of(attribute), "what is")


def _name_span(head: Token) -> tuple[int, int]:
    """Return where a part stands, without what hangs on it behind a comma."""
    start, end = span_of(head)
    text = phrase(head, next((c for c in head.children if c.dep_ == "relcl"), None))
    return (
        (start, start + len(text))
        if text and head.doc.text.startswith(text, start)
        else (start, end)
    )
