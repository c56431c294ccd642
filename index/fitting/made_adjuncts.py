"""How an adjunct is asked for: when, where, how long, why, with whom (library: spaCy)."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.fitting.made_asked import Asked, span_of
from index.fitting.made_phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from spacy.tokens import Token

    from index.fitting.made_clauses import Clause

PLACE_PREPOSITIONS: Final = frozenset({"in", "at", "near", "outside", "inside"})
TIME_PREPOSITIONS: Final = frozenset({"in", "on", "at", "during"})
STRANDED: Final = frozenset({"with", "against", "for", "to", "by"})
_POINT_IN_TIME: Final = re.compile(
    r"\b(?:1\d{3}|20\d{2}|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today"
    r"|yesterday|tomorrow|last|next|century|spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_DURATION: Final = re.compile(
    r"(?:(?:more|less|fewer) than |nearly |about |almost |at least |over |only |just |up to )?"
    r"(?:\d+|an?|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|a few)\b.*"
    r"(?:second|minute|hour|day|night|week|month|season|year|decade|centur)\w*",
    re.IGNORECASE,
)


def adjuncts(clause: Clause, random: Random) -> Iterator[Asked]:
    """When, where, how long, why, with whom: an adjunct is asked for, and may go."""
    for part in clause.all_parts:
        found = _adjunct_word(part)
        if found is None:
            continue
        word, kind, stranded = found
        if kind in {"where", "who"} and clause.copula_without_complement:
            continue
        rest = clause.said(random, without=part, alike=kind)
        asked = clause.inverted(word, rest)
        if not asked:
            continue
        removed = span_of(part)
        if kind in {"when", "how long"} and _another_time(part):
            removed = None
        answer = span_of(next(part.children)) if stranded else span_of(part)
        yield Asked(f"{asked} {stranded}", answer, kind, removed)


def _adjunct_word(part: Token) -> tuple[str, str, str] | None:  # noqa: PLR0911  one an adjunct
    """Return question word, kind and the preposition that stays, of an adjunct."""
    if part.dep_ == "npadvmod" and part.ent_type_ == "DATE" and _is_point(part):
        return "when", "when", ""
    if part.left_edge.lower_ in {"because", "due"} and part.dep_ in {"advcl", "prep"}:
        return "why", "why", ""
    inner = next((child for child in part.children if child.dep_ == "pobj"), None)
    if part.dep_ not in {"prep", "agent"} or inner is None:
        return None
    word, label = part.lower_, inner.ent_type_
    if word in TIME_PREPOSITIONS and label == "DATE" and _is_point(inner):
        year = re.fullmatch(r"\d{4}", phrase(inner) or "")
        return "in what year" if year else "when", "when", ""
    if word in PLACE_PREPOSITIONS and label in {"GPE", "LOC", "FAC"}:
        return "where", "where", ""
    if word == "for" and _DURATION.fullmatch(phrase(inner) or ""):
        return "how long", "how long", ""
    if word == "for" and label == "MONEY":
        return "how much", "money", "for"
    if word in STRANDED and (label == "PERSON" or (word in {"by", "with"} and label == "ORG")):
        return "who", "who", word
    return None


def _is_point(token: Token) -> bool:
    return bool(_POINT_IN_TIME.search(phrase(token) or ""))


def _another_time(part: Token) -> bool:
    start, end = span_of(part)
    return any(
        ent.label_ in {"DATE", "TIME"} and not start <= ent.start_char < end
        for ent in part.doc.ents
    )
