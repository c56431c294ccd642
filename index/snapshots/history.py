"""The snapshots that are there: which they are, and going back to one."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index import snapshot
from index.errors import NoSnapshotError, PublishError, SnapshotError, UnknownSnapshotError
from index.snapshots import collections, publishing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.engines.milvus_server import Milvus
    from index.snapshot import Snapshot

CURRENT: Final = "current"
PREVIOUS: Final = "previous"
"""What stands for an id: the snapshot that is served, and the newest that is older than it."""

_LISTING: Final = "`newsquote snapshots` lists what is there."


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot as it stands on the disk.

    ``problem`` says why it can't be served, and is empty where it is whole. Where its manifest
    can't be read, the counts are None, and ``built_at`` is what its id says.
    """

    id: str
    built_at: datetime | None
    passages: int | None
    files: int | None
    size_bytes: int
    current: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """All snapshots, newest first; ``problem`` says why none of them is the current one."""

    snapshots: tuple[Listed, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Rollback:
    """From which snapshot CURRENT went to which; ``before`` is empty where it named none."""

    before: str
    now: Snapshot


def list_snapshots(index_dir: Path) -> Listing:
    """List what is there, each compared with its checksums. Raises NoSnapshotError."""
    try:
        current, problem = snapshot.current_id(index_dir), ""
    except NoSnapshotError:
        current, problem = "", "There is no file CURRENT."
    except SnapshotError as error:
        current, problem = "", error.message
    ids = require(index_dir)
    if current and current not in ids:
        problem = f"CURRENT names {current}, which isn't here."
    listed = (_listed(index_dir, each, current) for each in reversed(ids))
    # A build that ends meanwhile may prune one.
    return Listing(tuple(each for each in listed if (index_dir / each.id).exists()), problem)


def named(index_dir: Path, name: str) -> str:
    """Return the id that a unique beginning of one, ``current`` or ``previous`` stands for.

    Raises UnknownSnapshotError, or SnapshotError where CURRENT is asked for and names none.
    """
    ids = require(index_dir)
    if name == CURRENT:
        return snapshot.current_id(index_dir)
    if name == PREVIOUS:
        current = snapshot.current_id(index_dir)
        older = [each for each in ids if each < current]
        if not older:
            raise UnknownSnapshotError(
                f"No snapshot in {index_dir} is older than the current one, {current}.",
                remedy=_LISTING,
                path=str(index_dir),
            )
        return older[-1]
    found = [each for each in ids if name and each.startswith(name)]
    if name in found:
        return name
    if len(found) != 1:
        how_many = f"{len(found)} snapshots have" if found else "no snapshot has"
        raise UnknownSnapshotError(
            f"In {index_dir}, {how_many} an id that begins with {name!r}.",
            remedy=_LISTING,
            path=str(index_dir),
        )
    return found[0]


def roll_back(index_dir: Path, name: str = PREVIOUS, milvus: Milvus | None = None) -> Rollback:
    """Make an earlier snapshot, or any other, the current one, once it proves whole.

    Whoever follows CURRENT serves it from then on; so does the alias in ``milvus``, where the
    snapshot has a collection there. Raises SnapshotError, and CURRENT is as before.
    """
    require(index_dir)
    with publishing.lock(index_dir):
        wanted = named(index_dir, name)
        try:
            now = snapshot.read(index_dir, wanted)
            snapshot.check(now)
            collections.check(now, milvus)
        except SnapshotError as error:
            raise type(error)(
                f"Snapshot {wanted} can't be served. {error.message}",
                remedy=f"Name another: {_LISTING}",
                path=error.path,
            ) from error
        try:
            before = snapshot.current_id(index_dir)
        except SnapshotError:
            before = ""  # what is wrong with CURRENT is mended here
        if before != wanted:
            try:
                publishing.make_current(index_dir, wanted)
            except OSError as error:
                raise PublishError(
                    f"CURRENT can't be changed in {index_dir}: {error.strerror or error}.",
                    remedy="The snapshot that was served stays. Make room or give permission.",
                    path=str(index_dir),
                ) from error
        collections.follow(index_dir, now, milvus)
    return Rollback(before, now)


def require(index_dir: Path) -> list[str]:
    """Name the snapshots, oldest first. Raises NoSnapshotError where there are none."""
    ids = snapshot.list_ids(index_dir)
    if not ids:
        raise NoSnapshotError(
            f"There is no snapshot in {index_dir}.",
            remedy="Run `newsquote rebuild`.",
            path=str(index_dir),
        )
    return ids


def taken_bytes(directory: Path) -> int:
    """Add up the files of a directory, as far as it is there still."""
    total = 0
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                total += Path(parent, name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def freed_bytes(directories: Sequence[Path]) -> list[int]:
    """Say how much room removing each directory, one after the other, makes.

    A file that snapshots share takes its room until the last of them is gone.
    """
    links: Counter[tuple[int, int]] = Counter()
    freed: list[int] = []
    for directory in directories:
        total = 0
        for parent, _, names in os.walk(directory):
            for name in names:
                try:
                    found = Path(parent, name).lstat()
                except FileNotFoundError:
                    continue
                links[found.st_dev, found.st_ino] += 1
                if links[found.st_dev, found.st_ino] == found.st_nlink:
                    total += found.st_size
        freed.append(total)
    return freed


def _listed(index_dir: Path, snapshot_id: str, current: str) -> Listed:
    size_bytes = taken_bytes(index_dir / snapshot_id)
    is_current = snapshot_id == current
    try:
        found = snapshot.read(index_dir, snapshot_id)
    except SnapshotError as error:
        built_at = _built_at(snapshot_id)
        return Listed(snapshot_id, built_at, None, None, size_bytes, is_current, error.message)
    try:
        snapshot.check(found)
        problem = ""
    except SnapshotError as error:
        problem = error.message
    manifest = found.manifest
    return Listed(
        snapshot_id,
        manifest.built_at,
        manifest.passages,
        manifest.files,
        size_bytes,
        is_current,
        problem,
    )


def _built_at(snapshot_id: str) -> datetime | None:
    try:
        return datetime.strptime(snapshot_id.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(
            tzinfo=UTC
        )
    except ValueError:
        return None
