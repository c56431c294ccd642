"""A snapshot's vectors → the engine that its manifest names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.engines.faiss_engine import FaissEngine
from index.engines.kinds import Kind
from index.errors import NoEngineError

if TYPE_CHECKING:
    from pathlib import Path

    from index.engines.kinds import VectorLayout
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import VectorEngine


def open_engine(directory: Path, layout: VectorLayout, milvus: Milvus | None) -> VectorEngine:
    """Open a snapshot's vectors. Raises SnapshotError."""
    if layout.kind is not Kind.MILVUS:
        return FaissEngine.open(directory, layout)
    from index.engines.milvus import MilvusEngine

    return MilvusEngine.open(directory, required(milvus))


def required(milvus: Milvus | None) -> Milvus:
    """Return the server that has to be there. Raises NoEngineError."""
    if milvus is None:
        raise NoEngineError(
            "The vectors are kept in Milvus, and nothing says where that is.",
            remedy="Set NEWSQUOTE_MILVUS_URI, or give --milvus-uri.",
        )
    return milvus
