"""Snapshots are listed, gone back to, compared and cleared away; what is served stays whole."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from index import build, garbage, history, publishing, snapshot, snapshot_diff
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
from index.manifest import Manifest
from index.passage_store import PassageStore
from index.search import open_searcher
from index.snapshot_diff import FileChange, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from index.encoders.protocol import Encoder
    from index.records import Passage
    from indexed import WriteCorpus

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAM = "The dam at Orrin Vale broke on Friday, flooding two villages.\n"


def publish(index_dir: Path, hour: int, content: str = "vectors") -> str:
    """Publish a snapshot of one file, built at that hour, and return its id."""
    now = snapshot.SCHEMA_VERSION

    def write(directory: Path) -> None:
        (directory / "vectors").write_text(content)

    def manifest(sums: dict[str, str]) -> Manifest:
        moment = BEGIN + timedelta(hours=hour)
        how = ("r", "utf-8", ())
        return Manifest(
            now, "0", moment, "m", "w", 1, 1, 1, "e", *how, "c", "s", 2, 3, 4, None, sums
        )

    with publishing.lock(index_dir):
        return publishing.publish(index_dir, write, manifest).id


def of_another_format(index_dir: Path, hour: int) -> str:
    """Put a snapshot of another schema version there, whole in itself."""
    data = msgspec.json.encode({"schema_version": snapshot.SCHEMA_VERSION + 1})
    digest = hashlib.sha256(data).hexdigest()[:12]
    name = f"{BEGIN + timedelta(hours=hour):%Y%m%dT%H%M%SZ}-{digest}"
    (index_dir / name).mkdir()
    (index_dir / name / "manifest.json").write_bytes(data)
    return name


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, list[str]]:
    """An index of three snapshots, the last one current, and their ids, oldest first."""
    index_dir = tmp_path / "index"
    return index_dir, [publish(index_dir, hour) for hour in range(3)]


def served(index_dir: Path) -> str:
    return snapshot.open_current(index_dir).id


def test_what_is_there_is_listed(three: tuple[Path, list[str]]) -> None:
    """Newest first, with what each holds, its size, and which is current."""
    index_dir, ids = three
    listing = history.list_snapshots(index_dir)
    assert [each.id for each in listing.snapshots] == ids[::-1]
    assert [each.current for each in listing.snapshots] == [True, False, False]
    assert listing.problem == ""
    for hour, each in zip((2, 1, 0), listing.snapshots, strict=True):
        assert each.built_at == BEGIN + timedelta(hours=hour)
        assert (each.files, each.passages, each.problem) == (2, 4, "")
        files = [path for path in (index_dir / each.id).rglob("*") if path.is_file()]
        assert each.size_bytes == sum(len(path.read_bytes()) for path in files)


def test_what_is_broken_is_listed_too(three: tuple[Path, list[str]]) -> None:
    """A damaged file, a damaged manifest and another format are told; the rest is as ever."""
    index_dir, ids = three
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


def test_going_back(three: tuple[Path, list[str]]) -> None:
    """Without a name to the next older one, step by step; with one also forward."""
    index_dir, ids = three
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


def test_names(three: tuple[Path, list[str]]) -> None:
    """The beginning of an id will do where it is the only one that begins so."""
    index_dir, ids = three
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
def test_no_going_back_to_what_is_broken(three: tuple[Path, list[str]], damage: str) -> None:
    """A damaged snapshot, or one of another format, is not served; the one that is stays."""
    index_dir, ids = three
    (index_dir / ids[1] / damage).write_text("{}")
    with pytest.raises(CorruptSnapshotError, match=rf"{ids[1]} can't be served.*{damage}.*another"):
        history.roll_back(index_dir)
    other = of_another_format(index_dir, -1)
    with pytest.raises(SchemaMismatchError, match=rf"{other} can't be served.*format"):
        history.roll_back(index_dir, other)
    assert served(index_dir) == ids[2]
    assert history.roll_back(index_dir, ids[0]).now.id == served(index_dir)


@pytest.mark.parametrize("content", [None, b"\0", b"20200101T000000Z-0123456789ab"])
def test_going_back_mends_current(three: tuple[Path, list[str]], content: bytes | None) -> None:
    """Where CURRENT is lost or names nothing that is there, a named snapshot is served again."""
    index_dir, ids = three
    (index_dir / "CURRENT").unlink()
    if content is not None:
        (index_dir / "CURRENT").write_bytes(content)
    history.roll_back(index_dir, ids[1])
    assert served(index_dir) == ids[1]


def test_a_disk_that_refuses(unprivileged: Path) -> None:
    """Where CURRENT can't be written that is said, and what was served stays."""
    index_dir = unprivileged / "index"
    ids = [publish(index_dir, hour) for hour in range(2)]
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
from index import publishing
with publishing.lock(Path(sys.argv[1])):
    Path(sys.argv[1], ".building-now").mkdir()
    print("held", flush=True)
    time.sleep(60)
