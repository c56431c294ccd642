"""Vectors → a FAISS index in a file, of the kind that was chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.engines import calibration
from index.engines.kinds import Chosen, Kind, Written
from index.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.calibration import Calibration

TRAINED_ON: Final = 32_768
"""So many vectors, drawn by a fixed seed, teach the quantiser; more made no difference."""
_BITS: Final = 4
_NUMBERS: Final = 4
"""Numbers of a vector that share one code: 384 of them make 96 codes."""
_FEWEST: Final = 2**_BITS


class FaissWriter:
    """Collects the vectors of a segment and writes them.

    The same vectors in the same order give the same bytes.
    """

    def __init__(
        self,
        dimension: int,
        chosen: Chosen,
        queries: NDArray[np.float32] | None = None,
        k_factors: Sequence[int] = calibration.K_FACTORS,
    ) -> None:
        """Begin; ``queries`` are what a quantised index is calibrated with, if there are any."""
        import faiss

        self._chosen = chosen
        self._queries = queries
        self._k_factors = k_factors
        self._stored: Any = (
            faiss.IndexFlatIP(dimension)
            if chosen.kind is Kind.FLAT
            else faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        )

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append unit vectors."""
        self._stored.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def publish(self, path: Path) -> Written:
        """Write the file, and say what it is. Raises PublishError."""
        import faiss

        index, chosen, found = self._finished()
        try:
            faiss.write_index(index, str(path))
            size_bytes = path.stat().st_size
        except (OSError, RuntimeError) as error:
            raise PublishError(
                f"{path} could not be written.",
                remedy="Free some disk space and run `newsquote rebuild` again.",
                path=str(path),
            ) from error
        written = Written(chosen.kind, chosen.why, self._stored.ntotal, size_bytes)
        if found is None:
            return written
        return replace(
            written,
            k_factor=found.k_factor,
            recall_at_10=found.recall_at_10,
            recall_at_100=found.recall_at_100,
            queries=found.queries,
        )

    def _finished(self) -> tuple[Any, Chosen, Calibration | None]:
        """Return the index to be written, what it is, and how a quantised one is searched."""
        chosen = self._chosen
        if chosen.kind is not Kind.PQ:
            return self._stored, chosen, None
        if self._stored.ntotal < _FEWEST or self._stored.d % _NUMBERS:
            why = f"{chosen.why}, but {self._stored.ntotal} vectors of {self._stored.d} cannot be"
            return self._stored, Chosen(Kind.HALF, f"{why} quantised"), None
        index = self._quantised()
        found = calibration.calibrate(index, self._stored, self._queries, self._k_factors)
        if found.recall_at_10 < calibration.RECALL:
            why = (
                f"{chosen.why}, but quantised ones reached a recall of {found.recall_at_10:.3f}"
                f" instead of {calibration.RECALL:g}"
            )
            return self._stored, Chosen(Kind.HALF, why), None
        return index, chosen, found

    def _quantised(self) -> Any:
        import faiss

        stored = self._stored
        coarse: Any = faiss.IndexPQFastScan(
            stored.d, stored.d // _NUMBERS, _BITS, faiss.METRIC_INNER_PRODUCT
        )
        coarse.pq.cp.min_points_per_centroid = 1  # a small index that asks for this kind may
        coarse.pq.cp.max_points_per_centroid = TRAINED_ON // _FEWEST
        chance = np.random.default_rng(calibration.SEED)
        count = min(TRAINED_ON, stored.ntotal)
        chosen = np.sort(chance.choice(stored.ntotal, count, replace=False)).astype(np.int64)
        sample = stored.reconstruct_batch(chosen)
        threads = faiss.omp_get_max_threads()
        # Its many small steps wait for one another: on a busy machine, threads are much slower.
        faiss.omp_set_num_threads(1)
        try:
            coarse.train(sample)
        finally:
            faiss.omp_set_num_threads(threads)
        for start in range(0, stored.ntotal, calibration.CHUNK):
            coarse.add(stored.reconstruct_n(start, min(calibration.CHUNK, stored.ntotal - start)))
        index = faiss.IndexRefine(coarse, stored)
        self._held = (coarse, stored)  # the index refers to them, but doesn't own them
        return index
