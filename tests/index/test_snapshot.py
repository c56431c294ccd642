"""Published snapshots: whole or not there, at every step and after every kind of damage."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from index import build, publishing, snapshot
from index.errors import (
    BuildInProgressError,
    CorruptSnapshotError,
    NoSnapshotError,
    PublishError,
    SchemaMismatchError,
    SnapshotError,
)
from index.manifest import Manifest
from index.search import open_searcher

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from indexed import Built, RunPython

# A program that publishes a small snapshot and can be stopped at its n-th step. A step is
# whatever Python tells its audit hooks of below the index directory: opening a file to write,
# making, renaming and removing. The hook sees them all, whichever module they come from.
PUBLISH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from index import publishing, snapshot
from index.errors import PublishError
from index.manifest import Manifest

index_dir, fail_at, how = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
steps = 0

def watch(event, arguments):
    global steps
    if event not in {"open", "os.rename", "os.mkdir", "os.chmod", "sqlite3.connect"}:
        return
    if event == "open" and arguments[1] is not None and not set("wax+") & set(arguments[1]):
        return
    target = arguments[0]
    if isinstance(target, int) or not os.fsdecode(target).startswith(str(index_dir)):
        return
    steps += 1
    if steps == fail_at:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(28, "No space left on device")

def write(directory):
    (directory / "lexical").mkdir()
    (directory / "lexical" / "terms").write_text(sys.argv[4])
    (directory / "vectors").write_text(sys.argv[4])

def manifest(checksums):
    moment = datetime.fromisoformat(sys.argv[5])
    now = snapshot.SCHEMA_VERSION
    reading = ("r", "utf-8", ())
    return Manifest(
        now, "0", moment, "m", "w", 1, 1, 1, "e", *reading, "c", "s", 1, 1, 1, None, checksums
    )

if fail_at:
    sys.addaudithook(watch)
try:
    with publishing.lock(index_dir):
        print(publishing.publish(index_dir, write, manifest).id)
except PublishError as error:
    print("refused:", error)
print("stopped" if steps >= fail_at else "not stopped")
"""

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def made(moment: datetime, checksums: dict[str, str]) -> Manifest:
    now = snapshot.SCHEMA_VERSION
    reading = ("r", "utf-8", ())
    return Manifest(
        now, "0", moment, "m", "w", 1, 1, 1, "e", *reading, "c", "s", 1, 1, 1, None, checksums
    )


def publish(index_dir: Path, content: str, moment: datetime = BEGIN) -> snapshot.Snapshot:
    """Publish a snapshot of one file."""

    def write(directory: Path) -> None:
        (directory / "vectors").write_text(content)

    with publishing.lock(index_dir):
        return publishing.publish(index_dir, write, lambda checksums: made(moment, checksums))


def drafts(index_dir: Path) -> list[str]:
    return [path.name for path in index_dir.glob(".building-*")]


def test_what_is_published_can_be_opened(tmp_path: Path) -> None:
    """A published snapshot is the current one, has its hash in its name and its checksums."""
    index_dir = tmp_path / "deep" / "index"
    published = publish(index_dir, "one")
    opened = snapshot.open_current(index_dir)
    assert opened == published
    data = (opened.directory / "manifest.json").read_bytes()
    assert opened.id == f"20260101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    checksum = hashlib.sha256(b"one").hexdigest()
    assert opened.manifest.checksums == {"vectors": checksum}
    assert (index_dir / "CURRENT").read_text() == f"{opened.id}\n"
    assert opened.info.built_at == BEGIN


def test_the_same_content_again_is_the_same_snapshot(tmp_path: Path) -> None:
    """Publishing the same at the same second changes nothing."""
    assert publish(tmp_path, "one") == publish(tmp_path, "one")
    assert len(snapshot.list_ids(tmp_path)) == 1


