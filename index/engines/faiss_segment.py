"""One FAISS index in a file: the vectors of a segment, found by their place in it.

All that is particular to FAISS when searching is here. The index is mapped into memory, not read
(but for the quantised codes, 48 bytes a vector).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import pages, threads
from index.errors import CorruptSnapshotError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Slots = NDArray[np.int64]
    Scores = NDArray[np.float32]
    Mask = NDArray[np.bool_]

SHORTLIST: Final = 3
"""A quantised search compares at least so many in half precision for each one wanted."""
CALIBRATED: Final = 10
"""So many results the k_factor was calibrated for, among others: each brings so many more."""
_NARROW: Final = 0.01
"""Up to this share of all, what is allowed is picked out instead of stepping over the rest."""
_WIDE: Final = 0.25
"""A shortlist of more than this share of all is no shortlist: comparing all takes no longer."""
DIVIDED: Final = 200_000
"""So many quantised vectors are compared in halves, side by side where that is worth it: for each
question they have to come from memory, and often one core does not get them as fast as two."""
WORTH_IT: Final = 0.85
"""Side by side they have to take this share of the time that they take after one another."""
TIMED: Final = 3
"""So many searches either way tell how long they take; the quickest counts."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which slots may be found: a flag each, and how many are set: counting takes a while."""

    flags: Mask
    count: int

    @classmethod
    def of(cls, flags: Mask) -> Allowed:
        """Count the flags that are set."""
        return cls(flags, int(np.count_nonzero(flags)))


