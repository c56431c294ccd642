"""haiku.rag: sqlite-vec and FTS5, fused by reciprocal ranks, without a reranker.

0.6.0 is the newest that runs on Python 3.11. It embeds through services; here its embedder is one
of ours with the same weights. What cuts documents into chunks, docling, is left out: passages come
as chunks, and importing it would fetch a tokenizer.
"""
# Of another environment: not installed here.
# pyright: reportMissingImports=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import MagicMock, patch

from protocol import model_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol import Passage

DIMENSION: Final = 384
_CHUNKING: Final = ("docling.document_converter", "docling.chunking", "docling", "tiktoken")


class Adapter:
    """Peer on haiku.rag's client."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(model_directory(), device="cpu")
        # Some builds of Python have an SQLite that loads no extensions; this one does.
        sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
        os.environ |= {"EMBEDDINGS_VECTOR_DIM": str(DIMENSION), "RERANK_PROVIDER": "none"}
        sys.modules.update({name: MagicMock() for name in _CHUNKING})
        sys.modules["haiku.rag.chunker"] = MagicMock()
        from haiku.rag import client

        embedder = MagicMock(_vector_dim=DIMENSION)
        embedder.embed = self._embed
        for where in ("haiku.rag.store.engine", "haiku.rag.store.repositories.chunk"):
            patch(f"{where}.get_embedder", lambda: embedder).start()
        self._directory = tempfile.TemporaryDirectory()
        self._client: Any = client.HaikuRAG(Path(self._directory.name) / "haiku.sqlite")

    def build(self, passages: Sequence[Passage]) -> None:
        """Store each passage as a document of one chunk."""
        asyncio.run(self._create(passages))

    def search(self, question: str, k: int) -> list[str]:
        """Search by meaning and by words."""
        found = asyncio.run(self._client.search(question, limit=k))
        return [chunk.document_uri for chunk, _ in found]

    async def _create(self, passages: Sequence[Passage]) -> None:
        from haiku.rag.store.models.chunk import Chunk

        for each in passages:
            chunk = Chunk(content=each.whole)
            await self._client.create_document(each.whole, uri=each.id, chunks=[chunk])

    async def _embed(self, text: str) -> list[float]:
        return self._model.encode(text, normalize_embeddings=True, show_progress_bar=False).tolist()
