"""A question after another: what it leans on is searched for with it.

"And when did he say that?" is searched for with the names and the words of the question before it
and the names in the first quote of its answer. Pure, and deterministic: nothing is guessed about
what a pronoun means; what was spoken of is all searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from index.questions.leaning import leaning, names_in
from index.questions.phrasing import without_measure
from index.records import Verdict
from index.text.terms import stems, terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.records import Answer

MOST_NAMES: Final = 3
MOST_QUOTED: Final = 2
MOST_WORDS: Final = 4
MOST: Final = 6
LONGEST: Final = 900
"""A question is not made longer than that: /ask takes 1,000 characters."""

_OPERATOR: Final = re.compile(r"(?<!\S)-?\w+:(?:\"[^\"]*\"|\S+)|(?<!\S)-\S+|[\"“”]")
_CALENDAR: Final = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May"
    " June July August September October November December"
)


@dataclass(frozen=True, slots=True)
class Before:
    """What was asked before, as it was searched for, and the first quote of its answer, if any."""

    question: str
    quote: str = ""


def followed(question: str, before: Before | None) -> str:
    """Return what to search for: the question as it is, where it stands alone or is the first."""
    if before is None:
        return question
    leans = leaning(question)
    if leans is None:
        return question
    asked = " ".join(_OPERATOR.sub(" ", before.question).split())
    if leans.instead and (other := _instead(asked, leans.instead)):
        return other
    # Where something else is asked about, the answer's names are not the topic.
    quote = "" if leans.instead else before.quote
    more = _topic(asked, quote, set(stems(question)))
    searched = f"{question.rstrip()} {', '.join(more)}" if more else question
    return searched if len(searched) <= LONGEST else question


def after(answer: Answer) -> Before:
    """Return what a question that comes after this answer may lean on."""
    found = answer.verdict is Verdict.ANSWERED and answer.quotes
    return Before(answer.question, found[0].text if found else "")


def note(question: str, searched: str) -> tuple[str, ...]:
    """Say what is searched for, where it is not what was asked."""
    return () if searched == question else (f"Searching: {searched}",)


def _instead(asked: str, other: str) -> str:
    """Ask the question of something else: the first of its names becomes the other, the rest go."""
    names = names_in(asked)
    if not names:
        return ""
    written, at = "", 0
    for i, (start, end) in enumerate(names):
        written += asked[at:start] + (other if i == 0 else "")
        at = end
    tidy = re.sub(r"\s+(?=[?.!,;])|,(?=\s*(?:,|$))", "", " ".join((written + asked[at:]).split()))
    return tidy if len(tidy) <= LONGEST else ""


def _topic(asked: str, quote: str, known: set[str]) -> list[str]:
    """List what was spoken of and is not known: what the question names, the quote, other words."""
    names = [asked[start:end] for start, end in names_in(asked)]
    inside = set(stems(" ".join(names)))
    quoted = [quote[start:end] for start, end in names_in(quote)]
    others = [each for each in quoted if not set(stems(each)) & (inside | _calendar())]
    words = [term.word for term in terms(without_measure(asked)) if term.stem not in inside]
    topic: list[str] = []
    for spoken, most in ((names, MOST_NAMES), (others, MOST_QUOTED), (words, MOST_WORDS)):
        new = _new(spoken, known)[:most]
        topic += new
        known = known.union(*map(stems, new))
    return topic[:MOST]


def _new(spoken: Iterable[str], known: set[str]) -> list[str]:
    """Leave out what is known, or was said before."""
    new: list[str] = []
    for each in spoken:
        found = set(stems(each))
        if not found <= known:
            known = known | found
            new.append(each)
    return new


@cache
def _calendar() -> frozenset[str]:
    return frozenset(stems(_CALENDAR))
