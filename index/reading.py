"""A question, read against the corpus: from the fused candidates to the order of the sentences.

The stages, each in a module of its own::

    ranking    dense and lexical candidates, fused
    evidence   what speaks for each of the first, as numbers
    learned    trees put the passages in order, then the sentences of the best of them
    quoting    chooses what to show
    confidence says whether that is an answer at all
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from index import evidence, features
from index.learned import Evaluator, descending
from index.quoting import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.evidence import Reading
    from index.question import Question
    from index.ranking_models import Models
    from index.records import Hit
    from index.terms import Term

    Cosines = Callable[[int, NDArray[np.float32]], NDArray[np.float32]]
    Rarity = Callable[[Term], float]

PASSAGES_READ: Final = 40
PASSAGES_QUOTED: Final = 8


@dataclass(frozen=True, slots=True)
class Read:
    """What the corpus holds on a question: ``hits`` and ``candidates`` are best first."""

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]


class Reader:
    """Reads questions over one open snapshot. Calls may run concurrently."""

    def __init__(self, cosines: Cosines, rarity: Rarity, models: Models) -> None:
        self._cosines = cosines
        self._rarity = rarity
        self._passages = Evaluator(models.passages, features.PASSAGE_FEATURES)
        self._sentences = Evaluator(models.sentences, features.SENTENCE_FEATURES)

    def read(self, question: Question, vector: NDArray[np.float32], hits: Sequence[Hit]) -> Read:
        """Put fused hits in order, and the sentences of the best of them."""
        if not hits:
            return Read((), ())
        readings = [
            evidence.read(
                question,
                hit,
                evidence.analyse(hit.passage),
                self._cosines(hit.row, vector),
                self._rarity,
            )
            for hit in hits[:PASSAGES_READ]
        ]
        scores = self._passages.scores(features.of_passages(question, readings))
        order = descending(scores)
        ranked = _reranked(hits, order, scores)
        best = order[:PASSAGES_QUOTED]
        top = [
            replace(readings[i], hit=hit)
            for i, hit in zip(best, ranked[:PASSAGES_QUOTED], strict=False)
        ]
        rows = features.of_sentences(question, top, scores[best])
        return Read(ranked, _candidates(top, self._sentences.scores(rows)))


def _candidates(top: Sequence[Reading], scores: NDArray[np.float64]) -> tuple[Candidate, ...]:
    """Name every sentence of the passages read, best first."""
    found = [
        Candidate(each.hit, span, float(cosine), float(coverage), 0.0)
        for each in top
        for span, cosine, coverage in zip(
            each.hit.passage.sentences, each.cosines, each.coverages, strict=True
        )
    ]
    return tuple(replace(found[i], score=_share(float(scores[i]))) for i in descending(scores))


def _reranked(
    hits: Sequence[Hit], order: Sequence[int], scores: NDArray[np.float64]
) -> tuple[Hit, ...]:
    """Rank the hits that were read by their learned scores, the others behind them as they were."""
    read = [(hits[i], _share(float(scores[i]))) for i in order]
    lowest = read[-1][1]
    rest = [(hit, lowest * hit.score) for hit in hits[len(order) :]]
    return tuple(
        replace(hit, rank=rank, score=score)
        for rank, (hit, score) in enumerate(read + rest, start=1)
    )


def _share(score: float) -> float:
    """Bring a score of trees into 0..1; the order stays."""
    return float(1 / (1 + np.exp(-score)))
