"""Vectors that came back from workers, in Parquet files, until a snapshot holds them.

Each file is written beside, flushed and renamed, so that it is whole or not there, and holds rows
of an id, which names what the vector was made from, and the vector. What was killed begins again
with what lies here.
"""

from __future__ import annotations

import logging
import os
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.errors import NoRayError, PublishError
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DIRECTORY: Final = ".vectors"
"""Below the index directory; no snapshot's name begins with a dot."""
PART_ROWS: Final = 16_384
PART_S: Final = 5.0
"""A file is written when so many vectors have come, or the first of them so long ago."""
_ID_BYTES: Final = 32

_log = logging.getLogger(__name__)


class KeptVectors:
    """The vectors below a directory, by id. One process at a time."""

    def __init__(self, directory: Path, dimension: int) -> None:
        """Open what is there; a file that can't be read is removed, its texts embedded again.

        Raises NoRayError where there is something, and nothing to read it with.
        """
        self._directory = directory
        self._dimension = dimension
        self._places: dict[bytes, tuple[Path, int]] = {}
        self._ids: list[bytes] = []
        self._vectors: list[NDArray[np.float32]] = []
        self._since = time.monotonic()
        for path in sorted(directory.glob("*.parquet")):
            self._know(path)
        self._next = len(list(directory.glob("*.parquet")))

    def __contains__(self, key: str) -> bool:
        """Say whether the vector of this id is kept."""
        return bytes.fromhex(key) in self._places

    def __len__(self) -> int:
        """Count the vectors kept."""
        return len(self._places)

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep vectors; on the disk soon, and after :meth:`flush`. Raises PublishError."""
        if not self._ids:
            self._since = time.monotonic()
        self._ids += [bytes.fromhex(key) for key in keys]
        self._vectors.append(vectors)
        if len(self._ids) >= PART_ROWS or time.monotonic() - self._since >= PART_S:
            self.flush()

    def flush(self) -> None:
        """Write what has been added since the last file. Raises PublishError."""
        if not self._ids:
            return
        pa: Any = import_module("pyarrow")
        flat = np.concatenate(self._vectors).reshape(-1)
        table = pa.table(
            {
                "id": pa.array(self._ids, pa.binary(_ID_BYTES)),
                "vector": pa.FixedSizeListArray.from_arrays(pa.array(flat), self._dimension),
            }
        )
        path = self._free()
        draft = path.with_suffix(".new")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            _parquet().write_table(table, draft)
            durable.sync(draft)
            draft.replace(path)
            durable.sync(self._directory)
        except OSError as error:
            raise PublishError(
                f"{path} could not be written: {error.strerror or error}.",
                remedy="Free some disk space and run `newsquote rebuild` again; what is kept stays",
                path=str(path),
            ) from error
        self._places |= {key: (path, row) for row, key in enumerate(self._ids)}
        self._ids, self._vectors = [], []

    def of(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of these ids, in this order: (ids, dimension). All must be kept."""
        self.flush()
        vectors = np.empty((len(keys), self._dimension), dtype=np.float32)
        wanted: dict[Path, list[tuple[int, int]]] = {}
        for at, key in enumerate(keys):
            path, row = self._places[bytes.fromhex(key)]
            wanted.setdefault(path, []).append((at, row))
        for path, pairs in wanted.items():
            at, rows = np.array(pairs).T
            vectors[at] = _vectors(_read(path))[rows]
        return vectors

    def _know(self, path: Path) -> None:
        try:
            ids = _read(path).column("id").to_pylist()
        except (OSError, ValueError) as error:
            _log.warning("%s is left out: %s", path, error)
            path.unlink(missing_ok=True)
            return
        self._places |= {key: (path, row) for row, key in enumerate(ids)}

    def _free(self) -> Path:
        """Name a file that isn't there."""
        while (path := self._directory / f"{self._next:06}-{os.getpid()}.parquet").exists():
            self._next += 1
        return path


def _parquet() -> Any:
    """Import what reads and writes Parquet, which ships no types."""
    try:
        return import_module("pyarrow.parquet")
    except ImportError as error:
        raise NoRayError(
            "pyarrow, which reads the vectors that are kept, is not installed.",
            remedy="Run `pip install 'newsquote[ray]'`, or rebuild without --workers.",
        ) from error


def _read(path: Path) -> Any:
    return _parquet().read_table(path, memory_map=True)


def _vectors(table: Any) -> NDArray[np.float32]:
    """Return the vectors of a file: (rows, dimension)."""
    column = table.column("vector").combine_chunks()
    flat: NDArray[np.float32] = column.flatten().to_numpy()
    return flat.reshape(len(column), -1)