class FaissSegment:
    """Vectors by slot, from 0. Searches may run concurrently."""

    def __init__(self, index: Any, k_factor: int = 0) -> None:
        """Take an index; ``k_factor`` is for a quantised one, see index.engines.kinds."""
        faiss = _faiss()
        self._index = index
        self._k_factor = k_factor
        # What holds every vector, and can search exactly: the index itself, or what refines it.
        quantised = isinstance(index, faiss.IndexRefine)
        self._exact: Any = faiss.downcast_index(index.refine_index) if quantised else index
        self._quantised: Any = index if quantised else None

    @classmethod
    def open(cls, path: Path, size_bytes: int, k_factor: int = 0) -> FaissSegment:
        """Map a file whose checksum was found to hold. Raises CorruptSnapshotError."""
        faiss = _faiss()
        corrupt = CorruptSnapshotError(
            f"{path} is not a vector index that FAISS can read.",
            remedy="Run `newsquote rebuild`.",
            path=str(path),
        )
        try:
            found_bytes = path.stat().st_size
        except OSError as error:
            raise corrupt from error
        if found_bytes != size_bytes:
            raise corrupt  # FAISS would map what is not there
        try:
            segment = cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), k_factor)
        except RuntimeError as error:
            raise corrupt from error
        if len(segment) >= DIVIDED and threads.cores() > 1:
            segment.divide()
        return segment

    def divide(self) -> None:
        """Have quantised vectors compared in halves from now on, each on a thread of its own.

        Or one after the other, where that takes about as long: on two that share a core, say.
        """
        if self._quantised is None:
            return
        faiss = _faiss()
        whole = faiss.downcast_index(self._index.base_index)
        halves = (whole, _second_half(whole))
        successive = True
        both = [
            faiss.IndexShards(self.dimension, threaded, successive) for threaded in (False, True)
        ]
        for shards in both:
            for half in halves:
                shards.add_shard(half)
        one_by_one, side_by_side = (faiss.IndexRefine(shards, self._exact) for shards in both)
        sooner = self._takes_s(side_by_side) < WORTH_IT * self._takes_s(one_by_one)
        self._quantised = side_by_side if sooner else one_by_one
        # The index refers to them, but doesn't own them. The others go, and their threads.
        self._parts = (halves, both[sooner])

    def _takes_s(self, index: Any) -> float:
        """Time a search for what is stored."""
        found: list[float] = []
        for vector in self.vectors(np.arange(TIMED)):
            begun = time.perf_counter()
            index.search(vector[None, :], CALIBRATED)
            found.append(time.perf_counter() - begun)
        return min(found)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    @property
    def region(self) -> tuple[int, int]:
        """Where what holds every vector lies: address and size."""
        codes = self._exact.codes
        return int(codes.data()), int(codes.size())

    def __len__(self) -> int:
        """Count the vectors, those of no passage among them."""
        return int(self._index.ntotal)

    def vectors(self, slots: Slots) -> NDArray[np.float32]:
        """Return the vectors of these slots, in this order, as they are stored."""
        if not len(slots):
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._exact.reconstruct_batch(np.ascontiguousarray(slots, dtype=np.int64))

    def search(
        self, queries: NDArray[np.float32], k: int, allowed: Allowed | None = None
    ) -> tuple[Slots, Scores]:
        """Find the ``k`` nearest slots of each query, among those ``allowed``.

        There have to be ``k``. Scores are cosines, descending, for unit vectors.
        """
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if k <= 0 or not len(queries):
            empty = (len(queries), max(k, 0))
            return np.zeros(empty, dtype=np.int64), np.zeros(empty, dtype=np.float32)
        if allowed is not None and allowed.count == len(self):
            allowed = None
        if allowed is not None and allowed.count <= max(k, len(self) * _NARROW):
            return self._among(queries, k, np.flatnonzero(allowed.flags))
        if self._quantised is None:
            return self._exactly(queries, k, allowed)
        if allowed is None:
            return self._shortlisted(queries, k)
        found = [self._filtered(query[None, :], k, allowed) for query in queries]
        return np.concatenate([each[0] for each in found]), np.concatenate([f[1] for f in found])

    def _wanted(self, k: int) -> int:
        return CALIBRATED * self._k_factor + SHORTLIST * k

    def _shortlisted(self, queries: NDArray[np.float32], k: int) -> tuple[Slots, Scores]:
        faiss = _faiss()
        if self._wanted(k) > len(self) * _WIDE:
            return self._exactly(queries, k, None)
        parameters = faiss.IndexRefineSearchParameters(k_factor=self._wanted(k) / k)
        scores, slots = self._quantised.search(queries, k, params=parameters)
        return slots, scores

    def _filtered(
        self, query: NDArray[np.float32], k: int, allowed: Allowed
    ) -> tuple[Slots, Scores]:
        """Take shortlists of growing length until one has enough that are allowed.

        The fast scan itself takes no filter. What is returned is what it would return if it did.
        """
        faiss = _faiss()
        wanted = self._wanted(k)
        length = int(wanted * len(self) / allowed.count * 1.1) + 1
        while length <= len(self) * _WIDE:
            parameters = faiss.IndexRefineSearchParameters(k_factor=1)
            scores, slots = self._quantised.search(query, length, params=parameters)
            kept = allowed.flags[slots[0]]
            if np.count_nonzero(kept) >= wanted:
                return slots[:, kept][:, :k], scores[:, kept][:, :k]
            length *= 2
        return self._exactly(query, k, allowed)

    def _exactly(
        self, queries: NDArray[np.float32], k: int, allowed: Allowed | None
    ) -> tuple[Slots, Scores]:
        """Compare with every vector, or with every one allowed."""
        faiss = _faiss()
        parameters = None
        if allowed is not None:
            flags = np.packbits(allowed.flags, bitorder="little")
            selector = faiss.IDSelectorBitmap(flags)  # has to live until the search is done
            parameters = faiss.SearchParameters(sel=selector)
        scores, slots = self._exact.search(queries, k, params=parameters)
        return slots, scores

    def _among(self, queries: NDArray[np.float32], k: int, slots: Slots) -> tuple[Slots, Scores]:
        """Compare with the vectors of a few slots."""
        faiss = _faiss()
        scores, places = faiss.knn(queries, self.vectors(slots), k, faiss.METRIC_INNER_PRODUCT)
        return slots[places], scores


def _second_half(whole: Any) -> Any:
    """Take the second half of a quantised index's codes out of it, into another."""
    faiss = _faiss()
    # Codes lie in blocks of so many vectors, the last one filled up: so many bytes each.
    middle = whole.ntotal // 2 // whole.bbs * whole.bbs
    size = whole.codes.size() // whole.ntotal2
    half = faiss.IndexPQFastScan(whole.d, whole.pq.M, whole.pq.nbits, whole.metric_type, whole.bbs)
    half.pq = whole.pq
    half.is_trained = True
    half.ntotal, half.ntotal2 = whole.ntotal - middle, whole.ntotal2 - middle
    half.codes.resize(half.ntotal2 * size)
    taken = faiss.rev_swig_ptr(whole.codes.get(), whole.codes.size())[middle * size :]
    faiss.rev_swig_ptr(half.codes.get(), half.codes.size())[:] = taken
    # To shrink the table would copy what stays in it.
    whole.ntotal = whole.ntotal2 = middle
    pages.let_go((taken.ctypes.data, taken.nbytes))
    return half


def _faiss() -> Any:
    """Import FAISS, whose types say less than it takes."""
    import faiss

    return faiss
