"""What runs in a worker: one model, one thread, texts in and vectors out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.loading import Runtime, load_encoder
from index.errors import ModelMismatchError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which model a worker loads, and the hash that its weights must have."""

    model: str
    runtime: Runtime
    weights_sha256: str


class Embedder:
    """Embeds groups of texts, each as the builder's own encoder would embed them together."""

    def __init__(self, recipe: Recipe) -> None:
        """Load the model. Raises ModelError, ModelMismatchError."""
        self._encoder = load_encoder(recipe.model, recipe.runtime)
        found = self._encoder.spec.weights_sha256
        if found != recipe.weights_sha256:
            raise ModelMismatchError(
                f"A worker has the model {self._encoder.spec.model} with weights {found},"
                f" the builder has {recipe.weights_sha256}.",
                remedy="Install the same newsquote and the same model on every machine.",
            )

    def __call__(self, block: Any) -> Any:
        """Take a table of numbered groups of texts; return their numbers and vectors."""
        pa: Any = import_module("pyarrow")
        # On one thread: each core of the machine has a worker of its own.
        vectors = [
            _bytes(self._encoder.encode_group(texts)) for texts in block["texts"].to_pylist()
        ]
        return pa.table({"group": block["group"], "vectors": pa.array(vectors, pa.binary())})


def _bytes(vectors: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(vectors, dtype="<f4").tobytes()
