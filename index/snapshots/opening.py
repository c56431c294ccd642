"""Opening the current snapshot without reading all of it: what was found whole is not hashed again.

As in :mod:`index.snapshots.file_stamps`, a file that has the size and the times that it had when
its hash was right is taken to have its bytes still; a file that was written to since looks new, as
does a copy of an index. What the disk itself has lost, `newsquote status` finds: it reads all.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, Final

import msgspec

from index import snapshot
from index.snapshots import durable, file_stamps
from index.snapshots.file_stamps import Stamp

if TYPE_CHECKING:
    from pathlib import Path

    from index.snapshot import Snapshot

FILE: Final = ".whole.json"
WORTH_WAITING_BYTES: Final = 100_000_000
"""To hash so many takes about as long as the wait."""


def open_current(index_dir: Path) -> Snapshot:
    """Open the snapshot that CURRENT names and check its files. Raises SnapshotError."""
    found = snapshot.read(index_dir, snapshot.current_id(index_dir))
    known = _known(index_dir, found)
    doubtful = {
        name
        for name, sha256 in found.manifest.checksums.items()
        if not _as_known(found.directory / name, known.get(name), sha256)
    }
    if doubtful:
        snapshot.check(found, doubtful)
        remember(found)
    return found


def remember(found: Snapshot, *, waiting: bool = False) -> None:
    """Keep how the files of a snapshot look, all of which were just found whole.

    One that may still be changing is left out, even where only the number of its names changed.
    With ``waiting``, a moment is waited for large ones: to read them again takes longer.
    """
    with contextlib.suppress(OSError):  # without it, the next to open it reads all
        stamps = {
            name: msgspec.structs.replace(file_stamps.look(found.directory / name), sha256=sha256)
            for name, sha256 in found.manifest.checksums.items()
        }
        left_ns = max((s.settled_ns - time.time_ns() for s in stamps.values()), default=0)
        large = sum(s.size_bytes for s in stamps.values()) >= WORTH_WAITING_BYTES
        if waiting and large and 0 < left_ns <= file_stamps.FINE_NS:
            time.sleep((left_ns + 1_000_000) / 1e9)
        kept = (os.fspath(found.directory.resolve()), file_stamps.settled(stamps))
        durable.replace_text(found.directory.parent / FILE, msgspec.json.encode(kept).decode())


def _known(index_dir: Path, found: Snapshot) -> dict[str, Stamp]:
    """Return the stamps of a snapshot's files by name; none where they cannot be known."""
    try:
        data = (index_dir / FILE).read_bytes()
        directory, stamps = msgspec.json.decode(data, type=tuple[str, dict[str, Stamp]])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return stamps if directory == os.fspath(found.directory.resolve()) else {}


def _as_known(path: Path, known: Stamp | None, sha256: str) -> bool:
    try:
        return known is not None and known.sha256 == sha256 and known.same(file_stamps.look(path))
    except OSError:
        return False
