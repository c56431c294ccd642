"""BM25 as Lucene computes it (Kamphuis et al. 2020): a weight a term, a share a posting.

k1 0.9 and b 0.4 as in Anserini's defaults, which also measured best on news here. All is 32-bit
and element by element, so that a passage's score is the same in whatever company it is computed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1: Final = 0.9
B: Final = 0.4


def weight(frequency: int, size: int) -> np.float32:
    """Return the weight of a term that stands in ``frequency`` of ``size`` passages; above 0."""
    return np.float32(math.log1p((size - frequency + 0.5) / (frequency + 0.5)))


def mean(*lengths: NDArray[np.uint32]) -> float:
    """Return how many terms a passage has on average, of all segments together."""
    size = sum(map(len, lengths))
    # Whole numbers, whose sum is exact: into which segments they are cut makes no difference.
    return sum(int(each.sum(dtype=np.uint64)) for each in lengths) / size if size else 1.0


def norms(lengths: NDArray[np.uint32], mean: float) -> NDArray[np.float32]:
    """Return what each passage's length makes of a term's count, from how many terms each has."""
    return (K1 * (1 - B) + (K1 * B / mean) * lengths).astype(np.float32)


def peak(share: np.float32, shift: float) -> np.float32:
    """Return the most that a term's highest share can be where passages are longer on average.

    ``shift`` is the average length it was computed with as a part of the other, at most 1: with
    that, no passage's norm falls below its part.
    """
    return share if shift >= 1 else np.float32(share / (share + shift * (1 - share)))


def shares(counts: NDArray[np.uint16], norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return which share of a term's weight each posting has: its count there, saturated."""
    counted = counts.astype(np.float32)
    found: NDArray[np.float32] = np.divide(counted, counted + norms, dtype=np.float32)
    return found
