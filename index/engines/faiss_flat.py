"""FAISS in process, exact: the embedded default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.errors import CorruptSnapshotError, ModelMismatchError, PublishError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.protocol import Filter

KIND: Final = "faiss-flat"
FILE: Final = "vectors.faiss"


class FaissFlatEngine:
    """VectorEngine on an inner-product index; on unit vectors that is the cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, directory: Path) -> FaissFlatEngine:
        """Open a snapshot's vectors, whose checksum was found to hold. Raises SnapshotError."""
        import faiss

        try:
            return cls(faiss.read_index(str(directory / FILE)))
        except RuntimeError as error:
            raise CorruptSnapshotError(
                f"{directory / FILE} is not a vector index that FAISS can read.",
                remedy="Run `newsquote rebuild`.",
                path=str(directory / FILE),
            ) from error

    def search(
        self, vectors: NDArray[np.float32], k: int, where: Filter | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the ``k`` nearest rows of each query, among ``where`` if given."""
        import faiss

        if vectors.ndim != 2 or vectors.shape[1] != self._index.d:
            raise ModelMismatchError(
                f"A query of shape {vectors.shape} does not fit vectors of {self._index.d}.",
                remedy="Ask with the model that the index was built with.",
            )
        parameters = None
        allowed = len(self)
        if where is not None:
            rows = np.unique(where.rows)
            rows = rows[(rows >= 0) & (rows < len(self))]
            selector = faiss.IDSelectorBatch(rows)  # has to live until the search is done
            parameters = faiss.SearchParameters()
            parameters.sel = selector
            allowed = len(rows)
        width = min(k, allowed)
        if width <= 0 or not len(vectors):
            empty = (len(vectors), max(0, width))
            return np.zeros(empty, dtype=np.int64), np.zeros(empty, dtype=np.float32)
        scores, rows = self._index.search(
            np.ascontiguousarray(vectors, dtype=np.float32), width, params=parameters
        )
        return rows, scores

    def __len__(self) -> int:
        """Count the vectors."""
        return int(self._index.ntotal)


class FaissFlatWriter:
    """VectorEngineWriter for :class:`FaissFlatEngine`."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._index: Any = faiss.IndexFlatIP(dimension)

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append unit vectors."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def publish(self, directory: Path) -> None:
        """Write the index file. Raises PublishError."""
        import faiss

        try:
            faiss.write_index(self._index, str(directory / FILE))
        except RuntimeError as error:
            raise PublishError(
                f"{directory / FILE} could not be written.",
                remedy="Free some disk space and run `newsquote rebuild` again.",
                path=str(directory / FILE),
            ) from error
