"""How long a shortlist a quantised index needs, measured on vectors of the corpus itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.engines.faiss_segment import FaissSegment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RECALL: Final = 0.99
RECALL_OF_MANY: Final = 0.995
"""A question misses half a candidate of its hundred; at 0.95 it would miss five."""
QUERIES: Final = 400
K: Final = 10
MANY: Final = 100
"""So many are taken for a question (:data:`index.ranking.CANDIDATES`)."""
K_FACTORS: Final = (10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 600, 900, 1300, 2000)
CHUNK: Final = 65_536
SEED: Final = 6
_SAME: Final = 0.9999
_TIE: Final = 1e-6
_FEW: Final = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """The least k_factor of K_FACTORS that was enough, or the last, with what it reached."""

    k_factor: int
    recall_at_10: float
    recall_at_100: float
    queries: int


def calibrate(
    index: Any,
    stored: Any,
    queries: NDArray[np.float32] | None,
    k_factors: Sequence[int] = K_FACTORS,
) -> Calibration:
    """Raise k_factor until the index finds RECALL of the ten nearest and RECALL_OF_MANY of MANY.

    ``index`` is quantised, ``stored`` holds the same vectors. ``queries`` are unit vectors such as
    those of sentences; those that are stored are left out, and too few are eked out with stored
    ones, slightly turned. A row as near as the last to be found counts as found whichever it is.
    """
    asked, nearest = _held_out(stored, queries)
    calibration = Calibration(0, 0.0, 0.0, len(asked))
    for k_factor in k_factors:
        segment = FaissSegment(index, k_factor)
        few, many = (_recall(segment, asked, nearest[:, :k]) for k in (K, MANY))
        calibration = Calibration(k_factor, round(few, 4), round(many, 4), len(asked))
        if few >= RECALL and many >= RECALL_OF_MANY:
            break
    return calibration


def _recall(
    segment: FaissSegment, asked: NDArray[np.float32], nearest: NDArray[np.float32]
) -> float:
    """Return which share of the nearest is found; ``nearest`` are their cosines, descending."""
    _, scores = segment.search(asked, nearest.shape[1])
    return float(np.mean(scores >= nearest[:, -1:] - _TIE))


def exact(
    stored: Any, queries: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the nearest by comparing with every vector stored, a chunk at a time."""
    import faiss

    heap = faiss.ResultHeap(len(queries), k, keep_max=True)
    for start in range(0, stored.ntotal, CHUNK):
        part = stored.reconstruct_n(start, min(CHUNK, stored.ntotal - start))
        scores, slots = faiss.knn(
            queries, part, min(k, len(part)), metric=faiss.METRIC_INNER_PRODUCT
        )
        heap.add_result(scores, slots + start)
    heap.finalize()
    return heap.I, heap.D


def _held_out(
    stored: Any, queries: NDArray[np.float32] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return queries that are not stored, and the cosines of the MANY that each should find."""
    chance = np.random.default_rng(SEED)
    turned = _turned(stored, chance)
    asked = turned if queries is None or not len(queries) else queries.astype(np.float32)
    if len(asked) > QUERIES:
        asked = asked[np.sort(chance.choice(len(asked), QUERIES, replace=False))]
    _, scores = exact(stored, asked, min(MANY, stored.ntotal))
    kept = scores[:, 0] < _SAME
    if np.count_nonzero(kept) < _FEW and queries is not None:
        return _held_out(stored, None)
    if np.count_nonzero(kept) < _FEW:
        kept[:] = True
    return np.ascontiguousarray(asked[kept]), scores[kept]


def _turned(stored: Any, chance: np.random.Generator) -> NDArray[np.float32]:
    """Draw stored vectors and turn each by about 25 degrees, as a question is from its answer."""
    chosen = np.sort(chance.choice(stored.ntotal, min(QUERIES, stored.ntotal), replace=False))
    drawn: NDArray[np.float32] = stored.reconstruct_batch(chosen.astype(np.int64))
    noise = chance.standard_normal(drawn.shape, dtype=np.float32)
    turned = drawn + noise * np.float32(0.47 / np.sqrt(drawn.shape[1]))
    return turned / np.linalg.norm(turned, axis=1, keepdims=True)
