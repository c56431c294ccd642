"""An encoder without a model, for tests of what becomes of vectors."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.protocol import Encoder, EncoderSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

DIMENSION = 32


class Letters(Encoder):
    """Vectors out of a text's letters: the same for the same text, near for texts alike."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def spec(self) -> EncoderSpec:
        return EncoderSpec("letters", "f" * 64, DIMENSION, 128)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        if progress is not None:
            progress(len(texts))
        self.texts += texts
        vectors = np.full((len(texts), DIMENSION), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for pair in pairwise(text):
                vectors[row, (ord(pair[0]) * 7 + ord(pair[1])) % DIMENSION] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)
