"""Small snapshots of one file, published in an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from index import snapshot
from index.manifest import Manifest
from index.snapshots import publishing

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def manifest(moment: datetime, checksums: dict[str, str]) -> Manifest:
    """The manifest of a snapshot built at a moment, of 2 files, 3 snippets and 4 passages."""
    now = snapshot.SCHEMA_VERSION
    reading = ("r", "utf-8", ())
    return Manifest(
        now, "0", moment, "m", "w", 1, 1, 1, "e", *reading, "c", "s", 2, 3, 4, None, checksums
    )


def publish(index_dir: Path, content: str, moment: datetime = BEGIN) -> snapshot.Snapshot:
    """Publish a snapshot of one file."""

    def write(directory: Path) -> None:
        (directory / "vectors").write_text(content)

    with publishing.lock(index_dir):
        return publishing.publish(index_dir, write, lambda checksums: manifest(moment, checksums))


def publish_at(index_dir: Path, hour: int, content: str = "vectors") -> str:
    """Publish a snapshot of one file, built at that hour, and return its id."""
    return publish(index_dir, content, BEGIN + timedelta(hours=hour)).id


def served(index_dir: Path) -> str:
    """The id of the snapshot that is served, which is whole."""
    return snapshot.open_current(index_dir).id


def drafts(index_dir: Path) -> list[str]:
    """What is left of builds."""
    return [path.name for path in index_dir.glob(".building-*")]
