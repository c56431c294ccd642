"""The plain way to search news by meaning: sentence-transformers and FAISS's exact flat index.

``python -m index.benchmarking.plain_way DIRECTORY QUESTION`` answers one question and ends, which
is its cold start.
"""
# sentence-transformers and FAISS are typed in parts.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

VECTORS: Final = "vectors.faiss"
TEXTS: Final = "texts.json"


def load_model() -> Any:
    """Load the packaged model in sentence-transformers, in 32-bit floats on the processor."""
    from index.encoders import packaged
    from index.encoders.sentence_transformer import offline

    with offline():
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(packaged.directory()), device="cpu", local_files_only=True)


def embed(model: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed texts as the library does by itself: batches of 32, sorted by length."""
    return model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


class PlainWay:
    """Texts, their vectors in an IndexFlatIP, and a model for questions."""

    def __init__(self, model: Any, index: Any, texts: Sequence[str]) -> None:
        self.model = model
        self.index = index
        self.texts = texts

    @classmethod
    def build(cls, directory: Path, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Index vectors and write all to a directory."""
        import faiss

        index: Any = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        directory.mkdir(parents=True, exist_ok=True)
        faiss.write_index(index, str(directory / VECTORS))
        (directory / TEXTS).write_text(json.dumps(texts), "utf-8")

    @classmethod
    def open(cls, directory: Path, model: Any) -> PlainWay:
        """Read all from a directory."""
        import faiss

        index: Any = faiss.read_index(str(directory / VECTORS))
        return cls(model, index, json.loads((directory / TEXTS).read_text("utf-8")))

    def nearest(
        self, vectors: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Find the ``k`` rows nearest to each vector, with their cosines."""
        return self.index.search(vectors, k)

    def search(self, question: str, k: int = 10) -> list[tuple[float, str]]:
        """Find the ``k`` texts nearest to a question."""
        scores, rows = self.nearest(embed(self.model, [question]), k)
        found = zip(scores[0].tolist(), rows[0].tolist(), strict=True)
        return [(float(score), self.texts[int(row)]) for score, row in found if row >= 0]


def _main() -> None:
    directory, question = sys.argv[1:]
    found = PlainWay.open(Path(directory), load_model()).search(question)
    sys.stdout.write("".join(f"{score:.3f} {text}\n" for score, text in found))


if __name__ == "__main__":
    _main()
