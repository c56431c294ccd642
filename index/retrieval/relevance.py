"""Which passages are about a topic, all of them and not only the best.

Relevant is a passage that mentions at least :data:`LEAST_MENTIONED` of the topic, its words weighed
by rarity, in its text, title or lead, and that comes to at least :data:`LEAST_SCORE` of the best
one's score: cosine and BM25, each as a share of the best, mixed as they are in a search. Both were
set by hand, so that a passage which only shares a common word with the topic stays out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from index.engines.protocol import Filter
from index.ranking import DENSE_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.lexical.searching import LexicalIndex
    from index.questions.question import Asked, Question
    from index.records import Hit
    from index.retrieval.retrieving import Retriever

    Rows = NDArray[np.int64]
    Vector = NDArray[np.float32]

LEAST_MENTIONED: Final = 0.5
LEAST_SCORE: Final = 0.5
MOST_READ: Final = 1_000
"""So many passages are compared at most, the best by meaning and the best by words."""


def relevant(
    asked: Question,
    lexical: LexicalIndex,
    retriever: Retriever,
    size: int,
    allowed: Filter | None,
    *,
    by_words: bool = False,
) -> tuple[Vector, list[Hit]]:
    """Return a topic's vector and the relevant passages, best first, their scores in 0..1.

    ``size`` is the number of passages; only the rows ``allowed`` count, if given. Raises
    EngineUnreachableError, but not with ``by_words``.
    """
    rows = np.flatnonzero(mentioned(asked.asked, lexical, size) >= LEAST_MENTIONED)
    if allowed is not None:
        rows = np.intersect1d(rows, allowed.rows)
    find = retriever.hits_by_words if by_words else retriever.hits
    vector, hits = find(asked.text, asked.searched, MOST_READ, Filter(rows), candidates=MOST_READ)
    return vector, _above(hits)


def mentioned(asked: Sequence[Asked], lexical: LexicalIndex, size: int) -> NDArray[np.float64]:
    """Return the share, weighed by rarity, of what is asked for that each passage mentions."""
    once = {each.stem: each for each in asked}.values()
    shares = np.zeros(size)
    for each in once:
        there = np.zeros(size, dtype=np.bool_)
        for form in each.forms:
            counts = np.zeros(size, dtype=np.int64)
            for stem in set(form):
                counts[lexical.rows(stem)] += 1
            there |= counts == len(set(form))
        shares += each.weight * there
    total = sum(each.weight for each in once)
    return shares / total if total else shares


def _above(hits: Sequence[Hit]) -> list[Hit]:
    if not hits:
        return []
    cosines = np.array([max(hit.dense_score, 0.0) for hit in hits])
    bm25 = np.array([hit.lexical_score for hit in hits])
    scores = DENSE_WEIGHT * _of_best(cosines) + (1 - DENSE_WEIGHT) * _of_best(bm25)
    kept = [
        (float(score), hit)
        for score, hit in zip(scores, hits, strict=True)
        if score >= LEAST_SCORE * scores.max()
    ]
    kept.sort(key=lambda each: -each[0])
    return [replace(hit, rank=rank, score=score) for rank, (score, hit) in enumerate(kept, start=1)]


def _of_best(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    best = float(scores.max())
    return scores / best if best > 0 else np.zeros_like(scores)
