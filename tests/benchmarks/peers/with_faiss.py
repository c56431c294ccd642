"""The plain way: sentence-transformers and FAISS's exact flat index."""
# Of another environment, where it is installed; untyped here.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from protocol import model_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol import Passage


class Adapter:
    """Peer on an IndexFlatIP."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(model_directory(), device="cpu")
        self._index: Any = None
        self._ids: list[str] = []

    def build(self, passages: Sequence[Passage]) -> None:
        """Embed and add."""
        import faiss

        vectors = self._vectors([each.whole for each in passages])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        self._ids = [each.id for each in passages]

    def search(self, question: str, k: int) -> list[str]:
        """Return the nearest."""
        _, rows = self._index.search(self._vectors([question]), k)
        return [self._ids[row] for row in rows[0].tolist() if row >= 0]

    def _vectors(self, texts: list[str]) -> Any:
        return self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
