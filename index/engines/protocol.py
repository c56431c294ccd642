"""What the library asks of a vector engine.

An engine knows row numbers and vectors and never a text, so none can corrupt a quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.engines.expressions import Expression
    from index.engines.kinds import Written


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """The rows that may be returned: ``rows``, int64. Applied before the best k are taken.

    ``said`` is an expression that selects just these, where there is one: an engine that has the
    fields need not be sent the rows.
    """

    rows: NDArray[np.int64]
    said: Expression | None = None


class VectorEngine(Protocol):
    """The vectors of one published snapshot. Searches may run concurrently."""

    def search(
        self, vectors: NDArray[np.float32], k: int, where: Filter | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the ``k`` nearest rows of each query.

        Takes unit vectors of shape (queries, dimension); returns row numbers and cosines, both
        (queries, min(k, rows allowed)), cosines descending. How far rows and cosines may be off
        brute force's, the engine's kind says. Raises SnapshotError where the dimension is not the
        engine's.
        """
        ...

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of these rows, in this order, as they are stored."""
        ...

    def __len__(self) -> int:
        """Count the rows."""
        ...


class VectorEngineWriter(Protocol):
    """Writes the vectors of a segment of a snapshot that is not published yet."""

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append unit vectors; the first ever added is slot 0."""
        ...

    def publish(self, path: Path) -> Written:
        """Write all that was added into a file, and say what it is. Raises PublishError."""
        ...
