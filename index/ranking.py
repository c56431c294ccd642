"""Which passages, in which order: dense and lexical candidates, fused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from index.engines.protocol import Filter, VectorEngine
    from index.lexical.searching import LexicalIndex

    Rows = NDArray[np.int64]
    Scores = NDArray[np.float32]

CANDIDATES: Final = 100
DENSE_WEIGHT: Final = 0.45
"""The share of the cosine in the fused score; 0.4 to 0.5 measured best on news."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate: its row and what put it there (see :class:`index.records.Hit`)."""

    row: int
    score: float
    dense_rank: int | None
    dense_score: float
    lexical_rank: int | None
    lexical_score: float


def rank(
    query_vector: NDArray[np.float32],
    query_terms: list[str],
    engine: VectorEngine,
    lexical: LexicalIndex,
    *,
    allowed: Filter | None = None,
    candidates: int = CANDIDATES,
    most: int | None = None,
    by_words: list[int] | None = None,
) -> list[Ranked]:
    """Rank the best dense and the best lexical ``candidates`` together, best first.

    ``by_words`` are the lexical ones (:func:`lexical_rows`), if they were found already.

    Scores are normalised over the question's candidates and mixed. Every candidate has its true
    cosine, and its dense rank by that, whichever of the two searches found it: what an approximate
    engine misses counts as if it had not, where the words find it. Ties go to the lower row. Where
    the rows ``allowed`` are given, the others count as if they were not there, but for how rare a
    term is. The first ``most`` are returned, if given. Raises EngineUnreachableError.
    """
    if by_words is None:
        by_words = lexical_rows(query_terms, lexical, allowed, candidates)
    found, _ = engine.search(query_vector[None, :], candidates, allowed)
    rows = np.array(sorted({*found[0].tolist(), *by_words}), dtype=np.int64)
    if not len(rows):
        return []
    cosines = engine.vectors(rows) @ query_vector
    nearest = np.lexsort((rows, -cosines))[: found.shape[1]]
    dense_rows: list[int] = rows[nearest].tolist()
    kept = np.isin(rows, by_words)
    kept[nearest] = True
    rows, cosines = rows[kept], cosines[kept]
    bm25 = lexical.scores_of(query_terms, rows)
    return _fused(rows, cosines, bm25, (dense_rows, by_words), most)


def rank_by_words(
    query_terms: list[str],
    lexical: LexicalIndex,
    cosines: Callable[[Rows], Scores],
    *,
    allowed: Filter | None = None,
    candidates: int = CANDIDATES,
    most: int | None = None,
) -> list[Ranked]:
    """Rank the best lexical ``candidates`` alone, by their scores and what cosines there are."""
    by_words = lexical_rows(query_terms, lexical, allowed, candidates)
    if not by_words:
        return []
    rows = np.array(sorted(by_words), dtype=np.int64)
    bm25 = lexical.scores_of(query_terms, rows)
    return _fused(rows, cosines(rows), bm25, ([], by_words), most)


def lexical_rows(
    query_terms: list[str],
    lexical: LexicalIndex,
    allowed: Filter | None = None,
    candidates: int = CANDIDATES,
) -> list[int]:
    """Return the rows with the best BM25 scores, of those ``allowed``, best first."""
    rows = None if allowed is None else allowed.rows
    return lexical.best(query_terms, candidates, rows)[0].tolist()


def _fused(
    rows: Rows,
    cosines: Scores,
    bm25: Scores,
    found: tuple[list[int], list[int]],
    most: int | None,
) -> list[Ranked]:
    """Mix the scores; ``found`` are the rows found by meaning and by words, best first."""
    fused = DENSE_WEIGHT * _unit(cosines, cosines.min()) + (1 - DENSE_WEIGHT) * _unit(bm25, 0.0)
    dense_ranks, lexical_ranks = (
        {row: rank for rank, row in enumerate(each, start=1)} for each in found
    )
    return [
        Ranked(
            row=int(rows[i]),
            score=float(fused[i]),
            dense_rank=dense_ranks.get(int(rows[i])),
            dense_score=float(cosines[i]),
            lexical_rank=lexical_ranks.get(int(rows[i])),
            lexical_score=float(bm25[i]),
        )
        for i in np.lexsort((rows, -fused))[:most]
    ]


def _unit(scores: NDArray[np.float32], low: float) -> NDArray[np.float32]:
    """Scale scores so that ``low`` is 0 and the best is 1; all 0 where nothing stands out."""
    width = float(scores.max()) - low
    return (scores - low) / width if width > 0 else np.zeros_like(scores)
