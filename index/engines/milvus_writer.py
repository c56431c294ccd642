"""Vectors → a collection in Milvus: ids, vectors and the numbers to filter by, never a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.engines.expressions import ROW
from index.engines.kinds import Kind, Written
from index.engines.milvus import VECTOR, Collection
from index.engines.milvus_server import library
from index.errors import PublishError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.expressions import Fields
    from index.engines.milvus_server import Milvus

LINKS: Final = 16
BUILDING: Final = 200
"""The graph: links a vector, and candidates kept while it is laid."""
_AT_ONCE: Final = 2_000


class MilvusWriter:
    """Writes a new collection; what a build that was killed leaves of one, gc removes."""

    def __init__(
        self, milvus: Milvus, name: str, dimension: int, fields: Fields, why: str = "asked for"
    ) -> None:
        """Make the collection; ``fields`` have a number for each row that will be added.

        Raises EngineUnreachableError.
        """
        self._milvus = milvus
        self._name = name
        self._dimension = dimension
        self._fields = fields
        self._why = why
        self._count = 0
        milvus.do(
            "create_collection",
            collection_name=name,
            schema=_schema(dimension, sorted(fields)),
            consistency_level="Bounded",
        )

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append unit vectors. Raises EngineUnreachableError."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = vectors[start : start + _AT_ONCE]
            rows = range(self._count, self._count + len(part))
            numbers = {
                name: column[rows.start : rows.stop].tolist()
                for name, column in self._fields.items()
            }
            data = [
                {ROW: row, VECTOR: part[at], **{name: numbers[name][at] for name in numbers}}
                for at, row in enumerate(rows)
            ]
            self._milvus.do("insert", collection_name=self._name, data=data)
            self._count += len(part)

    def publish(self, path: Path) -> Written:
        """Index and load what was added, and write its name into a file.

        Raises EngineUnreachableError, PublishError.
        """
        self._milvus.do("flush", collection_name=self._name)
        self._milvus.do("create_index", collection_name=self._name, index_params=_graph())
        self._milvus.do("load_collection", collection_name=self._name)
        counted = self._milvus.do(
            "query",
            collection_name=self._name,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
        )[0]["count(*)"]
        if counted != self._count:
            raise PublishError(
                f"Milvus took {counted:,} vectors instead of {self._count:,}.",
                remedy="The old index stands. Run `newsquote rebuild` again.",
                path=str(path),
            )
        try:
            path.write_bytes(
                msgspec.json.encode(Collection(self._name, self._count, self._dimension))
            )
            size_bytes = path.stat().st_size
        except OSError as error:
            raise PublishError(
                f"{path} could not be written.",
                remedy="Free some disk space and run `newsquote rebuild` again.",
                path=str(path),
            ) from error
        return Written(Kind.MILVUS, self._why, self._count, size_bytes)


def _schema(dimension: int, fields: list[str]) -> Any:
    found = library()
    schema = found.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ROW, found.DataType.INT64, is_primary=True)
    schema.add_field(VECTOR, found.DataType.FLOAT_VECTOR, dim=dimension)
    for name in fields:
        schema.add_field(name, found.DataType.INT64)
    return schema


def _graph() -> Any:
    parameters = library().MilvusClient.prepare_index_params()
    parameters.add_index(
        VECTOR,
        index_type="HNSW",
        metric_type="IP",
        params={"M": LINKS, "efConstruction": BUILDING},
    )
    return parameters
