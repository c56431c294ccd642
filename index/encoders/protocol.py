"""What the library asks of an embedding model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

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

    def key(self, text: str) -> str:
        """Name a vector by what it is made of: the text, and the model."""
        return hashlib.sha256(f"{self.weights_sha256}\0{text}".encode()).hexdigest()


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
        """Embed a few texts at once, on one thread, so that questions can be asked in parallel.

        Their vectors may be less exact than those of passages.
        """
        ...


class Grouping(Encoder, Protocol):
    """An encoder that says which texts it embeds together.

    A vector's last bits depend on that: to embed elsewhere to the bit, keep the groups.
    """

    def groups(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of ``texts``, group by group, in the order in which each is embedded.

        A group's texts alone, in that order, are one group again.
        """
        ...

    def encode_group(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed one group on one thread, to the same bits as among others on all."""
        ...


@runtime_checkable
class Distributing(Encoder, Protocol):
    """An encoder that begins slowly, and so is told ahead of all that it will be asked for."""

    def embed_ahead(
        self, lots: Sequence[Sequence[str]], progress: Callable[[int], object] | None = None
    ) -> None:
        """Embed what ``encode_passages`` will be called with, lot by lot."""
        ...
