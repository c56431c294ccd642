"""The sentence scorer's files: absent is fine, altered is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from index import scorer
from index.errors import ModelHashError, ModelNotFoundError

if TYPE_CHECKING:
    from pathlib import Path


def test_without_files_there_is_no_scorer(tmp_path: Path) -> None:
    """An installation without the model goes on without it."""
    assert scorer.open_scorer(tmp_path) is None


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """No model is loaded whose files are not those of its card."""
    (tmp_path / scorer.MODEL).write_bytes(b"<net/>")
    (tmp_path / scorer.WEIGHTS).write_bytes(b"weights")
    card = {"sha256": {scorer.MODEL: "0" * 64, scorer.WEIGHTS: "0" * 64}}
    (tmp_path / scorer.CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelHashError, match="not the one that its card tells of"):
        scorer.open_scorer(tmp_path)


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    """A card that cannot be read names itself."""
    (tmp_path / scorer.CARD).write_text("[]", "utf-8")
    with pytest.raises(ModelNotFoundError, match="card"):
        scorer.open_scorer(tmp_path)
