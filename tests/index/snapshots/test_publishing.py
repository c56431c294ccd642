"""Publishing: the old snapshot or the new one is whole, wherever a build is stopped."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import build, snapshot
from index.errors import BuildInProgressError, PublishError
from index.search import open_searcher
from index.snapshots import opening, publishing
from published import BEGIN, drafts, manifest, publish

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
from index import snapshot
from index.snapshots import publishing
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


def test_the_same_content_again_is_the_same_snapshot(tmp_path: Path) -> None:
    """Publishing the same at the same second changes nothing."""
    assert publish(tmp_path, "one") == publish(tmp_path, "one")
    assert len(snapshot.list_ids(tmp_path)) == 1


def test_a_damaged_one_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    """Publishing again what was damaged since makes it whole."""
    published = publish(tmp_path, "one")
    (published.directory / "vectors").write_text("two")
    assert publish(tmp_path, "one") == published
    assert snapshot.open_current(tmp_path) == published
    assert (published.directory / "vectors").read_text() == "one"
    assert drafts(tmp_path) == []


def test_what_a_snapshot_looks_like_on_disk(tmp_path: Path) -> None:
    """Every user may enter it, whoever built it; the manifest's names are in order."""
    published = publish(tmp_path, "one")
    assert stat.S_IMODE(published.directory.stat().st_mode) == 0o755
    fields: dict[str, object] = json.loads((published.directory / "manifest.json").read_bytes())
    assert list(fields) == sorted(fields)


def test_a_draft_is_written_beside_the_snapshots(tmp_path: Path) -> None:
    """On the same disk, so that it can be renamed; the next build finds it if this one dies."""
    seen: list[Path] = []

    def write(directory: Path) -> None:
        assert publishing.drafts(tmp_path) == [directory]
        seen.append(directory)

    with publishing.lock(tmp_path):
        publishing.publish(tmp_path, write, lambda sums: manifest(BEGIN, sums))
    assert seen[0].parent == tmp_path
    assert publishing.drafts(tmp_path) == []


def test_only_new_files_are_read_for_their_checksums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is the same in the snapshot before has its checksum; any other is read.

    Others are: new ones, one that replaces another, one that is linked with something else, and
    one under a name that the snapshot before hasn't, or has no longer.
    """
    (tmp_path / "elsewhere").write_text("elsewhere")

    def first(directory: Path) -> None:
        (directory / "lexical").mkdir()
        for name in ("lexical/terms", "vectors", "offsets", "lost", "copied"):
            (directory / name).write_text(f"old {name}")
        os.link(tmp_path / "elsewhere", directory / "shared")

    def second(directory: Path) -> None:
        (directory / "lexical").mkdir()
        os.link(before.directory / "lexical" / "terms", directory / "lexical" / "terms")
        os.link(before.directory / "copied", directory / "other")
        for place in (directory, tmp_path):
            os.link(before.directory / "lost", place / "lost")
        os.link(tmp_path / "elsewhere", directory / "offsets")
        (directory / "vectors").write_text("new vectors")
        (before.directory / "lost").unlink()

    index_dir = tmp_path / "index"
    with publishing.lock(index_dir):
        before = publishing.publish(index_dir, first, lambda sums: manifest(BEGIN, sums))
    hashed: list[str] = []
    whole = snapshot.sha256

    def noted(path: Path) -> str:
        hashed.append(path.name)
        return whole(path)

    with monkeypatch.context() as patched, publishing.lock(index_dir):
        patched.setattr(snapshot, "sha256", noted)
        later = BEGIN + timedelta(hours=1)
        made = publishing.publish(index_dir, second, lambda sums: manifest(later, sums), before)
    assert sorted(hashed) == ["lost", "offsets", "other", "vectors"]
    snapshot.check(made)
    names = {"lexical/terms", "other", "lost", "offsets", "vectors"}
    assert set(made.manifest.checksums) == names


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
        (MemoryError(), ""),
    ],
)
def test_what_refuses_a_build_is_told(tmp_path: Path, error: Exception, reason: str) -> None:
    """Where, why, that the old one stands, and what to do."""

    def write(_: Path) -> None:
        raise error

    with pytest.raises(PublishError) as caught, publishing.lock(tmp_path):
        publishing.publish(tmp_path, write, lambda sums: manifest(BEGIN, sums))
    told = (
        f"The new index could not be written into {tmp_path}: {reason}."
        " The old one stands. Make room or give permission, then rebuild."
        if reason
        else f"The new index could not be made in {tmp_path}: there is not enough memory."
        " The old one stands. End other programs or index less, then rebuild."
    )
    assert str(caught.value) == told
    assert caught.value.path == str(tmp_path)
    assert drafts(tmp_path) == []


def test_a_lock_may_leave_what_a_dead_build_left(tmp_path: Path) -> None:
    """Who only removes or restores has no use for clearing; the next build clears."""
    (tmp_path / ".building-x").mkdir()
    with publishing.lock(tmp_path, clearing=False):
        assert drafts(tmp_path) == [".building-x"]
    with publishing.lock(tmp_path):
        assert drafts(tmp_path) == []


def test_a_snapshot_that_cannot_be_removed_is_a_draft(unprivileged: Path) -> None:
    """It is no snapshot any more, nothing is raised, and the next build tries again."""
    doomed = publish(unprivileged, "old")
    held = doomed.directory / "held"
    held.mkdir()
    (held / "file").touch()
    held.chmod(0o555)
    publishing.remove(unprivileged, doomed.id)
    assert snapshot.list_ids(unprivileged) == []
    assert drafts(unprivileged) == [f".building-{doomed.id}"]
    (unprivileged / f".building-{doomed.id}" / "held").chmod(0o755)
    publish(unprivileged, "new")
    assert drafts(unprivileged) == []


def test_three_snapshots_are_kept(tmp_path: Path) -> None:
    """The newest three stay, in order; nothing else is left behind."""
    ids = [publish(tmp_path, str(n), BEGIN + timedelta(hours=n)).id for n in range(6)]
    assert snapshot.list_ids(tmp_path) == ids[-3:]
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"CURRENT", ".lock", opening.FILE, *ids[-3:]}


def test_an_old_snapshot_that_stays_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk won't let one go, the new one is served, and the next build tries again."""

    def refusing(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    ids = [publish(tmp_path, str(n), BEGIN + timedelta(hours=n)).id for n in range(3)]
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "remove", refusing)
        ids.append(publish(tmp_path, "3", BEGIN + timedelta(hours=3)).id)
    assert snapshot.list_ids(tmp_path) == ids
    ids.append(publish(tmp_path, "4", BEGIN + timedelta(hours=4)).id)
    assert snapshot.list_ids(tmp_path) == ids[-3:]


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
        publishing.publish(tmp_path, write, lambda checksums: manifest(BEGIN, checksums))
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


