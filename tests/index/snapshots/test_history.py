"""Snapshots are listed, gone back to, compared and cleared away; what is served stays whole."""

from __future__ import annotations

import hashlib
import os
import select
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from gazette import DAM, Gazette
from index import snapshot
from index.errors import (
    BuildInProgressError,
    CorruptSnapshotError,
    NoSnapshotError,
    PublishError,
    SchemaMismatchError,
    SnapshotError,
    UnknownSnapshotError,
)
from index.live import open_live
from index.snapshots import garbage, history, snapshot_diff
from published import BEGIN, publish_at, served

if TYPE_CHECKING:
    from collections.abc import Callable


def of_another_format(index_dir: Path, hour: int) -> str:
    """Put a snapshot of another schema version there, whole in itself."""
    data = msgspec.json.encode({"schema_version": snapshot.SCHEMA_VERSION + 1})
    digest = hashlib.sha256(data).hexdigest()[:12]
    name = f"{BEGIN + timedelta(hours=hour):%Y%m%dT%H%M%SZ}-{digest}"
    (index_dir / name).mkdir()
    (index_dir / name / "manifest.json").write_bytes(data)
    return name


def test_what_is_there_is_listed(three_snapshots: tuple[Path, list[str]]) -> None:
    """Newest first, with what each holds, its size, and which is current."""
    index_dir, ids = three_snapshots
    listing = history.list_snapshots(index_dir)
    assert [each.id for each in listing.snapshots] == ids[::-1]
    assert [each.current for each in listing.snapshots] == [True, False, False]
    assert listing.problem == ""
    for hour, each in zip((2, 1, 0), listing.snapshots, strict=True):
        assert each.built_at == BEGIN + timedelta(hours=hour)
        assert (each.files, each.passages, each.problem) == (2, 4, "")
        files = [path for path in (index_dir / each.id).rglob("*") if path.is_file()]
        assert each.size_bytes == sum(len(path.read_bytes()) for path in files)


def test_what_is_broken_is_listed_too(three_snapshots: tuple[Path, list[str]]) -> None:
    """A damaged file, a damaged manifest and another format are told; the rest is as ever."""
    index_dir, ids = three_snapshots
    (index_dir / ids[0] / "vectors").write_text("other")
    (index_dir / ids[1] / "manifest.json").write_text("{}")
    other = of_another_format(index_dir, 5)
    (index_dir / "CURRENT").write_text("20200101T000000Z-0123456789ab\n")
    listing = history.list_snapshots(index_dir)
    by_id = {each.id: each for each in listing.snapshots}
    assert list(by_id) == [other, *ids[::-1]]
    assert "truncated or altered" in by_id[ids[0]].problem
    assert (by_id[ids[0]].passages, by_id[ids[2]].problem) == (4, "")
    assert "was altered" in by_id[ids[1]].problem
    assert (by_id[ids[1]].passages, by_id[ids[1]].built_at) == (None, BEGIN + timedelta(hours=1))
    assert f"has format {snapshot.SCHEMA_VERSION + 1}" in by_id[other].problem
    assert not any(each.current for each in listing.snapshots)
    assert "isn't here" in listing.problem
    (index_dir / "CURRENT").write_bytes(b"\0")
    assert "names no snapshot" in history.list_snapshots(index_dir).problem
    (index_dir / "CURRENT").unlink()
    assert "no file CURRENT" in history.list_snapshots(index_dir).problem


