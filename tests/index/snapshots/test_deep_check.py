"""`verify --deep`; and nothing of a snapshot is opened before its checksum holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import pytest

from command_line import run
from index import build, snapshot
from index.errors import SnapshotError
from index.live import open_live
from index.search import open_searcher
from index.snapshots import deep_check, history, snapshot_diff
from index.snapshots.deep_check import Damage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import Built


def test_all_is_whole(three_snapshots: tuple[Path, list[str]]) -> None:
    """Files are counted with their manifests."""
    index_dir, _ = three_snapshots
    walked = deep_check.walk(index_dir)
    assert (walked.snapshots, walked.files, walked.damages) == (3, 6, ())


def test_each_damage_is_named(three_snapshots: tuple[Path, list[str]]) -> None:
    """Of every snapshot, also of those that are not served: all of it, not the first alone."""
    index_dir, (oldest, older, current) = three_snapshots
    (index_dir / oldest / "manifest.json").write_text("{}")
    (index_dir / older / "vectors").write_text("x")
    (index_dir / older / "foreign").symlink_to("/dev/null")
    (index_dir / current / "vectors").unlink()
    walked = deep_check.walk(index_dir)
    assert walked.damages[1:] == (
        Damage(older, "vectors", "was truncated or altered"),
        Damage(older, "foreign", "is no file of the snapshot's manifest"),
        Damage(current, "vectors", "cannot be read: No such file or directory"),
    )
    assert walked.damages[0].file == "manifest.json"
    assert "was altered" in walked.damages[0].problem


def test_the_command(own_index: Built) -> None:
    """It compares files, then passages; damage of an old snapshot ends it with 3 as well."""
    index = ["--index", own_index.index_dir]
    whole = run("verify", "--deep", *index)
    assert whole.exit_code == 0
    assert "of 1 snapshot compared: all whole." in whole.stdout
    assert "all stand." in whole.stdout
    current = snapshot.open_current(own_index.index_dir)
    with (current.directory / "vectors.faiss").open("r+b") as file:
        file.write(b"XXXX")
    damaged = run("verify", "--deep", *index)
    assert damaged.exit_code == 3
    assert f"{current.id}/vectors.faiss was truncated or altered" in damaged.stdout
    document = json.loads(run("verify", "--deep", "--json", *index).stdout)
    assert document["deep"]["damaged"][0]["file"] == "vectors.faiss"
    assert json.loads(run("verify", "--json", *index).stdout)["error"]["exit_code"] == 3


OPENING: list[Callable[[Built, Encoder], object]] = [
    lambda built, encoder: open_searcher(built.index_dir, encoder),
    lambda built, encoder: open_live(built.index_dir, encoder),
    lambda built, _: history.roll_back(built.index_dir, "current"),
    lambda built, _: snapshot_diff.compare(built.index_dir, "current", "current"),
    lambda built, encoder: build.rebuild([built.corpus], built.index_dir, encoder),
]


@pytest.mark.parametrize("opens", OPENING, ids=["search", "live", "rollback", "diff", "rebuild"])
def test_nothing_is_read_of_a_snapshot_whose_checksums_do_not_hold(
    own_index: Built,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    opens: Callable[[Built, Encoder], object],
) -> None:
    """No vector index and no array is opened: FAISS trusts what it reads."""
    current = snapshot.open_current(own_index.index_dir)
    with (current.directory / "vectors.faiss").open("r+b") as file:
        file.seek(40)
        file.write(b"\xff" * 8)
    opened: list[str] = []
    read, load = faiss.read_index, np.load

    def reads(path: str) -> Any:
        opened.append(path)
        return read(path)

    def loads(path: Any, *arguments: Any, **options: Any) -> Any:
        opened.append(str(path))
        return load(path, *arguments, **options)

    monkeypatch.setattr(faiss, "read_index", reads)
    monkeypatch.setattr(np, "load", loads)
    try:
        opens(own_index, encoder)
    except SnapshotError as error:
        assert "vectors.faiss was truncated or altered" in str(error)  # noqa: PT017  # rebuild mends it
    assert not any(current.id in path for path in opened)
