"""Which sentences to quote, and the proof that they stand in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.errors import StaleQuoteError
from index.records import Citation, Quote, Span
from index.terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from index.records import Hit, Place
    from index.terms import Term

    Rarity = Callable[[Term], float]

MAX_QUOTES: Final = 3
KEEP_ABOVE: Final = 0.1
"""A further quote is shown where it scores at least this part of the best one's; set by hand."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may be quoted. ``coverage`` and ``score`` are in 0..1."""

    hit: Hit
    sentence: Span
    cosine: float
    coverage: float
    score: float


def coverage(asked: Sequence[Term], text: str, rarity: Rarity) -> float:
    """Which share of the question's terms a text has, each weighed by its rarity."""
    weights = {term.stem: rarity(term) for term in asked}
    total = sum(weights.values())
    if not total:
        return 0.0
    there = {term.stem for term in terms(text)}
    return sum(weight for stem, weight in weights.items() if stem in there) / total


def select(found: Sequence[Candidate]) -> list[Candidate]:
    """Choose up to three sentences, best first: none said twice, none inside another's quote."""
    chosen: list[Candidate] = []
    said: set[str] = set()
    for candidate in found:
        text = " ".join(candidate.sentence.of(candidate.hit.passage.text).split())
        shown = any(_overlap(candidate, other) for other in chosen)
        if shown or text in said or candidate.score < KEEP_ABOVE * found[0].score:
            continue
        chosen.append(candidate)
        said.add(text)
        if len(chosen) == MAX_QUOTES:
            break
    return chosen


def _overlap(one: Candidate, other: Candidate) -> bool:
    """Say whether two sentences, as they would be quoted, have text in common."""
    mine, theirs = widened(one), widened(other)
    return one.hit.row == other.hit.row and mine.start < theirs.end and theirs.start < mine.end


def cut(hit: Hit, span: Span, question: str, score: float) -> Quote:
    """Cut one span of whole sentences out of a passage, with the question's words marked."""
    text = span.of(hit.passage.text)
    asked = {term.stem for term in terms(question)}
    return Quote(
        text=text,
        passage_id=hit.passage.id,
        score=score,
        citation=Citation(
            hit.passage.place.part(hit.passage.text, span), hit.sha256, hit.passage.metadata
        ),
        matches=tuple(term.span for term in terms(text) if term.stem in asked),
        fragment=hit.passage.fragment,
    )


def widened(candidate: Candidate) -> Span:
    """Add the sentence before, where the chosen one begins with a word that points back to it."""
    passage = candidate.hit.passage
    first = passage.sentences.index(candidate.sentence)
    if first and points_back(candidate.sentence.of(passage.text)):
        return Span(passage.sentences[first - 1].start, candidate.sentence.end)
    return candidate.sentence


def points_back(sentence: str) -> bool:
    """Say whether a sentence begins with a word that points back to what was said before it."""
    opening = sentence.split(maxsplit=1)[0]
    return opening.strip("\"'“”‘’(").rstrip(",").casefold() in POINTING_BACK


POINTING_BACK: Final = frozenset(
    {"he", "she", "it", "they", "his", "her", "its", "their", "him", "them"}
    | {"this", "that", "these", "those"}
)
"""The third person and the demonstratives: a closed class."""


def standing(quotes: Iterable[Quote], root: Path) -> tuple[tuple[Quote, ...], tuple[Place, ...]]:
    """Verify quotes against the files; return those that stand, and the places of the others."""
    good: list[Quote] = []
    stale: list[Place] = []
    for quote in quotes:
        try:
            quote.verify(root)
        except StaleQuoteError:
            stale.append(quote.citation.place)
        else:
            good.append(quote)
    return tuple(good), tuple(stale)
