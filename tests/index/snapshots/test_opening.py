"""A snapshot that was found whole is opened without being read again, unless it was written to."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from index import snapshot
from index.errors import CorruptSnapshotError
from index.snapshots import file_stamps, opening

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import Built


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are hashed from now on; nothing counts as still changing."""
    names: list[str] = []
    sha256 = snapshot.sha256

    def noted(path: Path) -> str:
        names.append(path.name)
        return sha256(path)

    monkeypatch.setattr(snapshot, "sha256", noted)
    monkeypatch.setattr(file_stamps, "RACY_NS", -(10**18))
    return names


def test_what_was_whole_is_not_read_again(own_index: Built, read: list[str]) -> None:
    """The first to open reads what is not known to be whole, the second nothing."""
    (own_index.index_dir / opening.FILE).unlink(missing_ok=True)
    found = opening.open_current(own_index.index_dir)
    assert len(read) == len(found.manifest.checksums)
    read.clear()
    assert opening.open_current(own_index.index_dir) == found
    assert read == []
    assert snapshot.open_current(own_index.index_dir) == found
    assert len(read) == len(found.manifest.checksums)


def test_what_was_written_to_is_read(own_index: Built, read: list[str]) -> None:
    """A changed byte is found though size and time of the file are as they were; so is a gap."""
    found = opening.open_current(own_index.index_dir)
    path = found.directory / "vectors.npy"
    if not path.exists():
        path = found.directory / next(iter(found.manifest.checksums))
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    read.clear()
    with pytest.raises(CorruptSnapshotError, match=path.name):
        opening.open_current(own_index.index_dir)
    assert read == [path.name]
    path.unlink()
    with pytest.raises(CorruptSnapshotError, match=path.name):
        opening.open_current(own_index.index_dir)


def test_a_copy_is_read(own_index: Built, read: list[str], tmp_path: Path) -> None:
    """An index that was copied elsewhere, with its times, is checked there."""
    found = opening.open_current(own_index.index_dir)
    shutil.copytree(own_index.index_dir, tmp_path / "copy")
    read.clear()
    assert opening.open_current(tmp_path / "copy").id == found.id
    assert len(read) == len(found.manifest.checksums)


@pytest.mark.parametrize("damage", [b"", b"[]", b"\xff"])
def test_stamps_that_cannot_be_read_are_none(
    own_index: Built, read: list[str], damage: bytes
) -> None:
    """Then everything is read."""
    (own_index.index_dir / opening.FILE).write_bytes(damage)
    found = opening.open_current(own_index.index_dir)
    assert len(read) == len(found.manifest.checksums)


def test_what_was_just_published_is_not_read(
    own_index: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For large files a publish waits until their times say all; small ones are soon read."""
    found = opening.open_current(own_index.index_dir)
    names = list(found.manifest.checksums)

    def known() -> list[str]:
        for name in names:
            os.utime(found.directory / name, ns=(time.time_ns(), time.time_ns() | 1))
        opening.remember(found, waiting=True)
        stamps: dict[str, object] = json.loads((own_index.index_dir / opening.FILE).read_text())[1]
        return sorted(stamps)

    with monkeypatch.context() as slow:
        slow.setattr(file_stamps, "FINE_NS", 10**11)  # nothing settles while this runs
        assert known() == []
    monkeypatch.setattr(opening, "WORTH_WAITING_BYTES", 0)
    assert known() == sorted(names)


@pytest.mark.parametrize(
    ("mtime_ns", "ctime_ns", "after_ns"),
    [
        (1_000_000_000_000_000_007, 1_000_000_000_000_000_003, file_stamps.FINE_NS),
        (1_000_000_000_000_000_000, 1_000_000_000_000_000_003, file_stamps.RACY_NS),  # seconds
        (1_000_000_000_010_000_000, 1_000_000_000_010_000_000, file_stamps.RACY_NS),  # exFAT
    ],
)
def test_coarse_times_take_longer_to_settle(mtime_ns: int, ctime_ns: int, after_ns: int) -> None:
    """Where a clock ticks seldom, a file may change twice in one tick."""
    stamp = file_stamps.Stamp(1, mtime_ns, ctime_ns)
    assert stamp.settled_ns == max(mtime_ns, ctime_ns) + after_ns
