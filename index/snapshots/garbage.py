"""Clearing away: snapshots beyond those to keep, and what killed builds left."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index import snapshot
from index.engines.opening import required
from index.errors import SnapshotError
from index.snapshots import collections, history, publishing

if TYPE_CHECKING:
    from pathlib import Path

    from index.engines.milvus_server import Milvus


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and how much room it took: a snapshot, or what a killed build left."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Collected:
    """What was removed, or would be: snapshots oldest first, and drafts; ``kept`` are ids.

    ``collections`` are those in Milvus that no snapshot holds now.
    """

    snapshots: tuple[Removed, ...]
    drafts: tuple[Removed, ...]
    kept: tuple[str, ...]
    dry_run: bool
    collections: tuple[str, ...] = ()

    @property
    def freed_bytes(self) -> int:
        """Add up the room."""
        return sum(each.size_bytes for each in (*self.snapshots, *self.drafts))


def collect(
    index_dir: Path,
    keep: int = publishing.KEEP,
    *,
    dry_run: bool = False,
    milvus: Milvus | None = None,
) -> Collected:
    """Remove all but ``keep`` snapshots, the current one and the newest others, and drafts.

    Nothing is removed while the current one is not whole, since an older one may be the only one
    left to go back to. A process that has a removed one open reads on, unless its vectors are in
    ``milvus``: what they were in is dropped. Raises SnapshotError.
    """
    history.require(index_dir)
    if collections.key_of(index_dir) is not None:
        required(milvus).do("list_collections")  # before anything is removed
    with publishing.lock(index_dir, clearing=False):
        current = snapshot.open_current(index_dir).id
        doomed = publishing.superfluous(index_dir, current, max(keep, 1))
        drafts = publishing.drafts(index_dir)
        freed = history.freed_bytes([*(index_dir / each for each in doomed), *drafts])
        collected = Collected(
            tuple(map(Removed, doomed, freed)),
            tuple(map(Removed, (each.name for each in drafts), freed[len(doomed) :])),
            tuple(each for each in snapshot.list_ids(index_dir) if each not in doomed),
            dry_run,
        )
        if dry_run and milvus is not None:
            dropped = collections.sweep(index_dir, milvus, without=doomed, dry_run=True)
            collected = replace(collected, collections=dropped)
        if dry_run:
            return collected
        try:
            for each in doomed:
                publishing.remove(index_dir, each)
            for draft in drafts:
                shutil.rmtree(draft)
        except OSError as error:
            raise SnapshotError(
                f"{error.filename or index_dir} can't be removed: {error.strerror or error}.",
                remedy="Give the user that runs newsquote permission to change the index.",
                path=str(error.filename or index_dir),
            ) from error
        if milvus is not None:
            dropped = collections.sweep(index_dir, milvus)
            collected = replace(collected, collections=dropped)
    return collected
