"""LlamaIndex with its FAISS vector store, exact."""
# Of another environment: not installed here.
# pyright: reportMissingImports=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from protocol import model_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol import Passage

DIMENSION: Final = 384


class Adapter:
    """Peer on a VectorStoreIndex."""

    def __init__(self) -> None:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._model: Any = HuggingFaceEmbedding(model_name=model_directory(), device="cpu")
        self._index: Any = None
        self._retrievers: dict[int, Any] = {}

    def build(self, passages: Sequence[Passage]) -> None:
        """Embed and store."""
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(DIMENSION))
        self._index = VectorStoreIndex(
            [TextNode(id_=each.id, text=each.whole) for each in passages],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._model,
        )

    def search(self, question: str, k: int) -> list[str]:
        """Retrieve."""
        if k not in self._retrievers:
            self._retrievers[k] = self._index.as_retriever(similarity_top_k=k)
        return [each.node.node_id for each in self._retrievers[k].retrieve(question)]
