"""Whether two quotes say the same, and whether two passages tell one story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.text.denying import negates
from index.text.terms import terms

if TYPE_CHECKING:
    from index.records import Passage

COPIED: Final = 0.9
"""A sentence with this share of its words in another is a copy of it; set by hand, and high.

A copy shown twice is a smaller fault than another fact not shown.
"""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a text says, for comparison: its stems, those of names and numbers, and negation."""

    stems: frozenset[str]
    names: frozenset[str]
    negates: bool


def saying(text: str) -> Saying:
    """Read a text. Its first word counts as a name only with a digit or a second capital."""
    found = terms(text)
    return Saying(
        stems=frozenset(term.stem for term in found),
        names=frozenset(
            term.stem
            for number, term in enumerate(found)
            if term.name and (number or not term.word.istitle())
        ),
        negates=negates(text),
    )


def adds_nothing(new: Saying, known: Saying) -> bool:
    """Say whether a text is a copy or a near copy of what is known, or of a part of it.

    One name or number more makes it another fact; so does a denial.
    """
    if new.negates != known.negates or not new.names <= known.stems:
        return False
    return len(new.stems & known.stems) >= COPIED * len(new.stems)


def one_story(one: Passage, other: Passage) -> bool:
    """Say whether two passages tell one story, as far as their source says.

    They do with the title and the outlet in common; without titles, in one file with one lead.
    """
    mine, theirs = one.metadata, other.metadata
    if mine.title or theirs.title:
        return (mine.title, mine.outlet) == (theirs.title, theirs.outlet)
    if one.place.path != other.place.path:
        return False
    # A story's first passage has no lead of its own, and may be only the beginning of the lead.
    lead, known = one.context or one.text, other.context or other.text
    return lead.startswith(known) or known.startswith(lead)
