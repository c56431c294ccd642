"""Haystack: its in-memory store, by vectors and by BM25, joined by reciprocal ranks."""
# Of another environment: not installed here.
# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from protocol import model_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol import Passage


class Adapter:
    """Peer on a Haystack pipeline."""

    def __init__(self) -> None:
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        model = {"model": model_directory(), "progress_bar": False, "local_files_only": True}
        self._store: Any = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self._documents: Any = SentenceTransformersDocumentEmbedder(**model)
        self._documents.warm_up()
        self._pipeline: Any = Pipeline()
        parts: dict[str, Any] = {
            "embedder": SentenceTransformersTextEmbedder(**model),
            "meaning": InMemoryEmbeddingRetriever(self._store),
            "words": InMemoryBM25Retriever(self._store),
            "joined": DocumentJoiner(join_mode="reciprocal_rank_fusion"),
        }
        for name, part in parts.items():
            self._pipeline.add_component(name, part)
        self._pipeline.connect("embedder.embedding", "meaning.query_embedding")
        self._pipeline.connect("meaning", "joined")
        self._pipeline.connect("words", "joined")
        self._pipeline.warm_up()

    def build(self, passages: Sequence[Passage]) -> None:
        """Embed and store."""
        from haystack import Document

        documents = [Document(id=each.id, content=each.whole) for each in passages]
        self._store.write_documents(self._documents.run(documents)["documents"])

    def search(self, question: str, k: int) -> list[str]:
        """Run the pipeline."""
        asked = {
            "embedder": {"text": question},
            "meaning": {"top_k": k},
            "words": {"query": question, "top_k": k},
            "joined": {"top_k": k},
        }
        return [each.id for each in self._pipeline.run(asked)["joined"]["documents"]]
