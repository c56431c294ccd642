"""The lexical index of an open snapshot: the passages that have a question's terms, best first.

Only a few passages are wanted, so most postings of frequent terms are never scored (MaxScore:
Turtle and Flood 1995): once what is left of a question's terms cannot lift a passage among the
best, only those that have one of the rarer terms are looked up. Scores and order are those of a
BM25 over everything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.errors import CorruptSnapshotError
from index.lexical import bm25, postings
from index.text import vocabulary
from index.text.background import prevalence
from index.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.lexical.postings import Postings
    from index.text.terms import Word

    Rows = NDArray[np.int64]
    Scores = NDArray[np.float32]

BACKGROUND_PASSAGES: Final = 1_000
RARITIES_KEPT: Final = 32_768
"""The rarities of so many words are kept, those met first: the common ones. About 8 MB."""
_SLACK: Final = 1 - 1e-4
"""Sums of the same numbers in another order differ by less."""
_FEW: Final = 2_000
"""So many rows are rather looked up than all of a term's."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a question: where its postings lie, its weight, and the most it can add."""

    start: int
    end: int
    weight: np.float32
    most: np.float32


class LexicalIndex:
    """Finds passages by terms, and knows how rare each term is. Calls may run concurrently."""

    def __init__(self, found: Postings, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._postings = found
        self._size = found.about.size
        self._norms = bm25.norms(found.lengths)
        self._rarities = dict[tuple[str, str], float]()

    @classmethod
    def open(cls, directory: Path, size: int) -> LexicalIndex:
        """Open a snapshot's lexical index over ``size`` passages. Raises SnapshotError."""
        found = postings.read(directory)
        if found.about.size != size:
            raise CorruptSnapshotError(
                f"The lexical index of {directory} has {found.about.size} passages, not {size}.",
                remedy="Run `newsquote rebuild`.",
                path=str(directory),
            )
        return cls(found, vocabulary.read(directory))

    def best(
        self, terms: Sequence[str], most: int, allowed: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Return the rows with the highest BM25 scores above 0, and these; ties by row.

        Of the rows ``allowed``, if given; how rare a term is, all passages say.
        """
        said = self._terms(terms)
        if allowed is not None and len(allowed) <= _FEW:
            rows = allowed
        else:
            rows = self._candidates(sorted(said, key=lambda each: -each.weight), most, allowed)
        scores = self._scores_of(said, rows)
        rows, scores = rows[scores > 0], scores[scores > 0]
        order = np.lexsort((rows, -scores))[:most]
        return rows[order], scores[order]

    def scores_of(self, terms: Sequence[str], rows: Rows) -> Scores:
        """Return the BM25 score of each of these rows; 0 where no term stands."""
        return self._scores_of(self._terms(terms), rows)

    def frequency(self, term: str) -> int:
        """Count the passages that a term stands in."""
        start, end = self._postings.bounds(term)
        return end - start

    def rows(self, term: str) -> Rows:
        """Return the rows of the passages that a term stands in, ascending."""
        start, end = self._postings.bounds(term)
        return self._postings.rows[start:end].astype(np.int64)

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

    def rarities(self, terms: Sequence[Word]) -> list[float]:
        """Return the rarity of each term: of many, in less time than one by one."""
        known = self._rarities
        found = [known.get((term.stem, term.word)) for term in terms]
        return [
            self.rarity(term) if rarity is None else rarity
            for term, rarity in zip(terms, found, strict=True)
        ]

    def _terms(self, terms: Sequence[str]) -> list[_Term]:
        """Look the terms up, in their order; one that stands twice counts twice."""
        found: list[_Term] = []
        for term in terms:
            at = self._postings.terms.at(term)
            if at is not None:
                start, end = int(self._postings.starts[at]), int(self._postings.starts[at + 1])
                weight = bm25.weight(end - start, self._size)
                found.append(_Term(start, end, weight, weight * self._postings.peaks[at]))
        return found

    def _candidates(self, said: Sequence[_Term], most: int, allowed: Rows | None) -> Rows:
        """Return rows with all of the best ``most`` among them; ``said`` is rarest first."""
        wanted = None
        if allowed is not None:
            wanted = np.zeros(self._size, dtype=np.bool_)
            wanted[allowed] = True
        scores = np.zeros(self._size, dtype=np.float32)
        touched: list[Rows] = []
        # What the terms from each one on can add at most.
        left = [sum(float(each.most) for each in said[at:]) for at in range(len(said) + 1)]
        least = 0.0
        at = 0
        while at < len(said) and left[at] >= least * _SLACK:
            rows, gained = self._gains(said[at], wanted)
            touched.append(rows[scores[rows] == 0])
            scores[rows] += gained
            at += 1
            if at < len(said):
                least = _least(scores, touched, most)
        rows = np.concatenate(touched) if touched else np.zeros(0, dtype=np.int64)
        for i in range(at, len(said)):
            rows = rows[scores[rows] + left[i] >= least * _SLACK]
            scores[rows] += self._gains_of(said[i], rows)
            least = max(least, _least(scores, [rows], most))
        return rows[scores[rows] >= _least(scores, [rows], most) * _SLACK]

    def _gains(self, term: _Term, wanted: NDArray[np.bool_] | None) -> tuple[Rows, Scores]:
        """Return the rows a term stands in, of those wanted, and what it adds to each."""
        rows = self._postings.rows[term.start : term.end].astype(np.int64)
        counts = self._postings.counts[term.start : term.end]
        if wanted is not None:
            kept = wanted[rows]
            rows, counts = rows[kept], counts[kept]
        return rows, term.weight * bm25.shares(counts, self._norms[rows])

    def _gains_of(self, term: _Term, rows: Rows) -> Scores:
        """Return what a term adds to each of these rows; 0 where it doesn't stand."""
        there = self._postings.rows[term.start : term.end]
        at = np.searchsorted(there, rows.astype(np.uint32))
        at[at == len(there)] = 0
        has = there[at] == rows
        gains = np.zeros(len(rows), dtype=np.float32)
        counts = self._postings.counts[term.start + at[has]]
        gains[has] = term.weight * bm25.shares(counts, self._norms[rows[has]])
        return gains

    def _scores_of(self, said: Sequence[_Term], rows: Rows) -> Scores:
        scores = np.zeros(len(rows), dtype=np.float32)
        for each in said:
            scores += self._gains_of(each, rows)
        return scores


def _least(scores: Scores, touched: Sequence[Rows], most: int) -> float:
    """Return the score of the last of the best ``most`` rows touched; 0 where there are fewer."""
    if sum(map(len, touched)) < most:
        return 0.0
    reached = np.concatenate([scores[rows] for rows in touched])
    return float(np.partition(reached, -most)[-most])
