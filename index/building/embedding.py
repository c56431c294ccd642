"""Texts → vectors; the snapshot before gives those it has of the same text by the same model."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.building.previous import Previous
    from index.building.reporting import Progress
    from index.encoders.protocol import Encoder


def embed(
    texts: Sequence[str],
    keys: Sequence[str],
    encoder: Encoder,
    before: Previous,
    tell: Progress,
) -> tuple[NDArray[np.float32], int]:
    """Take vectors over where the key is known; return all of them and how many are new."""
    vectors = np.zeros((len(texts), encoder.spec.dimension), dtype=np.float32)
    new = [i for i, key in enumerate(keys) if key not in before.rows]
    old = [i for i, key in enumerate(keys) if key in before.rows]
    if old:
        vectors[old] = before.vectors[[before.rows[keys[i]] for i in old]]
    if new:
        tell("embedding", 0, len(new))
        vectors[new] = encoder.encode_passages(
            [texts[i] for i in new], lambda done: tell("embedding", done, len(new))
        )
    return vectors, len(new)


def key(text: str, weights_sha256: str) -> str:
    """Name a vector by what it is made of: the text, and the model."""
    return hashlib.sha256(f"{weights_sha256}\0{text}".encode()).hexdigest()
