"""An immutable published index: a directory, its manifest, and CURRENT, which names one.

::

    .newsquote/
      CURRENT                           one line: the snapshot that is served
      .lock                             held while building; dies with its owner
      20261124T091500Z-1f0c5ab27e4d/    its hash is that of its manifest
        manifest.json                   written last; has every other file's checksum
        passages.sqlite  vectors.npy  vectors.faiss  lexical/
        sentences.npy  sentence_offsets.npy  vocabulary.msgpack
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index import durable
from index.errors import (
    BuildInProgressError,
    CorruptSnapshotError,
    NoSnapshotError,
    PublishError,
    SchemaMismatchError,
    SnapshotError,
)
from index.records import Manifest, SnapshotInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator

SCHEMA_VERSION: Final = 3
KEEP: Final = 3
"""How many snapshots stay after a build, the new one among them."""

_CURRENT: Final = "CURRENT"
_MANIFEST: Final = "manifest.json"
_DRAFT_PREFIX: Final = ".building-"
_REBUILD: Final = "Run `newsquote rebuild`."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot whose manifest has been read and found whole."""

    id: str
    directory: Path
    manifest: Manifest

    @property
    def corpus_root(self) -> Path:
        """The directory that citations' paths are relative to."""
        return (self.directory.parent / self.manifest.corpus_root).resolve()

    @property
    def info(self) -> SnapshotInfo:
        """What an answer says about where it comes from."""
        return SnapshotInfo(
            self.id,
            self.manifest.built_at,
            self.manifest.newest_published,
            self.manifest.passages,
        )


