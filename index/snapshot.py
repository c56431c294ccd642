"""An immutable published index: a directory, its manifest, and CURRENT, which names one.

A big file that a rebuild leaves as it is, is the same file in both snapshots (a hard link).
Here one is opened and checked; :mod:`index.snapshots.publishing` writes it.

::

    .newsquote/
      CURRENT                           one line: the snapshot that is served
      .lock                             held while building; dies with its owner
      20261124T091500Z-1f0c5ab27e4d/    its hash is that of its manifest
        manifest.json                   written last; has every other file's checksum
        corpus.sqlite  passages.sqlite  passages_side.sqlite
        columns/  lexical/  vocabulary/
        vectors.faiss  vectors_side.faiss  vector_slots.npy
        sentences.npy  sentences_side.npy  sentence_offsets.npy  sentence_starts.npy
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index.errors import CorruptSnapshotError, NoSnapshotError, SchemaMismatchError
from index.manifest import Manifest
from index.records import SnapshotInfo

if TYPE_CHECKING:
    from collections.abc import Collection

SCHEMA_VERSION: Final = 6
CURRENT: Final = "CURRENT"
MANIFEST: Final = "manifest.json"
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
        name = (index_dir / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise NoSnapshotError(
            f"There is no index in {index_dir} yet.", remedy=_REBUILD, path=str(index_dir)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptSnapshotError(
            f"{index_dir / CURRENT} cannot be read.", remedy=_REBUILD, path=str(index_dir)
        ) from error
    # After a power cut a file may hold NULs where its text should be.
    if Path(name).name != name or name.startswith(".") or not name or not name.isprintable():
        raise CorruptSnapshotError(
            f"{index_dir / CURRENT} names no snapshot.", remedy=_REBUILD, path=str(index_dir)
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
    path = directory / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _corrupt(path, "is missing") from error
    try:
        version = msgspec.json.decode(data, type=dict[str, object]).get("schema_version")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _corrupt(path, "is not JSON") from error
    if snapshot_id.rpartition("-")[2] != short_hash(data):
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
    if "\0" in "".join((manifest.corpus_root, *manifest.checksums)):  # no file has such a name
        raise _corrupt(path, "is no manifest")
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
            found = sha256(path)
        except OSError as error:
            raise _corrupt(path, "is missing") from error
        if found != expected:
            raise _corrupt(path, "was truncated or altered")


def list_ids(index_dir: Path) -> list[str]:
    """Name the snapshots that are there, oldest first."""
    return sorted(path.parent.name for path in index_dir.glob(f"[!.]*/{MANIFEST}"))


def sha256(path: Path) -> str:
    """Hash a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def short_hash(data: bytes) -> str:
    """Return what the name of a snapshot whose manifest is ``data`` ends with."""
    return hashlib.sha256(data).hexdigest()[:12]


def _corrupt(path: Path, what: str) -> CorruptSnapshotError:
    return CorruptSnapshotError(f"The index file {path} {what}.", remedy=_REBUILD, path=str(path))
