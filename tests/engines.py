"""Every vector engine that the contract suite runs on, each written and opened in its own way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine_files import write_segments
from index.engines import milvus_aliases
from index.engines.faiss_engine import FaissEngine
from index.engines.kinds import SCORE_TOLERANCE, Kind
from index.engines.milvus import FILE, MilvusEngine
from index.engines.milvus_writer import MilvusWriter

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.expressions import Fields
    from index.engines.kinds import VectorLayout
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import VectorEngine


class Engine(Protocol):
    """How one engine is written and opened."""

    @property
    def kind(self) -> Kind:
        """Which kind it is."""
        ...

    def of(self, vectors: NDArray[np.float32], directory: Path, fields: Fields) -> VectorEngine:
        """Write vectors, with numbers to filter by, and open what was written."""
        ...


@dataclass(frozen=True, slots=True)
class OnFiles:
    """FAISS of a kind, whole or in segments."""

    kind: Kind
    segmented: bool

    def write(self, vectors: NDArray[np.float32], directory: Path) -> VectorLayout:
        """Write vectors into a directory."""
        return write_segments(directory, vectors, self.kind, segmented=self.segmented)

    def of(
        self, vectors: NDArray[np.float32], directory: Path, fields: Fields | None = None
    ) -> VectorEngine:
        """Write vectors into a directory and open it; FAISS is given rows, and needs no fields."""
        del fields
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        return FaissEngine.open(directory, self.write(vectors, directory))


@dataclass(frozen=True, slots=True)
class OnMilvus:
    """A collection each; ``key`` is what tells them from others on the server."""

    milvus: Milvus
    key: str = field(default_factory=milvus_aliases.new_key)
    kind: Kind = Kind.MILVUS

    def of(self, vectors: NDArray[np.float32], directory: Path, fields: Fields) -> VectorEngine:
        """Write a new collection and open it."""
        directory.mkdir(parents=True)
        name = milvus_aliases.new_collection(self.key)
        writer = MilvusWriter(self.milvus, name, vectors.shape[1], fields)
        middle = len(vectors) // 2
        writer.add(vectors[:middle])
        writer.add(vectors[middle:])
        writer.publish(directory / FILE)
        return MilvusEngine.open(directory, self.milvus)


FAISS = {
    f"{kind.value}{' in segments' if segmented else ''}": OnFiles(kind, segmented)
    for kind in (Kind.FLAT, Kind.HALF, Kind.PQ)
    for segmented in (False, True)
}


QUERIES = 40


@dataclass(frozen=True, slots=True)
class Stored:
    """Vectors, the numbers that stand beside them, and the engine that holds both.

    ``queries`` are of the same clusters.
    """

    vectors: NDArray[np.float32]
    queries: NDArray[np.float32]
    fields: Fields
    engine: VectorEngine
    kind: Kind

    @property
    def tolerance(self) -> float:
        """So much at most is a score off the cosine."""
        return SCORE_TOLERANCE[self.kind]


def stored_in(engine: Engine, count: int, directory: Path) -> Stored:
    """Write so many vectors, clustered, each with an outlet, a language and a date."""
    drawn = clustered(count + QUERIES, 2)
    vectors, queries = drawn[:count], drawn[count:]
    rows = np.arange(count, dtype=np.int64)
    fields = {
        "outlet": rows % 7,
        "language": rows % 2,
        "published": np.where(rows % 5 == 0, np.iinfo(np.int64).min, 1_700_000_000 + 60 * rows),
    }
    return Stored(vectors, queries, fields, engine.of(vectors, directory, fields), engine.kind)


def unit_vectors(count: int, seed: int, dimension: int = 16) -> NDArray[np.float32]:
    """Draw distinct unit vectors."""
    drawn = np.random.default_rng(seed).standard_normal((count, dimension))
    norms = np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-9)
    return (drawn / norms).astype(np.float32)


def clustered(count: int, seed: int) -> NDArray[np.float32]:
    """Draw unit vectors, clustered as texts are."""
    chance = np.random.default_rng(seed)
    near = unit_vectors(60, seed + 1)[chance.integers(0, 60, count)] + 0.5 * unit_vectors(
        count, seed + 2
    )
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)


def brute_force(
    vectors: NDArray[np.float32],
    queries: NDArray[np.float32],
    k: int,
    rows: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the nearest rows by computing every cosine."""
    allowed = np.arange(len(vectors)) if rows is None else np.unique(rows)
    cosines = queries @ vectors[allowed].T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return allowed[order], np.take_along_axis(cosines, order, axis=1)
