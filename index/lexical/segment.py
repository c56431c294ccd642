"""One segment of a lexical index: the passages that have a question's terms, best first.

Only a few passages are wanted, so most postings of frequent terms are never scored (MaxScore:
Turtle and Flood 1995): once what is left of a question's terms cannot lift a passage among the
best, only those that have one of the rarer terms are looked up. Scores and order are those of a
BM25 over everything.

How much a term weighs and how long a passage is on average is the whole corpus's to say, and is
told: so a score is the same to the bit, into however many segments the corpus is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.lexical import bm25

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.lexical.postings import Postings

    Rows = NDArray[np.int64]
    Scores = NDArray[np.float32]
    Weighed = Sequence[tuple[str, np.float32]]
    """A question's terms in its order, one that stands twice twice, and what each weighs."""

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


class Segment:
    """Finds passages of one segment, by its own rows. Calls may run concurrently."""

    def __init__(self, found: Postings, mean: float) -> None:
        """Open; ``mean`` is how many terms a passage of the whole corpus has on average."""
        self._postings = found
        self._size = found.about.size
        self._norms = bm25.norms(found.lengths, mean)
        self._shift = min(1.0, bm25.mean(found.lengths) / mean)

    def best(self, weighed: Weighed, most: int, allowed: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the rows with the highest BM25 scores above 0, and these; ties by row.

        Of the rows ``allowed``, if given.
        """
        said = self._terms(weighed)
        if allowed is not None and len(allowed) <= _FEW:
            rows = allowed
        else:
            rows = self._candidates(sorted(said, key=lambda each: -each.weight), most, allowed)
        return best_of(rows, self._scores_of(said, rows), most)

    def scores_of(self, weighed: Weighed, rows: Rows) -> Scores:
        """Return the BM25 score of each of these rows; 0 where no term stands."""
        return self._scores_of(self._terms(weighed), rows)

    def frequency(self, term: str) -> int:
        """Count the passages that a term stands in."""
        start, end = self._postings.bounds(term)
        return end - start

    def rows(self, term: str) -> Rows:
        """Return the rows of the passages that a term stands in, ascending."""
        start, end = self._postings.bounds(term)
        return self._postings.rows[start:end].astype(np.int64)

    def _terms(self, weighed: Weighed) -> list[_Term]:
        """Look the terms up, in their order; what stands nowhere here adds nothing."""
        found: list[_Term] = []
        for term, weight in weighed:
            at = self._postings.terms.at(term)
            if at is not None:
                start, end = int(self._postings.starts[at]), int(self._postings.starts[at + 1])
                most = weight * bm25.peak(self._postings.peaks[at], self._shift)
                found.append(_Term(start, end, weight, most))
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


def best_of(rows: Rows, scores: Scores, most: int) -> tuple[Rows, Scores]:
    """Return the rows with the highest of these scores above 0, and these; ties by row."""
    rows, scores = rows[scores > 0], scores[scores > 0]
    order = np.lexsort((rows, -scores))[:most]
    return rows[order], scores[order]


def _least(scores: Scores, touched: Sequence[Rows], most: int) -> float:
    """Return the score of the last of the best ``most`` rows touched; 0 where there are fewer."""
    if sum(map(len, touched)) < most:
        return 0.0
    reached = np.concatenate([scores[rows] for rows in touched])
    return float(np.partition(reached, -most)[-most])
