"""Do words stand in the corpus, word for word, and where?

Case, accents and punctuation are folded on both sides, and nothing is stemmed. A stretch that no
passage has whole is compared with the passages that have most of its rare words, each with its
neighbours of the same item, for the longest run of words that both have: what is said to stand in
part may stand longer elsewhere; what is said to stand whole, stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from index import quoting
from index.place import Span
from index.query import Query
from index.records import Citation, Quote
from index.retrieval.filtering import READ_AT_ONCE
from index.text import stretches, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from index.answering.open_snapshot import OpenSnapshot
    from index.place import Place
    from index.records import Passage, SnapshotInfo

    Rows = NDArray[np.int64]

MOST_STRETCHES: Final = 5
"""The longest of a text are looked for."""
MOST_PLACES: Final = 2
"""So many places are told; the others are counted."""
LEAST_RUN: Final = 4
"""A shorter run of words stands in part of nothing: chance would bring it about."""
_LEAST_TERMS: Final = 2
_COMPARED: Final = 30
_NEIGHBOURS: Final = 2
_TRIED: Final = 10
"""So many of the passages that have a stretch are tried until enough of them stand."""


class Standing(StrEnum):
    """Whether a stretch stands: whole, in part, not at all, or no more since it was indexed."""

    WHOLE = "whole"
    PART = "part"
    NOT = "not"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one stretch of a text.

    ``quotes`` are the corpus's own words, each place's pieces in order. ``words`` counts those of
    the stretch, ``standing_words`` those that stand one after the other. ``elsewhere`` counts other
    passages that have the whole stretch. ``stale`` are places that changed since.
    """

    written: str
    standing: Standing
    words: int
    standing_words: int = 0
    quotes: tuple[Quote, ...] = ()
    elsewhere: int = 0
    stale: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What was found of a text; ``left_out`` counts stretches that were not looked for."""

    checked: tuple[Checked, ...]
    left_out: int
    snapshot: SnapshotInfo


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of words: of these passages, from word ``start`` on, ``size`` many."""

    passages: tuple[Passage, ...]
    start: int
    size: int


def of(text: str, opened: OpenSnapshot, sources: Sequence[str] = ()) -> Wording:
    """Look for what a text quotes, or for its sentences, in passages of these outlets, if any."""
    all_of_it = stretches.stretches(text)
    longest = sorted(all_of_it, key=len, reverse=True)[:MOST_STRETCHES]
    chosen = [each for each in all_of_it if each in longest]
    allowed = opened.filters.rows(Query("", sources=tuple(sources)))
    checked = tuple(_checked(each, opened, allowed) for each in chosen)
    return Wording(checked, len(all_of_it) - len(chosen), opened.info)


def _checked(stretch: str, opened: OpenSnapshot, allowed: Rows | None) -> Checked:
    words = terms.folded_words(stretch)
    rows = _whole(words, opened, opened.filters.having(stretch, allowed))
    passages = opened.store.by_rows(rows[:_TRIED])
    runs = [_run((each,), words) for each in passages]
    if not runs and (best := _longest(stretch, words, opened, allowed)) is not None:
        runs = [best]
    if not runs:
        return Checked(stretch, Standing.NOT, len(words))
    quotes: list[Quote] = []
    stale: list[Place] = []
    tried = told = 0
    for run in runs:
        if told == MOST_PLACES:
            break
        good, bad = quoting.standing(_quotes(run, opened), opened.check)
        tried += 1
        stale += bad
        if not bad:
            quotes += good
            told += 1
    size = runs[0].size
    if not quotes:
        return Checked(stretch, Standing.GONE, len(words), size, stale=tuple(stale))
    standing = Standing.WHOLE if size == len(words) else Standing.PART
    elsewhere = max(len(rows) - tried, 0)
    return Checked(stretch, standing, len(words), size, tuple(quotes), elsewhere, tuple(stale))


