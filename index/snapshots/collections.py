"""Which collections in Milvus the snapshots of an index hold: one is served, others go.

An index has a key, which its collections' names begin with: several share a server. CURRENT alone
says which snapshot is served, and a reader asks the collection of the snapshot that it has open;
the alias follows, for whoever looks at the server, and so that nothing drops what is served.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from index import snapshot
from index.engines import milvus_aliases
from index.engines.kinds import Kind
from index.engines.milvus import MilvusEngine, read
from index.engines.opening import required
from index.errors import CorruptSnapshotError, SnapshotError
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from index.engines.milvus_server import Milvus
    from index.snapshot import Snapshot

KEY: Final = ".milvus-key"

_log = logging.getLogger(__name__)


def key_of(index_dir: Path) -> str | None:
    """Return an index's key; None where it never had a collection."""
    try:
        return (index_dir / KEY).read_text("utf-8").strip()
    except FileNotFoundError:
        return None


def new(index_dir: Path) -> str:
    """Name a new collection, and give the index a key if it has none. Raises OSError."""
    key = key_of(index_dir)
    if not key:
        key = milvus_aliases.new_key()
        durable.replace_text(index_dir / KEY, f"{key}\n")
    return milvus_aliases.new_collection(key)


def of(found: Snapshot) -> str | None:
    """Name a snapshot's collection, None where its vectors are in files. Raises SnapshotError."""
    if found.manifest.vectors.kind is not Kind.MILVUS:
        return None
    return read(found.directory).name


def check(found: Snapshot, milvus: Milvus | None) -> None:
    """See that a snapshot's collection, if it has one, can be served. Raises SnapshotError."""
    if of(found) is not None:
        MilvusEngine(required(milvus), read(found.directory)).check()


def follow(index_dir: Path, found: Snapshot, milvus: Milvus | None) -> None:
    """Let the alias stand for the collection of the snapshot that CURRENT names now; then sweep.

    Readers do not depend on it, and the next build does it, too: what fails is logged. Call it with
    the build lock held.
    """
    key = key_of(index_dir)
    if key is None or milvus is None:
        return
    try:
        milvus_aliases.serve(milvus, key, of(found))
        sweep(index_dir, milvus)
    except SnapshotError as error:
        _log.warning("%s is served, but the alias, or old collections, stay: %s", found.id, error)


def sweep(
    index_dir: Path, milvus: Milvus, *, without: Collection[str] = (), dry_run: bool = False
) -> tuple[str, ...]:
    """Drop the collections of an index that no snapshot holds, and name them.

    Snapshots in ``without`` count as gone. Call it with the build lock held. Raises SnapshotError.
    """
    key = key_of(index_dir)
    if key is None:
        return ()
    held = _held(index_dir, without)
    served = milvus_aliases.served(milvus, key)
    doomed = [
        each
        for each in milvus_aliases.collections(milvus, key)
        if each not in held and each != served
    ]
    for each in () if dry_run else doomed:
        milvus_aliases.drop(milvus, each)
    return tuple(doomed)


def _held(index_dir: Path, without: Collection[str]) -> set[str]:
    """Name the collections of all snapshots. Raises SnapshotError where one cannot be read.

    What cannot be read may hold any.
    """
    held: set[str] = set()
    for each in snapshot.list_ids(index_dir):
        if each in without:
            continue
        try:
            held.add(of(snapshot.read(index_dir, each)) or "")
        except SnapshotError as error:
            raise CorruptSnapshotError(
                f"Which collection snapshot {each} holds can't be read. {error.message}",
                remedy="Nothing was dropped. Remove that snapshot's directory, then run gc.",
                path=error.path,
            ) from error
    return held
