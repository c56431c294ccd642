"""How a role that stands beside a name is asked for, and an age (library: spaCy)."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.fitting.made_asked import Asked, span_of
from index.fitting.made_nouns import is_role
from index.fitting.made_phrases import named, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc
    from spacy.tokens import Span as Entity

_OFFICES: Final = frozenset(
    {"president", "ceo", "cfo", "coo", "minister", "chancellor", "chief", "captain"}
    | {"coach", "manager", "chairman", "chairwoman", "chair", "founder", "governor"}
    | {"mayor", "secretary", "director", "king", "queen", "emperor", "pope"}
    | {"commissioner", "leader", "ambassador", "speaker", "owner", "boss", "head"}
)


def roles(doc: Doc) -> Iterator[Asked]:
    """Who is the president of Y? How old is X?"""
    for ent in doc.ents:
        if ent.label_ == "PERSON":
            yield from _apposed(ent)
            yield from _titled(ent)


def _apposed(person: Entity) -> Iterator[Asked]:
    """Ask for what stands behind a person's name, between commas: age, or role."""
    for child in person.root.children:
        if child.dep_ != "appos":
            continue
        aged = child.left_edge.nbor(-1).text == "," if child.left_edge.i else False
        if aged and child.text.isdigit() and 5 < int(child.text) < 110:
            yield Asked(f"how old is {person.text}", span_of(child), "number", span_of(child))
            continue
        role = phrase(child)
        if role and child.pos_ == "NOUN" and named(child) and is_role(child):
            bare = child.left_edge.pos_ not in {"DET", "PROPN"}
            asked = f"who is {'the ' if bare else ''}{role}"
            yield Asked(asked, (person.start_char, person.end_char), "role", span_of(child))


def _titled(person: Entity) -> Iterator[Asked]:
    """Ask for the holder of an office that stands before the name: Apple CEO Tim Cook."""
    doc = person.doc
    before = next((e for e in doc.ents if 0 < person.start - e.end <= 2), None)
    if before is None or before.label_ not in {"ORG", "GPE", "NORP"}:
        return
    office = doc[before.end : person.start]
    joined = all(t.head == person.root and t.dep_ == "compound" for t in office)
    if not joined or office[-1].lower_ not in _OFFICES:
        return
    if before.start and doc[before.start - 1].dep_ in {"amod", "det", "compound"}:
        return
    name = before.text.removeprefix("the ")
    removed = (before.start_char, person.start_char)
    answer = (person.start_char, person.end_char)
    article = "" if name.endswith(("'s", "’s")) else "the "
    yield Asked(f"who is {article}{name} {office.text}", answer, "role", removed)