def _whole(words: list[str], opened: OpenSnapshot, rows: Rows) -> list[int]:
    """Return the rows that have the words exactly so: a filter by phrase is a little looser."""
    found: list[int] = []
    for at in range(0, len(rows), READ_AT_ONCE):
        part = rows[at : at + READ_AT_ONCE].tolist()
        texts = zip(part, opened.store.texts(part), strict=True)
        found += [row for row, text in texts if _index(terms.folded_words(text), words) >= 0]
    return found


def _run(passages: tuple[Passage, ...], words: list[str]) -> _Run:
    """Return where passages that have the words have them first."""
    theirs = [word for passage in passages for word in terms.folded_words(passage.text)]
    return _Run(passages, _index(theirs, words), len(words))


def _longest(
    stretch: str, words: list[str], opened: OpenSnapshot, allowed: Rows | None
) -> _Run | None:
    """Return the longest run of the words that was found; None where it is too short."""
    best: _Run | None = None
    for row in _nearest(stretch, opened, allowed):
        passages = _around(row, opened)
        theirs = [word for passage in passages for word in terms.folded_words(passage.text)]
        # The stretch second: the second is what the matcher keeps an index of.
        match = SequenceMatcher(None, theirs, words, autojunk=False).find_longest_match()
        if match.size > (best.size if best else LEAST_RUN - 1):
            run = words[match.b : match.b + match.size]
            if len(terms.words(" ".join(run))) >= _LEAST_TERMS or match.size == len(words):
                best = _Run(passages, match.a, match.size)
    return best


def _nearest(stretch: str, opened: OpenSnapshot, allowed: Rows | None) -> list[int]:
    """Return the rows of the passages that have most of the rare words."""
    weights = np.zeros(len(opened.store), dtype=np.float64)
    for word in {each.stem: each for _, each in terms.words(stretch)}.values():
        weights[opened.lexical.rows(word.stem)] += opened.lexical.rarity(word)
    if allowed is not None:
        others = np.ones(len(weights), dtype=np.bool_)
        others[allowed] = False
        weights[others] = 0
    order = np.argsort(-weights, kind="stable")[:_COMPARED]
    return [int(row) for row in order if weights[row] > 0]


def _around(row: int, opened: OpenSnapshot) -> tuple[Passage, ...]:
    """Return a passage between its neighbours of the same item."""
    first, last = max(row - _NEIGHBOURS, 0), min(row + _NEIGHBOURS, len(opened.store) - 1)
    passages = opened.store.by_rows(range(first, last + 1))
    own = passages[row - first].item
    return tuple(each for each in passages if each.item == own)


def _quotes(run: _Run, opened: OpenSnapshot) -> Iterator[Quote]:
    """Cut the corpus's own words of a run, one piece a passage."""
    at = 0
    for passage in run.passages:
        located = terms.located_words(passage.text)
        first, last = max(run.start - at, 0), min(run.start + run.size - at, len(located))
        at += len(located)
        if first < last:
            span = Span(located[first][1].start, located[last - 1][1].end)
            yield _cut(passage, span, opened)


def _cut(passage: Passage, span: Span, opened: OpenSnapshot) -> Quote:
    """Cut a span out of a passage; with the marks around it where these end its sentences."""
    text, place = passage.text, passage.place
    first = next((each.start for each in passage.sentences if each.end > span.start), span.start)
    last = next((each.end for each in passage.sentences if each.end >= span.end), span.end)
    begins, ends = not _has_word(text[first : span.start]), not _has_word(text[span.end : last])
    span = Span(first if begins else span.start, last if ends else span.end)
    return Quote(
        span.of(passage.text),
        passage.id,
        1.0,
        Citation(
            place.part(passage.text, span), opened.store.file_sha256(place.path), passage.metadata
        ),
        fragment=passage.fragment or not (begins and ends),
    )


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _index(words: Sequence[str], sought: Sequence[str]) -> int:
    """Return where words stand one after the other in others; -1 where they don't."""
    size = len(sought)
    for at in range(len(words) - size + 1):
        if words[at] == sought[0] and words[at : at + size] == sought:
            return at
    return -1