"""


def test_nothing_is_changed_while_another_builds(three: tuple[Path, list[str]]) -> None:
    """Neither going back, nor clearing, nor trying what would be cleared, meddles with a build."""
    index_dir, ids = three
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, index_dir],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
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


def taken(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("current", range(5))
@pytest.mark.parametrize("keep", [1, 2, 3, 7])
def test_clearing(tmp_path: Path, current: int, keep: int) -> None:
    """The current one stays, and of the others the newest; drafts go; what is freed is told."""
    index_dir = tmp_path / "index"
    for hour in range(5):
        name = publish(index_dir, hour, "x" * (hour + 1) * 1000)
        shutil.copytree(index_dir / name, tmp_path / "pruned" / name)
    shutil.copytree(tmp_path / "pruned", index_dir, dirs_exist_ok=True)
    ids = snapshot.list_ids(index_dir)
    assert len(ids) == 5
    history.roll_back(index_dir, ids[current])
    (index_dir / ".building-left").mkdir()
    (index_dir / ".building-left" / "vectors.npy").write_text("x" * 500)
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
    assert {each.name for each in index_dir.iterdir()} <= {"CURRENT", ".lock", *expected}
    assert served(index_dir) == ids[current]
    assert garbage.collect(index_dir, keep).freed_bytes == 0


@pytest.mark.parametrize("content", [None, b"\0", b"20200101T000000Z-0123456789ab"])
def test_nothing_is_cleared_while_none_is_served(
    three: tuple[Path, list[str]], content: bytes | None
) -> None:
    """Where CURRENT is broken, or what it names, an older one is what is left to go back to."""
    index_dir, ids = three
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


@dataclass(slots=True)
class Desk:
    """A corpus that changes, and its snapshots by number."""

    corpus: Path
    index_dir: Path
    encoder: Encoder
    ids: list[str] = field(default_factory=list[str])

    def publish(self, files: Mapping[str, str | None]) -> str:
        """Write files, or remove them, and build; returns the snapshot's id."""
        for name, content in files.items():
            if content is None:
                (self.corpus / name).unlink()
            else:
                (self.corpus / name).write_text(content)
        if self.ids:
            # Ids tell seconds: a snapshot of the same second is neither older nor newer.
            time.sleep(1 - time.time() % 1)
        self.ids.append(build.rebuild([self.corpus], self.index_dir, self.encoder).snapshot.id)
        return self.ids[-1]


@pytest.fixture
def desk(write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder) -> Desk:
    """A corpus of three files, built."""
    corpus = write_corpus(
        {
            "harbour.txt": "The harbour of Velm was closed on Monday.\n\nTwo ships had to wait.\n",
            "parks.txt": "A park opens in Norrvik in May.\n",
            "trams.txt": "Trams will run at night.\n",
        }
    )
    made = Desk(corpus, tmp_path / "index", encoder)
    made.publish({})
    return made


def texts(passages: tuple[Passage, ...]) -> list[str]:
    return [each.text for each in passages]


def test_what_came_and_went(desk: Desk) -> None:
    """Files and passages that are new, changed or gone are told; what only moved is not."""
    desk.publish(
        {
            "dam.txt": DAM,
            "harbour.txt": "Late news.\n\nTwo ships had to wait.\n\nThey left on Tuesday.\n",
            "parks.txt": "\nA park opens in Norrvik in May.\n",
            "trams.txt": None,
        }
    )
    found = snapshot_diff.compare(desk.index_dir, "previous")
    assert (found.before.id, found.after.id) == tuple(desk.ids)
    assert (found.added, found.changed, found.removed) == (1, 2, 1)
    assert (found.came, found.went, found.same) == (3, 2, False)
    assert [(each.path, each.change, each.came, each.went) for each in found.files] == [
        ("dam.txt", FileChange.ADDED, 1, 0),
        ("harbour.txt", FileChange.CHANGED, 2, 1),
        ("parks.txt", FileChange.CHANGED, 0, 0),
        ("trams.txt", FileChange.REMOVED, 0, 1),
    ]
    dam, harbour, parks, trams = found.files
    assert (texts(dam.new), dam.gone) == ([DAM.strip()], ())
    assert texts(harbour.new) == ["Late news.", "They left on Tuesday."]
    assert [str(each.place) for each in harbour.new] == ["harbour.txt:1", "harbour.txt:5"]
    assert texts(harbour.gone) == ["The harbour of Velm was closed on Monday."]
    assert (parks.gone, parks.new) == ((), ())
    assert texts(trams.gone) == ["Trams will run at night."]
    assert found.not_shown == (0, 0)

    back = snapshot_diff.compare(desk.index_dir, desk.ids[1], desk.ids[0])
    assert (back.added, back.changed, back.removed, back.came, back.went) == (1, 2, 1, 2, 3)
    assert texts(back.files[1].new) == texts(harbour.gone)


