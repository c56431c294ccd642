"""txtai: vectors in FAISS and BM25 over terms in SQLite, mixed ("hybrid")."""
# Of another environment: not installed here, and untyped.
# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from protocol import model_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol import Passage


class Adapter:
    """Peer on txtai's Embeddings."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self._embeddings: Any = Embeddings({"path": model_directory(), "hybrid": True})

    def build(self, passages: Sequence[Passage]) -> None:
        """Index; the numbers stand for the ids."""
        self._ids = [each.id for each in passages]
        self._embeddings.index([(row, each.whole, None) for row, each in enumerate(passages)])

    def search(self, question: str, k: int) -> list[str]:
        """Return what txtai finds."""
        return [self._ids[row] for row, _ in self._embeddings.search(question, k)]
