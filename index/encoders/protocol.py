"""What the library asks of an embedding model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Which model it is. Two encoders of one spec give vectors that may be compared.

    ``weights_sha256`` is the hash of the weights file, ``max_pieces`` the longest input in word
    pieces, markers included.
    """

    model: str
    weights_sha256: str
    dimension: int
    max_pieces: int


class Encoder(Protocol):
    """Turns text into unit vectors, float32, one row a text; no text, no row."""

    @property
    def spec(self) -> EncoderSpec:
        """Which model it is."""
        ...

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count each text's word pieces, markers left out."""
        ...

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Embed many texts, using the whole machine; ``progress`` hears how many are done."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a few texts at once, on one thread, so that questions can be asked in parallel."""
        ...
