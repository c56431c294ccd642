"""The lexical index of an open snapshot: its segments, searched in parallel and merged.

A small one is one segment. Rarity and average length are those of all segments together, so that
ids, scores and order are those of a single one, to the bit.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from index import threads
from index.errors import CorruptSnapshotError
from index.lexical import bm25, segment, segmenting
from index.lexical.segment import Segment
from index.text import vocabulary
from index.text.background import prevalence
from index.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.lexical.segment import Weighed
    from index.lexical.segmenting import Part
    from index.text.terms import Word

    Rows = NDArray[np.int64]
    Scores = NDArray[np.float32]

_Found = TypeVar("_Found")

BACKGROUND_PASSAGES: Final = 1_000
RARITIES_KEPT: Final = 32_768
"""The rarities of so many words are kept, those met first: the common ones. About 8 MB."""


class LexicalIndex:
    """Finds passages by terms, and knows how rare each term is. Calls may run concurrently."""

    def __init__(self, parts: Sequence[Part], vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._size = sum(each.postings.about.size for each in parts)
        mean = bm25.mean(*(each.postings.lengths for each in parts))
        self._segments = [Segment(each.postings, mean) for each in parts]
        # Of one segment alone, each row is where it is.
        self._places = [each.places for each in parts] if len(parts) > 1 else [None]
        self._side_by_side = (
            ThreadPoolExecutor(min(len(parts), threads.cores()), "lexical")
            if len(parts) > 1
            else None
        )
        self._rarities = dict[tuple[str, str], float]()
        arrays = [a for each in parts for a in (each.postings.rows, each.postings.counts)]
        self.regions = [(each.ctypes.data, each.nbytes) for each in arrays]
        """Where the postings are mapped: addresses and sizes."""

    @classmethod
    def open(cls, directory: Path, size: int) -> LexicalIndex:
        """Open a snapshot's lexical index over ``size`` passages. Raises SnapshotError."""
        parts = segmenting.read(directory)
        found = sum(each.postings.about.size for each in parts)
        if found != size:
            raise CorruptSnapshotError(
                f"The lexical index of {directory} has {found} passages, not {size}.",
                remedy="Run `newsquote rebuild`.",
                path=str(directory),
            )
        return cls(parts, vocabulary.read(directory))

    def best(
        self, terms: Sequence[str], most: int, allowed: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Return the rows with the highest BM25 scores above 0, and these; ties by row.

        Of the rows ``allowed``, if given; how rare a term is, all passages say.
        """
        weighed = self._weighed(terms)

        def found(at: int) -> tuple[Rows, Scores]:
            places = self._places[at]
            if places is None:
                return self._segments[at].best(weighed, most, allowed)
            here = None if allowed is None else _there(places, allowed)[1]
            rows, scores = self._segments[at].best(weighed, most, here)
            return places[rows], scores

        every = self._each(found)
        if len(every) == 1:
            return every[0]
        rows = np.concatenate([each for each, _ in every])
        return segment.best_of(rows, np.concatenate([each for _, each in every]), most)

    def scores_of(self, terms: Sequence[str], rows: Rows) -> Scores:
        """Return the BM25 score of each of these rows; 0 where no term stands."""
        weighed = self._weighed(terms)
        scores = np.zeros(len(rows), dtype=np.float32)

        def score(at: int) -> None:
            places = self._places[at]
            if places is None:
                scores[:] = self._segments[at].scores_of(weighed, rows)
            else:
                asked, here = _there(places, rows)
                scores[asked] = self._segments[at].scores_of(weighed, here)

        self._each(score)
        return scores

    def frequency(self, term: str) -> int:
        """Count the passages that a term stands in."""
        return sum(each.frequency(term) for each in self._segments)

    def rows(self, term: str) -> Rows:
        """Return the rows of the passages that a term stands in, ascending."""
        found = [
            each.rows(term) if places is None else places[each.rows(term)]
            for each, places in zip(self._segments, self._places, strict=True)
        ]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def rarity(self, term: Word) -> float:
        """Return the term's inverse document frequency, above 0 (Robertson and Walker).

        The corpus counts as if some passages of English at large stood beside it, so that a
        small one doesn't take every word for rare that it lacks.
        """
        key = (term.stem, term.word)
        known = self._rarities.get(key)
        if known is not None:
            return known
        count = self.frequency(term.stem) + BACKGROUND_PASSAGES * prevalence(term.word)
        size = self._size + BACKGROUND_PASSAGES
        rarity = math.log1p((size - count + 0.5) / (count + 0.5))
        if len(self._rarities) < RARITIES_KEPT:
            self._rarities[key] = rarity
        return rarity

    def _weighed(self, terms: Sequence[str]) -> Weighed:
        """Weigh the terms that stand anywhere, by how many passages of all they stand in."""
        counted = [(term, self.frequency(term)) for term in terms]
        return [(term, bm25.weight(count, self._size)) for term, count in counted if count]

    def _each(self, do: Callable[[int], _Found]) -> list[_Found]:
        """Do something with every segment, by its number: side by side where they are several."""
        if self._side_by_side is None:
            return [do(0)]
        return list(self._side_by_side.map(do, range(len(self._segments))))


def _there(places: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Say which of ``rows``, by number, lie in a segment, and where each of these lies there."""
    at = np.searchsorted(places, rows)
    at[at == len(places)] = 0
    asked = np.flatnonzero(places[at] == rows) if len(places) else at[:0]
    return asked, at[asked]
