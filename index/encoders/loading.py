"""Which encoder to use for a model."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from index.encoders import packaged

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder, Grouping


class Runtime(StrEnum):
    """What computes the vectors. ``auto`` is OpenVINO for the packaged model."""

    AUTO = "auto"
    OPENVINO = "openvino"
    SENTENCE_TRANSFORMERS = "sentence-transformers"


def load_encoder(
    model: str = "",
    runtime: Runtime = Runtime.AUTO,
    device: str | None = None,
    cache: Path | None = None,
) -> Grouping:
    """Load the packaged model, or the one that ``model`` names. Raises ModelError.

    A ``device`` such as ``cuda`` is reached through sentence-transformers.
    """
    ours = model in {"", packaged.NAME}
    if ours and runtime is not Runtime.SENTENCE_TRANSFORMERS and device is None:
        from index.encoders.conversion import ensure
        from index.encoders.fast import FastEncoder

        return FastEncoder(ensure(cache), packaged.SPEC)
    from index.encoders.sentence_transformer import SentenceTransformerEncoder

    if ours:
        return SentenceTransformerEncoder(str(packaged.directory()), device, packaged.NAME)
    return SentenceTransformerEncoder(model, device)


def runs_on(encoder: Encoder) -> str:
    """Name what computes an encoder's vectors: runtime, device, precision, threads."""
    runtime = getattr(encoder, "runtime", None)
    return runtime if isinstance(runtime, str) else type(encoder).__name__