def test_three_snapshots_are_kept(tmp_path: Path) -> None:
    """The newest three stay, in order; nothing else is left behind."""
    ids = [publish(tmp_path, str(n), BEGIN + timedelta(hours=n)).id for n in range(6)]
    assert snapshot.list_ids(tmp_path) == ids[-3:]
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"CURRENT", ".lock", *ids[-3:]}


def test_the_current_one_is_kept_where_the_clock_was_set_back(tmp_path: Path) -> None:
    """A snapshot that is older by its name than all others is served and kept all the same."""
    for n in range(4):
        publish(tmp_path, str(n), BEGIN + timedelta(hours=n))
    latest = publish(tmp_path, "latest", BEGIN - timedelta(days=1))
    assert snapshot.open_current(tmp_path) == latest
    assert len(snapshot.list_ids(tmp_path)) == 3


@pytest.mark.parametrize("how", ["kill", "fail"])
def test_a_build_stopped_at_any_step_leaves_a_whole_snapshot(
    tmp_path: Path, run_python: RunPython, how: str
) -> None:
    """Killed, or refused by the disk, at each step: the old snapshot or the new one is whole.

    Where a build says that the old one stands, it does, and no draft is left. The next build
    succeeds and clears what is left.
    """
    index_dir = tmp_path / "index"
    old = publish(index_dir, "old").id
    moment = BEGIN + timedelta(hours=1)
    outcomes: list[str] = []
    for step in range(1, 99):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(index_dir, tmp_path / "copy")
        done = run_python(PUBLISH, tmp_path / "copy", step, how, "new", moment.isoformat())
        current = snapshot.open_current(tmp_path / "copy")
        if done.stdout.startswith("refused:"):
            assert "No space left on device. The old one stands" in done.stdout
            assert drafts(tmp_path / "copy") == []
            outcomes.append("old")
        elif how == "kill" and done.returncode:
            assert done.returncode == -signal.SIGKILL, done.stderr
            outcomes.append("old" if current.id == old else "new")
        else:
            assert done.returncode == 0, done.stderr
            outcomes.append("new")
        assert (current.id == old) == (outcomes[-1] == "old")
        following = publish(tmp_path / "copy", "next", moment + timedelta(hours=1))
        assert snapshot.open_current(tmp_path / "copy") == following
        assert drafts(tmp_path / "copy") == []
        if "not stopped" in done.stdout:
            break
    else:
        pytest.fail("the build never came to its end")
    assert outcomes.count("old") > 10
    assert outcomes[-1] == "new"


def test_a_build_that_raises_leaves_no_draft(tmp_path: Path) -> None:
    """Whatever a writer raises, the old snapshot stands and the draft is gone."""
    old = publish(tmp_path, "old")

    def write(directory: Path) -> None:
        (directory / "vectors").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), publishing.lock(tmp_path):
        publishing.publish(tmp_path, write, lambda checksums: made(BEGIN, checksums))
    assert snapshot.open_current(tmp_path) == old
    assert drafts(tmp_path) == []


KILLED_REBUILD = """
import os, signal, sys, threading
from pathlib import Path
from index import build
from index.encoders.loading import load_encoder

corpus, index_dir, stage = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def progress(name, done, total):
    if f"{name} {int(done == total)}" == stage:
        os.kill(os.getpid(), signal.SIGKILL)

build.rebuild([corpus], index_dir, load_encoder(), progress=progress)
"""


STAGES = ("reading", "embedding", "embedding sentences", "writing")


@pytest.mark.parametrize("stage", [f"{name} {end}" for name in STAGES for end in (0, 1)])
def test_a_rebuild_killed_in_any_stage_can_be_repeated(
    own_index: Built, encoder: Encoder, run_python: RunPython, stage: str
) -> None:
    """`kill -9` in each stage of a real build: a whole snapshot is served, the next succeeds."""
    before = snapshot.current_id(own_index.index_dir)
    late = "The dam at Orrin Vale broke on Friday. Water stood in the streets of Norrvik.\n"
    (own_index.corpus / "late.txt").write_text(late)
    done = run_python(KILLED_REBUILD, own_index.corpus, own_index.index_dir, stage)
    assert done.returncode == -signal.SIGKILL, done.stderr
    served = snapshot.open_current(own_index.index_dir)
    assert (served.id == before) == (stage != "writing 1")
    report = build.rebuild([own_index.corpus], own_index.index_dir, encoder)
    assert report.embedded == (1 if served.id == before else 0)
    assert snapshot.open_current(own_index.index_dir).id == report.snapshot.id
    assert drafts(own_index.index_dir) == []