def test_the_same_is_the_same(desk: Desk) -> None:
    """A snapshot and itself, and one of a corpus that is again as it was, don't differ."""
    assert snapshot_diff.compare(desk.index_dir, "current").same
    desk.publish({"dam.txt": DAM})
    desk.publish({"dam.txt": None})
    found = snapshot_diff.compare(desk.index_dir, desk.ids[0])
    assert found.same
    assert (found.files, found.came, found.went, found.changed) == ((), 0, 0, 0)


def test_counts_agree_with_sets_and_the_limit_cuts_only_what_is_shown(desk: Desk) -> None:
    """Whatever the limit, counts are of all, and what is shown comes first, in order.

    The expectation is made from the two stores by set difference.
    """
    desk.publish(
        {
            **{f"{n}.txt": f"Item {n}.\n\nIts other part {n}.\n" for n in range(6)},
            "harbour.txt": "Nothing.\n",
        }
    )
    desk.publish({**{f"{n}.txt": None for n in range(3)}, "3.txt": "Item 3.\n", "ä.txt": DAM})
    sides: list[dict[str, Passage]] = []
    for each in desk.ids[1:]:
        with closing(PassageStore(desk.index_dir / each)) as store:
            sides.append({passage.id: passage for passage in store.all()})
    went = [passage for key, passage in sides[0].items() if key not in sides[1]]
    came = [passage for key, passage in sides[1].items() if key not in sides[0]]
    assert (len(went), len(came)) == (7, 1)
    for limit in (0, 1, 3, 4, 5, 99):
        found = snapshot_diff.compare(desk.index_dir, "previous", limit=limit)
        assert (found.came, found.went) == (len(came), len(went))
        assert (found.added, found.changed, found.removed, found.differing) == (1, 1, 3, 5)
        assert len(found.files) == min(limit, 5)
        assert [each.path for each in found.files] == sorted(each.path for each in found.files)
        shown = [passage for each in found.files for passage in (*each.gone, *each.new)]
        paths = {each.path for each in found.files}
        expected = sorted(
            [(each.place.path, n, each) for n, each in enumerate([*went, *came])],
            key=lambda each: each[:2],
        )
        assert shown == [each for path, _, each in expected if path in paths][:limit]
        assert found.not_shown == (5 - len(found.files), 8 - len(shown))
        by_path = Counter(each.place.path for each in went)
        assert all(each.went == by_path[each.path] for each in found.files)


def test_a_damaged_store_is_told(desk: Desk) -> None:
    """A store that was altered is not compared."""
    desk.publish({"dam.txt": DAM})
    path = desk.index_dir / desk.ids[0] / "passages.sqlite"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptSnapshotError, match=r"passages\.sqlite"):
        snapshot_diff.compare(desk.index_dir, "previous")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Short.", "Short."),
        ("One line.\nAnother.", "One line."),
        ("", ""),
        ("word " * 30, ("word " * 16).strip()),
        ("x" * 200, "x" * 80),
        ("a  b\t" * 40, None),
    ],
)
def test_first_words(text: str, words: str | None) -> None:
    """They are the beginning of the text as it stands, and end with a word where there is one."""
    found = opening(text)
    assert text.startswith(found)
    assert len(found) <= 80
    assert words is None or found == words


def test_a_running_searcher_follows(desk: Desk) -> None:
    """Who follows CURRENT serves the older snapshot after going back, and the newer after that."""
    live = open_live(desk.index_dir, desk.encoder)
    desk.publish({"dam.txt": DAM})
    assert live.refresh()
    assert live.current.ask("Where did the dam break?").quotes[0].text == DAM.strip()
    history.roll_back(desk.index_dir)
    assert live.refresh()
    assert live.current.info.id == desk.ids[0]
    assert not live.current.ask("Where did the dam break?").quotes
    history.roll_back(desk.index_dir, desk.ids[1])
    assert live.refresh()
    assert live.current.ask("Where did the dam break?").quotes


def test_the_next_build_goes_on_from_where_it_was_gone_back_to(desk: Desk) -> None:
    """After going back a rebuild publishes what the corpus holds now, as the newest."""
    desk.publish({"dam.txt": DAM})
    history.roll_back(desk.index_dir)
    desk.publish({})
    assert served(desk.index_dir) == desk.ids[2]
    assert snapshot_diff.compare(desk.index_dir, desk.ids[1]).same


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file can't be removed")
def test_an_open_snapshot_outlives_its_removal(desk: Desk) -> None:
    """A searcher that was opened before it was cleared away answers as before."""
    old = open_searcher(desk.index_dir, desk.encoder)
    fresh = open_searcher(desk.index_dir, desk.encoder)
    question = "When was the harbour of Velm closed?"
    before = old.ask(question)
    desk.publish({"dam.txt": DAM})
    done = garbage.collect(desk.index_dir, 1)
    assert [each.name for each in done.snapshots] == [desk.ids[0]]
    assert not (desk.index_dir / desk.ids[0]).exists()
    assert old.ask(question) == before
    assert fresh.ask(question) == before  # the first question of all that it is asked
    assert before.quotes
    assert old.search("ships").hits
    old.close()
    fresh.close()
