"""Files written, linked and flushed so that a cut of the power leaves the old or the new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from index.snapshots import durable

if TYPE_CHECKING:
    from pathlib import Path


def refusing(*_: object) -> None:
    """What a disk does that can't."""
    raise OSError(22, "Invalid argument")


def test_a_text_is_replaced_whole(tmp_path: Path) -> None:
    """As UTF-8, and nothing is left beside it."""
    for text in ("Skarholm\n", "Zürich, “Velm”"):
        durable.replace_text(tmp_path / "told", text)
        assert (tmp_path / "told").read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [tmp_path / "told"]


def test_where_a_text_cannot_be_replaced_nothing_is_left(tmp_path: Path) -> None:
    """What stood there stands, the draft is gone, and the error is the first one."""
    (tmp_path / "told").mkdir()
    with pytest.raises(IsADirectoryError):
        durable.replace_text(tmp_path / "told", "x")
    assert list(tmp_path.iterdir()) == [tmp_path / "told"]
    with pytest.raises(FileNotFoundError) as caught:
        durable.replace_text(tmp_path / "none" / "told", "x")
    assert caught.value.__context__ is None


def test_a_text_in_its_place_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some disks can't flush a directory: what was written is there all the same."""
    monkeypatch.setattr(durable, "sync", refusing)
    durable.replace_text(tmp_path / "told", "new")
    assert (tmp_path / "told").read_text() == "new"


def test_a_link_is_the_same_file(tmp_path: Path) -> None:
    """It takes no room of its own."""
    (tmp_path / "old").write_text("vectors")
    durable.link(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").samefile(tmp_path / "old")


def test_where_there_are_no_links_a_file_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy has the same content, and is another file."""
    (tmp_path / "old").write_text("vectors")
    monkeypatch.setattr(os, "link", refusing)
    durable.link(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").read_text() == "vectors"
    assert not (tmp_path / "new").samefile(tmp_path / "old")


def test_everything_below_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file and each directory once, the top one last."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "deep").touch()
    (tmp_path / "flat").touch()
    flushed: list[Path] = []
    monkeypatch.setattr(durable, "sync", flushed.append)
    durable.sync_tree(tmp_path)
    assert sorted(flushed) == sorted([tmp_path, *tmp_path.rglob("*")])
    assert flushed[-1] == tmp_path