@pytest.mark.parametrize("after_s", [0.4, 0.6, 0.8, 1.0])
def test_a_rebuild_killed_at_any_moment_can_be_repeated(
    own_index: Built, encoder: Encoder, after_s: float
) -> None:
    """`kill -9` from outside, whatever the process is at: a question is answered, all goes on."""
    (own_index.corpus / "late.txt").write_text("The dam at Orrin Vale broke on Friday.\n")
    command = ["-m", "index", "rebuild", own_index.corpus, "--index", own_index.index_dir]
    with subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL) as process:
        time.sleep(after_s)
        process.kill()
    searcher = open_searcher(own_index.index_dir, encoder)
    assert searcher.ask("Who swam the Strait of Velm?").quotes
    searcher.close()
    report = build.rebuild([own_index.corpus], own_index.index_dir, encoder)
    assert report.embedded <= 1
    assert snapshot.open_current(own_index.index_dir).id == report.snapshot.id
    assert drafts(own_index.index_dir) == []


LIMITED_REBUILD = """
import resource, sys
from pathlib import Path
from index import build
from index.encoders.loading import load_encoder
from index.errors import PublishError

encoder = load_encoder()
encoder.encode_passages(["warm"])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    build.rebuild([Path(sys.argv[1])], Path(sys.argv[2]), encoder)
except PublishError as error:
    print(error)
"""


@pytest.mark.parametrize("size_bytes", [0, 1_000, 10_000, 25_000])
def test_a_full_disk_is_told(own_index: Built, run_python: RunPython, size_bytes: int) -> None:
    """Where files cannot grow the build says so, the old snapshot stands, and no draft is left."""
    before = snapshot.open_current(own_index.index_dir)
    (own_index.corpus / "late.txt").write_text("The dam at Orrin Vale broke on Friday.\n")
    done = run_python(LIMITED_REBUILD, own_index.corpus, own_index.index_dir, size_bytes)
    assert "could not be written" in done.stdout, done.stderr
    assert "None" not in done.stdout
    assert snapshot.open_current(own_index.index_dir) == before
    assert drafts(own_index.index_dir) == []


def test_an_index_directory_without_permission_is_told(unprivileged: Path) -> None:
    """Where the index may not be written, or its place is a file, the error says so."""
    index_dir = unprivileged / "index"
    publish(index_dir, "old")
    (index_dir / ".lock").unlink(missing_ok=True)
    index_dir.chmod(0o555)
    try:
        with pytest.raises(PublishError, match="Permission denied"):
            publish(index_dir, "new")
    finally:
        index_dir.chmod(0o755)
    (unprivileged / "file").write_text("x")
    with pytest.raises(PublishError, match="File exists"):
        publish(unprivileged / "file", "new")


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "missing", "longer"])
def test_damage_to_any_file_is_found_and_named(own_index: Built, damage: str) -> None:
    """Each file of a real snapshot, the manifest among them, is checked before it is served."""
    directory = own_index.index_dir / snapshot.current_id(own_index.index_dir)
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    assert len(files) >= 5
    for path in files:
        whole = path.read_bytes()
        half = len(whole) // 2
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(
                {
                    "truncated": whole[:-1],
                    "flipped": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
                    "emptied": b"",
                    "longer": whole + b"\n",
                }[damage]
            )
        with pytest.raises(CorruptSnapshotError, match="rebuild") as caught:
            snapshot.open_current(own_index.index_dir)
        assert caught.value.path == str(path)
        path.write_bytes(whole)
    snapshot.open_current(own_index.index_dir)


