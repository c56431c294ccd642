"""Every file of every snapshot against its checksum, not of the current one alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import snapshot
from index.errors import SnapshotError
from index.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file of a snapshot; ``file`` is relative to the snapshot."""

    snapshot_id: str
    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.snapshot_id}/{self.file} {self.problem}"


@dataclass(frozen=True, slots=True)
class DeepCheck:
    """How many snapshots and files were compared, and all that is wrong with them."""

    snapshots: int
    files: int
    damages: tuple[Damage, ...]

    def of(self, snapshot_id: str) -> tuple[Damage, ...]:
        """Return what is wrong with one snapshot."""
        return tuple(each for each in self.damages if each.snapshot_id == snapshot_id)


def walk(index_dir: Path) -> DeepCheck:
    """Compare every file of every snapshot, oldest first. Raises NoSnapshotError."""
    ids = history.require(index_dir)
    files = 0
    damages: list[Damage] = []
    for snapshot_id in ids:
        try:
            checksums = snapshot.read(index_dir, snapshot_id).manifest.checksums
        except SnapshotError as error:
            damages.append(Damage(snapshot_id, snapshot.MANIFEST, error.message))
            continue
        files += len(checksums) + 1
        damages += _damages(index_dir, snapshot_id, checksums)
    return DeepCheck(len(ids), files, tuple(damages))


def _damages(index_dir: Path, snapshot_id: str, checksums: dict[str, str]) -> Iterator[Damage]:
    directory = index_dir / snapshot_id
    for name, expected in sorted(checksums.items()):
        try:
            found = snapshot.sha256(directory / name)
        except OSError as error:
            yield Damage(snapshot_id, name, f"cannot be read: {error.strerror or error}")
        else:
            if found != expected:
                yield Damage(snapshot_id, name, "was truncated or altered")
    there = {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    for name in sorted(there - checksums.keys() - {snapshot.MANIFEST}):
        yield Damage(snapshot_id, name, "is no file of the snapshot's manifest")