def current_id(index_dir: Path) -> str:
    """Name the snapshot that is served. Raises NoSnapshotError, CorruptSnapshotError."""
    try:
        name = (index_dir / _CURRENT).read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise NoSnapshotError(
            f"There is no index in {index_dir} yet.", remedy=_REBUILD, path=str(index_dir)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptSnapshotError(
            f"{index_dir / _CURRENT} cannot be read.", remedy=_REBUILD, path=str(index_dir)
        ) from error
    # After a power cut a file may hold NULs where its text should be.
    if Path(name).name != name or name.startswith(".") or not name or not name.isprintable():
        raise CorruptSnapshotError(
            f"{index_dir / _CURRENT} names no snapshot.", remedy=_REBUILD, path=str(index_dir)
        )
    return name


def open_current(index_dir: Path) -> Snapshot:
    """Open the snapshot that CURRENT names and check all its files. Raises SnapshotError."""
    snapshot = read(index_dir, current_id(index_dir))
    check(snapshot)
    return snapshot


def read(index_dir: Path, snapshot_id: str) -> Snapshot:
    """Read one snapshot's manifest. Raises SnapshotError."""
    directory = index_dir / snapshot_id
    path = directory / _MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _corrupt(path, "is missing") from error
    try:
        version = msgspec.json.decode(data, type=dict[str, object]).get("schema_version")
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _corrupt(path, "is not JSON") from error
    if snapshot_id.rpartition("-")[2] != _short_hash(data):
        raise _corrupt(path, "was altered")
    if version != SCHEMA_VERSION:
        raise SchemaMismatchError(
            f"The index in {index_dir} has format {version}; {SCHEMA_VERSION} is read here.",
            remedy=_REBUILD,
            path=str(index_dir),
        )
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise _corrupt(path, "is no manifest") from error
    return Snapshot(snapshot_id, directory, manifest)


def check(snapshot: Snapshot, names: Collection[str] | None = None) -> None:
    """Compare every file, or those of ``names``, with its checksum.

    Raises CorruptSnapshotError, naming the file.
    """
    for name, expected in snapshot.manifest.checksums.items():
        if names is not None and name not in names:
            continue
        path = snapshot.directory / name
        try:
            found = _hash(path)
        except OSError as error:
            raise _corrupt(path, "is missing") from error
        if found != expected:
            raise _corrupt(path, "was truncated or altered")


@contextlib.contextmanager
def lock(index_dir: Path, *, clearing: bool = True) -> Generator[None]:
    """Hold the build lock and clear what a killed build left, unless told not to.

    Raises BuildInProgressError.
    """
    from filelock import FileLock, Timeout

    held = FileLock(index_dir / ".lock", timeout=0)
    with publishing(index_dir):
        index_dir.mkdir(parents=True, exist_ok=True)
        try:
            held.acquire()
        except Timeout as error:
            raise BuildInProgressError(
                f"Another process is building into {index_dir}.",
                remedy="Wait until it is done.",
                path=str(index_dir),
            ) from error
    try:
        for draft in drafts(index_dir) if clearing else ():
            shutil.rmtree(draft, ignore_errors=True)
        yield
    finally:
        held.release()


def publish(
    index_dir: Path, write: Callable[[Path], None], manifest: Callable[[dict[str, str]], Manifest]
) -> Snapshot:
    """Write a snapshot and make it the current one; call it with the lock held.

    ``write`` fills a directory with files; ``manifest`` turns their checksums into the manifest.
    Until CURRENT is replaced, in the last step, readers see the old snapshot. Raises
    PublishError where the disk refuses, and leaves the old snapshot as it was.
    """
    with publishing(index_dir):
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT_PREFIX, dir=index_dir))
        try:
            write(draft)
            made = manifest(
                {
                    path.relative_to(draft).as_posix(): _hash(path)
                    for path in sorted(draft.rglob("*"))
                    if path.is_file()
                }
            )
            data = msgspec.json.format(msgspec.json.encode(made, order="sorted"))
            durable.sync_tree(draft)
            (draft / _MANIFEST).write_bytes(data)
            durable.sync_tree(draft)
            name = f"{made.built_at:%Y%m%dT%H%M%SZ}-{_short_hash(data)}"
            draft.chmod(0o755)
            try:
                check(read(index_dir, name))  # the same was published within this second
            except SnapshotError:
                shutil.rmtree(index_dir / name, ignore_errors=True)
                draft.rename(index_dir / name)
            durable.sync(index_dir)
            make_current(index_dir, name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    _prune(index_dir, name)
    return read(index_dir, name)


def list_ids(index_dir: Path) -> list[str]:
    """Name the snapshots that are there, oldest first."""
    return sorted(path.parent.name for path in index_dir.glob(f"[!.]*/{_MANIFEST}"))


def drafts(index_dir: Path) -> list[Path]:
    """List what killed builds left, and a running one's draft: no build runs with the lock held."""
    return sorted(index_dir.glob(f"{_DRAFT_PREFIX}*"))


def make_current(index_dir: Path, snapshot_id: str) -> None:
    """Let CURRENT name a snapshot; call it with the lock held. Raises OSError."""
    durable.replace_text(index_dir / _CURRENT, f"{snapshot_id}\n")


def superfluous(index_dir: Path, current: str, keep: int = KEEP) -> list[str]:
    """Name the snapshots, oldest first, that are neither current nor of the ``keep`` to stay."""
    others = [name for name in list_ids(index_dir) if name != current]
    return others[: max(0, len(others) - keep + 1)]


def remove(index_dir: Path, snapshot_id: str) -> None:
    """Remove a snapshot; call it with the lock held. Raises OSError where it stays."""
    # Renamed first: if this is killed halfway, the next build clears the rest as a draft.
    doomed = index_dir / f"{_DRAFT_PREFIX}{snapshot_id}"
    (index_dir / snapshot_id).rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _prune(index_dir: Path, current: str) -> None:
    for name in superfluous(index_dir, current):
        with contextlib.suppress(OSError):
            remove(index_dir, name)


@contextlib.contextmanager
def publishing(index_dir: Path) -> Generator[None]:
    """Turn what a disk refuses, here or for temporary files, into a PublishError."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PublishError(
            f"The new index could not be written into {index_dir}: {reason}.",
            remedy="The old one stands. Make room or give permission, then rebuild.",
            path=str(index_dir),
        ) from error


def _corrupt(path: Path, what: str) -> CorruptSnapshotError:
    return CorruptSnapshotError(f"The index file {path} {what}.", remedy=_REBUILD, path=str(path))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
