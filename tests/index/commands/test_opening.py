"""Opening what a command asks."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from index.commands import opening
from index.encoders.loading import Runtime
from index.errors import ModelError
from index.snapshot import CURRENT

if TYPE_CHECKING:
    from pathlib import Path


def test_garbage_is_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while it opens; afterwards, also where that failed."""
    looked: list[bool] = []

    def load(*_: object) -> None:
        looked.append(gc.isenabled())
        raise ModelError("No model.", remedy="")

    (tmp_path / CURRENT).write_text("20260101T000000Z-000000000000\n")
    monkeypatch.setattr(opening, "load_encoder", load)
    with pytest.raises(ModelError):
        opening.open_named(tmp_path, "", Runtime.AUTO, None, "")
    assert looked == [False]
    assert gc.isenabled()
    gc.unfreeze()