def test_any_flipped_bit_of_the_manifest_is_found(tmp_path: Path) -> None:
    """The manifest is checked by the hash in the snapshot's name, byte by byte."""
    published = publish(tmp_path, "one")
    path = published.directory / "manifest.json"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(CorruptSnapshotError, match=r"manifest\.json"):
            snapshot.open_current(tmp_path)


def test_another_format_is_told(tmp_path: Path) -> None:
    """A snapshot of another schema version is no corrupt one: the error names both versions."""
    published = publish(tmp_path, "one")
    manifest = msgspec.json.decode((published.directory / "manifest.json").read_bytes())
    for version in (0, 1, snapshot.SCHEMA_VERSION + 1, 99):
        data = msgspec.json.encode({**manifest, "schema_version": version, "new_field": 1})
        name = f"20270101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(data)
        (tmp_path / "CURRENT").write_text(name)
        told = rf"format {version}; {snapshot.SCHEMA_VERSION} is read.*rebuild"
        with pytest.raises(SchemaMismatchError, match=told):
            snapshot.open_current(tmp_path)


def test_a_manifest_of_this_version_without_its_fields_is_corrupt(tmp_path: Path) -> None:
    """A manifest that lacks a field, under its right hash, is refused."""
    data = msgspec.json.encode({"schema_version": snapshot.SCHEMA_VERSION})
    name = f"20270101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "manifest.json").write_bytes(data)
    (tmp_path / "CURRENT").write_text(name)
    with pytest.raises(CorruptSnapshotError, match="is no manifest"):
        snapshot.open_current(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"..", b"../index", b"/etc", b".lock", b"\xff\xfe", b"\0" * 32, b"a\nb", b"none"],
)
def test_a_broken_pointer_is_corrupt(tmp_path: Path, content: bytes) -> None:
    """CURRENT with anything but a snapshot's name leads nowhere, and never out of the index."""
    publish(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(CorruptSnapshotError, match="rebuild"):
        snapshot.open_current(tmp_path)
    publish(tmp_path, "two", BEGIN + timedelta(hours=1))
    snapshot.open_current(tmp_path)


def test_no_index_yet(tmp_path: Path) -> None:
    """Where nothing was built the error says what to run."""
    with pytest.raises(NoSnapshotError, match=r"no index in .* yet.*newsquote rebuild"):
        snapshot.open_current(tmp_path / "none")


def test_the_root_moves_with_the_index(tmp_path: Path, encoder: Encoder, data: Path) -> None:
    """A project that holds corpus and index can be moved whole; quotes still find their files."""
    shutil.copytree(data, tmp_path / "old" / "news")
    build.rebuild([tmp_path / "old" / "news"], tmp_path / "old" / "index", encoder)
    (tmp_path / "old").rename(tmp_path / "new")
    opened = snapshot.open_current(tmp_path / "new" / "index")
    assert opened.corpus_root == (tmp_path / "new" / "news").resolve()


HOLD = """
import sys, time
from pathlib import Path
from index import publishing
with publishing.lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_builds_do_not_run_at_once(tmp_path: Path) -> None:
    """While another process builds, a build is refused; when that process dies, none is."""
    old = publish(tmp_path, "old")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as holder:
        assert holder.stdout is not None
        assert select.select([holder.stdout], [], [], 30)[0]
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BuildInProgressError, match="Another process is building"):
            publish(tmp_path, "new", BEGIN + timedelta(hours=1))
        assert snapshot.open_current(tmp_path) == old
        os.kill(holder.pid, signal.SIGKILL)
    assert publish(tmp_path, "new", BEGIN + timedelta(hours=1)).id != old.id


def test_every_error_is_of_one_tree() -> None:
    """Whoever catches SnapshotError catches all that an index can raise."""
    for kind in (
        BuildInProgressError,
        CorruptSnapshotError,
        NoSnapshotError,
        PublishError,
        SchemaMismatchError,
    ):
        assert issubclass(kind, SnapshotError)