OPERATIONS: dict[str, Callable[[Path], object]] = {
    "list": history.list_snapshots,
    "roll back": history.roll_back,
    "compare": lambda index_dir: snapshot_diff.compare(index_dir, "previous"),
    "collect": garbage.collect,
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_index_yet(tmp_path: Path, operation: Callable[[Path], object]) -> None:
    """Where nothing was built that is said, and nothing is made."""
    with pytest.raises(NoSnapshotError, match="newsquote rebuild"):
        operation(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_going_back(three_snapshots: tuple[Path, list[str]]) -> None:
    """Without a name to the next older one, step by step; with one also forward."""
    index_dir, ids = three_snapshots
    done = history.roll_back(index_dir)
    assert (done.before, done.now.id, served(index_dir)) == (ids[2], ids[1], ids[1])
    assert history.roll_back(index_dir).now.id == served(index_dir) == ids[0]
    with pytest.raises(UnknownSnapshotError, match=f"older than the current one, {ids[0]}"):
        history.roll_back(index_dir)
    assert served(index_dir) == ids[0]
    assert history.roll_back(index_dir, ids[2]).before == ids[0]
    assert served(index_dir) == ids[2]
    assert history.roll_back(index_dir, ids[2]).before == ids[2]
    assert snapshot.list_ids(index_dir) == ids


def test_names(three_snapshots: tuple[Path, list[str]]) -> None:
    """The beginning of an id will do where it is the only one that begins so."""
    index_dir, ids = three_snapshots
    assert history.named(index_dir, "20260101T01") == ids[1]
    assert history.named(index_dir, ids[0]) == ids[0]
    assert history.named(index_dir, "current") == ids[2]
    assert history.named(index_dir, "previous") == ids[1]
    for wrong, what in {
        "2026": "3 snapshots have",
        "2027": "no snapshot has",
        "": "no snapshot has",
        "..": "no snapshot has",
        "CURRENT": "no snapshot has",
        "*": "no snapshot has",
    }.items():
        with pytest.raises(UnknownSnapshotError, match=what):
            history.named(index_dir, wrong)


@pytest.mark.parametrize("damage", ["vectors", "manifest.json"])
def test_no_going_back_to_what_is_broken(
    three_snapshots: tuple[Path, list[str]], damage: str
) -> None:
    """A damaged snapshot, or one of another format, is not served; the one that is stays."""
    index_dir, ids = three_snapshots
    (index_dir / ids[1] / damage).write_text("{}")
    with pytest.raises(CorruptSnapshotError, match=rf"{ids[1]} can't be served.*{damage}.*another"):
        history.roll_back(index_dir)
    other = of_another_format(index_dir, -1)
    with pytest.raises(SchemaMismatchError, match=rf"{other} can't be served.*format"):
        history.roll_back(index_dir, other)
    assert served(index_dir) == ids[2]
    assert history.roll_back(index_dir, ids[0]).now.id == served(index_dir)


@pytest.mark.parametrize("content", [None, b"\0", b"20200101T000000Z-0123456789ab"])
def test_going_back_mends_current(
    three_snapshots: tuple[Path, list[str]], content: bytes | None
) -> None:
    """Where CURRENT is lost or names nothing that is there, a named snapshot is served again."""
    index_dir, ids = three_snapshots
    (index_dir / "CURRENT").unlink()
    if content is not None:
        (index_dir / "CURRENT").write_bytes(content)
    history.roll_back(index_dir, ids[1])
    assert served(index_dir) == ids[1]


def test_a_disk_that_refuses(unprivileged: Path) -> None:
    """Where CURRENT can't be written that is said, and what was served stays."""
    index_dir = unprivileged / "index"
    ids = [publish_at(index_dir, hour) for hour in range(2)]
    (index_dir / ".CURRENT.new").mkdir()
    with pytest.raises(PublishError, match="CURRENT can't be changed"):
        history.roll_back(index_dir)
    assert served(index_dir) == ids[1]
    (index_dir / ".CURRENT.new").rmdir()
    index_dir.chmod(0o555)
    try:
        with pytest.raises(SnapshotError, match="can't be removed: Permission denied"):
            garbage.collect(index_dir, 1)
    finally:
        index_dir.chmod(0o755)
    assert snapshot.list_ids(index_dir) == ids


HOLD = """
import sys, time
from pathlib import Path
from index.snapshots import publishing
with publishing.lock(Path(sys.argv[1])):
    Path(sys.argv[1], ".building-now").mkdir()
    print("held", flush=True)
    time.sleep(60)
"""


def test_nothing_is_changed_while_another_builds(three_snapshots: tuple[Path, list[str]]) -> None:
    """Neither going back, nor clearing, nor trying what would be cleared, meddles with a build."""
    index_dir, ids = three_snapshots
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, index_dir],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert select.select([holder.stdout], [], [], 30)[0]
        for change in (
            lambda: history.roll_back(index_dir),
            lambda: garbage.collect(index_dir, 1),
            lambda: garbage.collect(index_dir, 1, dry_run=True),
        ):
            with pytest.raises(BuildInProgressError):
                change()
        assert (index_dir / ".building-now").exists()
        assert len(history.list_snapshots(index_dir).snapshots) == 3
        os.kill(holder.pid, signal.SIGKILL)
    assert served(index_dir) == ids[2]
    assert [each.name for each in garbage.collect(index_dir).drafts] == [".building-now"]
    assert not (index_dir / ".building-now").exists()


def test_a_running_searcher_follows(gazette: Gazette) -> None:
    """Who follows CURRENT serves the older snapshot after going back, and the newer after that."""
    live = open_live(gazette.index_dir, gazette.encoder)
    gazette.publish({"dam.txt": DAM})
    assert live.refresh()
    assert live.current.ask("Where did the dam break?").quotes[0].text == DAM.strip()
    history.roll_back(gazette.index_dir)
    assert live.refresh()
    assert live.current.info.id == gazette.ids[0]
    assert not live.current.ask("Where did the dam break?").quotes
    history.roll_back(gazette.index_dir, gazette.ids[1])
    assert live.refresh()
    assert live.current.ask("Where did the dam break?").quotes


def test_the_next_build_goes_on_from_where_it_was_gone_back_to(gazette: Gazette) -> None:
    """After going back a rebuild publishes what the corpus holds now, as the newest."""
    gazette.publish({"dam.txt": DAM})
    history.roll_back(gazette.index_dir)
    gazette.publish({})
    assert served(gazette.index_dir) == gazette.ids[2]
    assert snapshot_diff.compare(gazette.index_dir, gazette.ids[1]).same
