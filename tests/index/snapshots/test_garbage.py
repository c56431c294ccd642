"""Snapshots beyond those to keep are cleared away; what is served or open stays whole."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from gazette import DAM, Gazette
from index import snapshot
from index.errors import CorruptSnapshotError, SnapshotError
from index.search import open_searcher
from index.snapshots import garbage, history, opening
from published import publish_at, served

if TYPE_CHECKING:
    from pathlib import Path


def taken(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("current", range(5))
@pytest.mark.parametrize("keep", [1, 2, 3, 7])
def test_clearing(tmp_path: Path, current: int, keep: int) -> None:
    """The current one stays, and of the others the newest; drafts go; what is freed is told."""
    index_dir = tmp_path / "index"
    for hour in range(5):
        name = publish_at(index_dir, hour, "x" * (hour + 1) * 1000)
        shutil.copytree(index_dir / name, tmp_path / "pruned" / name)
    shutil.copytree(tmp_path / "pruned", index_dir, dirs_exist_ok=True)
    ids = snapshot.list_ids(index_dir)
    assert len(ids) == 5
    history.roll_back(index_dir, ids[current])
    (index_dir / ".building-left").mkdir()
    (index_dir / ".building-left" / "vectors.faiss").write_text("x" * 500)
    others = [each for each in ids if each != ids[current]]
    expected = sorted([ids[current], *others[len(others) - min(keep - 1, len(others)) :]])
    before = taken(index_dir)

    tried = garbage.collect(index_dir, keep, dry_run=True)
    assert (taken(index_dir), snapshot.list_ids(index_dir)) == (before, ids)

    done = garbage.collect(index_dir, keep)
    assert snapshot.list_ids(index_dir) == expected == list(done.kept)
    assert [each.name for each in done.snapshots] == [each for each in ids if each not in expected]
    assert [(each.name, each.size_bytes) for each in done.drafts] == [(".building-left", 500)]
    assert done.freed_bytes == before - taken(index_dir)
    assert (tried.snapshots, tried.drafts, tried.kept) == (done.snapshots, done.drafts, done.kept)
    assert {each.name for each in index_dir.iterdir()} <= {
        "CURRENT",
        ".lock",
        opening.FILE,
        *expected,
    }
    assert served(index_dir) == ids[current]
    assert garbage.collect(index_dir, keep).freed_bytes == 0


@pytest.mark.parametrize("content", [None, b"\0", b"20200101T000000Z-0123456789ab"])
def test_nothing_is_cleared_while_none_is_served(
    three_snapshots: tuple[Path, list[str]], content: bytes | None
) -> None:
    """Where CURRENT is broken, or what it names, an older one is what is left to go back to."""
    index_dir, ids = three_snapshots
    (index_dir / "CURRENT").unlink()
    if content is not None:
        (index_dir / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError):
        garbage.collect(index_dir, 1)
    (index_dir / "CURRENT").write_text(ids[2])
    (index_dir / ids[2] / "vectors").write_text("other")
    with pytest.raises(CorruptSnapshotError):
        garbage.collect(index_dir, 1)
    assert snapshot.list_ids(index_dir) == ids


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file can't be removed")
def test_an_open_snapshot_outlives_its_removal(gazette: Gazette) -> None:
    """A searcher that was opened before it was cleared away answers as before."""
    old = open_searcher(gazette.index_dir, gazette.encoder)
    fresh = open_searcher(gazette.index_dir, gazette.encoder)
    question = "When was the harbour of Velm closed?"
    before = old.ask(question)
    gazette.publish({"dam.txt": DAM})
    done = garbage.collect(gazette.index_dir, 1)
    assert [each.name for each in done.snapshots] == [gazette.ids[0]]
    assert not (gazette.index_dir / gazette.ids[0]).exists()
    assert old.ask(question) == before
    assert fresh.ask(question) == before  # the first question of all that it is asked
    assert before.quotes
    assert old.search("ships").hits
    old.close()
    fresh.close()
