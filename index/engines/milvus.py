"""Milvus: the vectors of a snapshot in a collection of its own, found by a graph (HNSW).

The snapshot's directory has a file that names the collection. Rows are the collection's ids, and
for unit vectors the inner product is the cosine.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.engines import expressions
from index.engines.expressions import ROW, In
from index.errors import CorruptSnapshotError, EngineUnreachableError, ModelMismatchError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.expressions import Expression
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import Filter

    Rows = NDArray[np.int64]
    Vectors = NDArray[np.float32]

FILE: Final = "vectors.milvus"
VECTOR: Final = "vector"
EF: Final = 2_048
"""So many candidates the search keeps at least.

Of the hundred nearest to 100 questions among 96,000 sentences, such a graph led to .893 with 256,
which changed answers, to .984 with 1,024 and to .995 with 2,048 (tests/benchmarks/candidates.py).
"""
_MOST_EF: Final = 32_768
_FEW: Final = 100
"""Up to so many rows allowed are compared here, exactly, instead of being searched."""
_LISTED: Final = 10_000
"""Up to so many rows are sent as a list; the server reads about sixty thousand a second."""
_SPARE: Final = 256
_WIDER: Final = 4_096
"""Up to so many are found, to keep those that are allowed."""
_MOST: Final = 16_384
"""More results than this Milvus does not give."""
_FETCHED: Final = 1_000

_log = logging.getLogger(__name__)


class Collection(msgspec.Struct, frozen=True):
    """What the snapshot's file says: the collection's name, how many vectors, of how many."""

    name: str
    vectors: int
    dimension: int


class MilvusEngine:
    """VectorEngine over one collection, which is as long as the snapshot's file says."""

    def __init__(self, milvus: Milvus, collection: Collection) -> None:
        self._milvus = milvus
        self._collection = collection

    @classmethod
    def open(cls, directory: Path, milvus: Milvus) -> MilvusEngine:
        """Open a snapshot's collection. Raises CorruptSnapshotError where it is not there.

        A server that does not answer may answer later: that is no error here.
        """
        engine = cls(milvus, read(directory))
        try:
            engine.check()
        except EngineUnreachableError as error:
            _log.warning("%s", error)
        return engine

    def check(self) -> None:
        """See that the collection is there, whole. Raises SnapshotError."""
        collection = self._collection
        self._milvus.ask("load_collection", collection_name=collection.name)
        found = self._milvus.ask("get_collection_stats", collection_name=collection.name)
        if found["row_count"] != collection.vectors:
            raise _corrupt(
                f"The collection {collection.name} at {self._milvus.place} holds"
                f" {found['row_count']:,} vectors instead of {collection.vectors:,}."
            )

    def search(
        self, vectors: Vectors, k: int, where: Filter | None = None
    ) -> tuple[Rows, NDArray[np.float32]]:
        """Find the ``k`` nearest rows of each query, among ``where`` if given; at most 16,384.

        Raises EngineUnreachableError.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self._collection.dimension:
            raise ModelMismatchError(
                f"A query of shape {vectors.shape} does not fit vectors of"
                f" {self._collection.dimension}.",
                remedy="Ask with the model that the index was built with.",
            )
        rows = None if where is None else self._existing(where.rows)
        count = len(self) if rows is None else len(rows)
        k = min(k, count, _MOST)
        if k <= 0 or not len(vectors):
            shape = (len(vectors), max(k, 0))
            return np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.float32)
        if rows is None or count == len(self):
            rows, found = None, self._nearest(vectors, k, "", count)
        elif count <= max(k, _FEW):
            return self._among(vectors, k, rows)
        else:
            found = self._filtered(vectors, k, rows, where.said if where else None)
        everything = np.arange(len(self)) if rows is None else rows
        whole = [
            each if len(each[0]) == k else self._among(query[None, :], k, everything)
            for query, each in zip(vectors, found, strict=True)
        ]
        return (
            np.stack([each[0].reshape(k) for each in whole]),
            np.stack([each[1].reshape(k) for each in whole]),
        )

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, in this order. Raises EngineUnreachableError."""
        wanted, places = np.unique(rows, return_inverse=True)
        stored = np.empty((len(wanted), self._collection.dimension), dtype=np.float32)
        for start in range(0, len(wanted), _FETCHED):
            part = wanted[start : start + _FETCHED]
            got = self._ask(
                "get",
                ids=part.tolist(),
                output_fields=[ROW, VECTOR],
            )
            by_row = {each[ROW]: each[VECTOR] for each in got}
            if len(by_row) != len(part):
                raise _corrupt(f"The collection {self._collection.name} lacks vectors.")
            stored[start : start + len(part)] = [by_row[row] for row in part.tolist()]
        return stored[places.reshape(-1)]

    def __len__(self) -> int:
        """Count the rows."""
        return self._collection.vectors

    def _ask(self, method: str, **arguments: Any) -> Any:
        """Ask for what was there when it was opened: gone since, it is as if nobody answered."""
        name = self._collection.name
        try:
            return self._milvus.ask(method, collection_name=name, **arguments)
        except CorruptSnapshotError as error:
            raise EngineUnreachableError(
                f"The collection {name} was dropped while it was asked.",
                remedy="The snapshot that is served now has another.",
            ) from error

    def _existing(self, rows: Rows) -> Rows:
        rows = np.unique(rows)
        return rows[(rows >= 0) & (rows < len(self))]

    def _filtered(
        self, vectors: Vectors, k: int, rows: Rows, said: Expression | None
    ) -> list[tuple[Rows, Vectors]]:
        """Search among these rows, which ``said`` selects, if it can be said.

        Where a good share is allowed, more than enough of all are found, and the others dropped:
        the graph, walked with a filter, lost up to 3 in 100 of the nearest, however wide. Else the
        server filters; a list of rows that is too long to send is a last reason to drop.
        """
        wanted = 3 * k * len(self) // (2 * len(rows)) + _SPARE
        if wanted <= _WIDER:
            found = self._kept(vectors, k, rows, wanted)
            if min(len(each[0]) for each in found) == k:
                return found
        if said is None and len(rows) > _LISTED:
            return self._kept(vectors, k, rows, min(_MOST, 2 * wanted))
        said = said or In(ROW, tuple(rows.tolist()))
        return self._nearest(vectors, k, expressions.condition(said), len(rows))

    def _kept(
        self, vectors: Vectors, k: int, rows: Rows, wanted: int
    ) -> list[tuple[Rows, Vectors]]:
        kept: list[tuple[Rows, Vectors]] = []
        for found, scores in self._nearest(vectors, min(wanted, len(self)), "", len(self)):
            allowed = np.isin(found, rows, assume_unique=True)
            kept.append((found[allowed][:k], scores[allowed][:k]))
        return kept

    def _nearest(
        self, vectors: Vectors, k: int, condition: str, count: int
    ) -> list[tuple[Rows, Vectors]]:
        """Ask the server; a graph may lead to fewer than there are, then it is walked wider."""
        found = self._asked(vectors, k, condition, max(EF, k))
        if min(len(each[0]) for each in found) < k:
            found = self._asked(vectors, k, condition, min(_MOST_EF, max(4 * k, count)))
        return found

    def _asked(
        self, vectors: Vectors, k: int, condition: str, ef: int
    ) -> list[tuple[Rows, Vectors]]:
        answers = self._ask(
            "search",
            data=list(np.ascontiguousarray(vectors, dtype=np.float32)),
            limit=k,
            filter=condition,
            output_fields=[ROW],
            search_params={"metric_type": "IP", "params": {"ef": ef}},
            consistency_level="Bounded",
        )
        found: list[tuple[Rows, Vectors]] = []
        for hits in answers:
            rows = np.array([hit[ROW] for hit in hits], dtype=np.int64)
            scores = np.array([hit["distance"] for hit in hits], dtype=np.float32)
            order = np.lexsort((rows, -scores))
            found.append((rows[order], scores[order]))
        return found

    def _among(self, vectors: Vectors, k: int, rows: Rows) -> tuple[Rows, NDArray[np.float32]]:
        """Compare with the vectors of these rows."""
        cosines = (vectors @ self.vectors(rows).T).astype(np.float32)
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        return rows[order], np.take_along_axis(cosines, order, axis=1)


def read(directory: Path) -> Collection:
    """Read which collection a snapshot has. Raises CorruptSnapshotError."""
    path = directory / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Collection)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _corrupt(f"The index file {path} names no collection.", str(path)) from error


def _corrupt(what: str, path: str = "") -> CorruptSnapshotError:
    return CorruptSnapshotError(what, remedy="Run `newsquote rebuild`.", path=path)
