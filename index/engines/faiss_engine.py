"""FAISS in process: the vectors of a snapshot in a main segment and, it may be, one beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from index.engines.faiss_segment import Allowed, FaissSegment
from index.errors import CorruptSnapshotError, ModelMismatchError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.kinds import VectorLayout
    from index.engines.protocol import Filter

    Rows = NDArray[np.int64]

MAIN: Final = "vectors.faiss"
SIDE: Final = "vectors_side.faiss"
SLOTS: Final = "vector_slots.npy"
"""For each row, where its vector lies: int32, those of the side segment after all of the main."""


class FaissEngine:
    """VectorEngine over one segment or two; a slot of no row is never found."""

    def __init__(self, segments: tuple[FaissSegment, ...], slots: NDArray[np.int32] | None) -> None:
        """Join segments; without ``slots``, a row is its slot."""
        self._segments = segments
        self._starts = np.cumsum([0, *map(len, segments)])
        self._slots = slots
        self._rows = None if slots is None else _rows_of(slots, int(self._starts[-1]))
        self._alive = None if self._rows is None else self._by_segment(self._rows >= 0)

    @classmethod
    def open(cls, directory: Path, layout: VectorLayout) -> FaissEngine:
        """Open a snapshot's vectors, whose checksums were found to hold. Raises SnapshotError."""
        segments = [FaissSegment.open(directory / MAIN, layout.main_bytes, layout.k_factor)]
        if layout.side:
            segments.append(FaissSegment.open(directory / SIDE, layout.side_bytes))
        slots = _read_slots(directory / SLOTS) if layout.mapped else None
        fits = [len(each) for each in segments] == [layout.main, layout.side][: len(segments)]
        fits &= len({each.dimension for each in segments}) == 1
        if slots is not None:
            total = layout.main + layout.side
            fits &= len(slots) == total - layout.gone == _distinct(slots, total)
        if not fits:
            raise _corrupt(directory / MAIN, "does not fit the rest of the index")
        return cls(tuple(segments), slots)

    def search(
        self, vectors: NDArray[np.float32], k: int, where: Filter | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the ``k`` nearest rows of each query, among ``where`` if given."""
        dimension = self._segments[0].dimension
        if vectors.ndim != 2 or vectors.shape[1] != dimension:
            raise ModelMismatchError(
                f"A query of shape {vectors.shape} does not fit vectors of {dimension}.",
                remedy="Ask with the model that the index was built with.",
            )
        allowed = self._alive if where is None else self._allowed(where.rows)
        found = [
            self._in_segment(number, vectors, k, None if allowed is None else allowed[number])
            for number in range(len(self._segments))
        ]
        rows = np.concatenate([each[0] for each in found], axis=1)
        scores = np.concatenate([each[1] for each in found], axis=1)
        if len(found) > 1:
            order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
            rows = np.take_along_axis(rows, order, axis=1)
            scores = np.take_along_axis(scores, order, axis=1)
        return rows, scores

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of these rows, in this order, as they are stored."""
        slots = rows if self._slots is None else self._slots[rows].astype(np.int64)
        if len(self._segments) == 1:
            return self._segments[0].vectors(slots)
        found = np.empty((len(rows), self._segments[0].dimension), dtype=np.float32)
        beside = slots >= self._starts[1]
        found[~beside] = self._segments[0].vectors(slots[~beside])
        found[beside] = self._segments[1].vectors(slots[beside] - self._starts[1])
        return found

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._starts[-1]) if self._slots is None else len(self._slots)

    @property
    def regions(self) -> list[tuple[int, int]]:
        """Where the segments' vectors lie: addresses and sizes."""
        return [each.region for each in self._segments]

    @property
    def slots(self) -> NDArray[np.int64]:
        """Where each row's vector lies; those of the side segment come after the main one's."""
        if self._slots is None:
            return np.arange(len(self), dtype=np.int64)
        return self._slots.astype(np.int64)

    def _allowed(self, rows: Rows) -> list[Allowed]:
        """Flag the slots of those of the rows that exist."""
        rows = rows[(rows >= 0) & (rows < len(self))]
        flags = np.zeros(self._starts[-1], dtype=np.bool_)
        flags[rows if self._slots is None else self._slots[rows]] = True
        return self._by_segment(flags)

    def _by_segment(self, flags: NDArray[np.bool_]) -> list[Allowed]:
        return [Allowed.of(flags[start:end]) for start, end in pairwise(self._starts.tolist())]

    def _in_segment(
        self,
        number: int,
        vectors: NDArray[np.float32],
        k: int,
        allowed: Allowed | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Search one segment and return rows."""
        segment = self._segments[number]
        count = len(segment) if allowed is None else allowed.count
        slots, scores = segment.search(vectors, min(k, count), allowed)
        if self._rows is None:
            return slots, scores
        return self._rows[slots + self._starts[number]].astype(np.int64), scores


def _distinct(slots: NDArray[np.int32], total: int) -> int:
    """Count the different slots, of those that there are; sorting them takes far longer."""
    inside = slots[(slots >= 0) & (slots < total)]
    return int(np.count_nonzero(np.bincount(inside, minlength=total)))


def _rows_of(slots: NDArray[np.int32], total: int) -> NDArray[np.int32]:
    """Return the row that each slot belongs to, -1 for none."""
    rows = np.full(total, -1, dtype=np.int32)
    rows[slots] = np.arange(len(slots), dtype=np.int32)
    return rows


def _read_slots(path: Path) -> NDArray[np.int32]:
    try:
        slots = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise _corrupt(path, "cannot be read") from error
    if (slots.dtype, slots.ndim) != (np.int32, 1):
        raise _corrupt(path, "is not a list of slots")
    return slots


def _corrupt(path: Path, what: str) -> CorruptSnapshotError:
    return CorruptSnapshotError(
        f"The index file {path} {what}.", remedy="Run `newsquote rebuild`.", path=str(path)
    )