@pytest.mark.parametrize("stage", STAGES)
def test_memory_that_runs_out_is_told(own_index: Built, encoder: Encoder, stage: str) -> None:
    """In whichever stage: the build says so and ends, the old snapshot stands, no draft is left."""
    before = snapshot.open_current(own_index.index_dir)
    (own_index.corpus / "late.txt").write_text("The dam broke on Friday. Water stood in Norrvik.\n")

    def progress(name: str, _done: int, _total: int) -> None:
        if name == stage:
            raise MemoryError

    with pytest.raises(PublishError, match=r"not enough memory\. The old one stands"):
        build.rebuild([own_index.corpus], own_index.index_dir, encoder, progress=progress)
    assert snapshot.open_current(own_index.index_dir) == before
    assert drafts(own_index.index_dir) == []
    report = build.rebuild([own_index.corpus], own_index.index_dir, encoder)
    assert report.published


SHORT_OF_MEMORY = """
import resource, sys
from pathlib import Path
from index import build
from index.encoders.loading import load_encoder
from index.errors import PublishError

encoder = load_encoder()
encoder.encode_passages(["warm"])
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    build.rebuild([Path(sys.argv[1])], Path(sys.argv[2]), encoder)
except PublishError as error:
    sys.exit(str(error))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is taken")
@pytest.mark.parametrize("room_bytes", [0, 100_000_000])
def test_a_build_without_memory_leaves_the_old_snapshot(
    own_index: Built, encoder: Encoder, run_python: RunPython, room_bytes: int
) -> None:
    """The system gives no more: whatever library fails at it, and however, the old one serves."""
    before = snapshot.open_current(own_index.index_dir)
    (own_index.corpus / "late.txt").write_text("The dam at Orrin Vale broke on Friday.\n")
    done = run_python(SHORT_OF_MEMORY, own_index.corpus, own_index.index_dir, room_bytes)
    assert done.returncode != 0
    assert snapshot.open_current(own_index.index_dir) == before
    assert build.rebuild([own_index.corpus], own_index.index_dir, encoder).published
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


HOLD = """
import sys, time
from pathlib import Path
from index.snapshots import publishing
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
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert select.select([holder.stdout], [], [], 30)[0]
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BuildInProgressError, match="Another process is building"):
            publish(tmp_path, "new", BEGIN + timedelta(hours=1))
        assert snapshot.open_current(tmp_path) == old
        os.kill(holder.pid, signal.SIGKILL)
    assert publish(tmp_path, "new", BEGIN + timedelta(hours=1)).id != old.id
