"""A snapshot is written, made current and removed here, with the build lock held.

A draft is written beside the snapshots, flushed, and renamed; then CURRENT is replaced. Whatever
happens in between, what CURRENT names is whole.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index import snapshot
from index.errors import BuildInProgressError, PublishError, SnapshotError
from index.snapshots import durable, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from index.manifest import Manifest
    from index.snapshot import Snapshot

KEEP: Final = 3
"""How many snapshots stay after a build, the new one among them."""

_DRAFT_PREFIX: Final = ".building-"


@contextlib.contextmanager
def lock(index_dir: Path, *, clearing: bool = True) -> Generator[None]:
    """Hold the build lock and clear what a killed build left, unless told not to.

    Raises BuildInProgressError.
    """
    from filelock import FileLock, Timeout

    held = FileLock(index_dir / ".lock", timeout=0)
    with telling_refusals(index_dir):
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
    index_dir: Path,
    write: Callable[[Path], None],
    manifest: Callable[[dict[str, str]], Manifest],
    before: Snapshot | None = None,
) -> Snapshot:
    """Write a snapshot and make it the current one; call it with the lock held.

    ``write`` fills a directory with files; ``manifest`` turns their checksums into the manifest.
    Files that are those of ``before``, which was found whole, have its checksums. Until CURRENT is
    replaced, in the last step, readers see the old snapshot. Raises PublishError where the disk
    refuses, and leaves the old snapshot as it was.
    """
    with telling_refusals(index_dir):
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT_PREFIX, dir=index_dir))
        try:
            write(draft)
            made = manifest(
                {
                    path.relative_to(draft).as_posix(): _checksum(path, draft, before)
                    for path in sorted(draft.rglob("*"))
                    if path.is_file()
                }
            )
            data = msgspec.json.format(msgspec.json.encode(made, order="sorted"))
            durable.sync_tree(draft)
            (draft / snapshot.MANIFEST).write_bytes(data)
            durable.sync_tree(draft)
            name = f"{made.built_at:%Y%m%dT%H%M%SZ}-{snapshot.short_hash(data)}"
            draft.chmod(0o755)
            try:
                # The same may have been published within this second.
                snapshot.check(snapshot.read(index_dir, name))
            except SnapshotError:
                shutil.rmtree(index_dir / name, ignore_errors=True)
                draft.rename(index_dir / name)
            durable.sync(index_dir)
            make_current(index_dir, name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    _prune(index_dir, name)
    published = snapshot.read(index_dir, name)
    opening.remember(published, waiting=True)
    return published


def drafts(index_dir: Path) -> list[Path]:
    """List what killed builds left, and a running one's draft: no build runs with the lock held."""
    return sorted(index_dir.glob(f"{_DRAFT_PREFIX}*"))


def make_current(index_dir: Path, snapshot_id: str) -> None:
    """Let CURRENT name a snapshot; call it with the lock held. Raises OSError."""
    durable.replace_text(index_dir / snapshot.CURRENT, f"{snapshot_id}\n")


def superfluous(index_dir: Path, current: str, keep: int = KEEP) -> list[str]:
    """Name the snapshots, oldest first, that are neither current nor of the ``keep`` to stay."""
    others = [name for name in snapshot.list_ids(index_dir) if name != current]
    return others[: max(0, len(others) - keep + 1)]


def remove(index_dir: Path, snapshot_id: str) -> None:
    """Remove a snapshot; call it with the lock held. Raises OSError where it stays."""
    # Renamed first: if this is killed halfway, the next build clears the rest as a draft.
    doomed = index_dir / f"{_DRAFT_PREFIX}{snapshot_id}"
    (index_dir / snapshot_id).rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _checksum(path: Path, draft: Path, before: Snapshot | None) -> str:
    """Hash a file, unless it is one of the snapshot before."""
    name = path.relative_to(draft)
    if before is not None and path.stat().st_nlink > 1:
        known = before.manifest.checksums.get(name.as_posix())
        with contextlib.suppress(OSError):
            if known is not None and path.samefile(before.directory / name):
                return known
    return snapshot.sha256(path)


def _prune(index_dir: Path, current: str) -> None:
    for name in superfluous(index_dir, current):
        with contextlib.suppress(OSError):
            remove(index_dir, name)


@contextlib.contextmanager
def telling_refusals(index_dir: Path) -> Generator[None]:
    """Turn what a disk refuses, here or for temporary files, into a PublishError; memory too."""
    try:
        yield
    except MemoryError as error:
        raise PublishError(
            f"The new index could not be made in {index_dir}: there is not enough memory.",
            remedy="The old one stands. End other programs or index less, then rebuild.",
            path=str(index_dir),
        ) from error
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PublishError(
            f"The new index could not be written into {index_dir}: {reason}.",
            remedy="The old one stands. Make room or give permission, then rebuild.",
            path=str(index_dir),
        ) from error
