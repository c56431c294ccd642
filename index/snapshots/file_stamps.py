"""How the corpus's files looked when they were last hashed, so that unchanged ones are not read.

The file stands beside the snapshots and can be lost: then every file is hashed again. It is no part
of a snapshot, since the same corpus copied elsewhere has other times and must give the same one.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, Final

import msgspec

from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE: Final = ".seen.json"
RACY_NS: Final = 2_000_000_000
"""A file changed so shortly before it was looked at may change again under the same time."""
FINE_NS: Final = 50_000_000
"""The same where times have parts of a hundredth of a second: the clock then ticks more often."""
_COARSE_NS: Final = 10_000_000
"""The finest tick of a file system, exFAT's, that is not one of the system's own clock."""


class Stamp(msgspec.Struct, frozen=True):
    """A file's size, its times and the hash it had then.

    The time of the last change to the inode cannot be set back, as the other can: a copy that keeps
    times looks new.
    """

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    sha256: str = ""

    @property
    def settled_ns(self) -> int:
        """From when on, in nanoseconds, the file cannot change any more under these times."""
        times = (self.mtime_ns, self.ctime_ns)
        fine = all(each % _COARSE_NS for each in times)
        return max(times) + (min(FINE_NS, RACY_NS) if fine else RACY_NS)

    def same(self, other: Stamp) -> bool:
        """Say whether size and times are the same."""
        mine = (self.size_bytes, self.mtime_ns, self.ctime_ns)
        return mine == (other.size_bytes, other.mtime_ns, other.ctime_ns)


def look(path: Path) -> Stamp:
    """Look at a file without reading it. Raises OSError."""
    found = path.stat()
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def read(index_dir: Path, root: Path) -> dict[str, Stamp]:
    """Return the stamps of the files below ``root`` by path; none where they cannot be known."""
    try:
        data = (index_dir / FILE).read_bytes()
        kept_root, stamps = msgspec.json.decode(data, type=tuple[str, dict[str, Stamp]])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return stamps if kept_root == os.fspath(root.resolve()) else {}


def write(index_dir: Path, root: Path, stamps: Mapping[str, Stamp]) -> None:
    """Keep the stamps, but not of files that may still be changing. Raises OSError."""
    document = msgspec.json.encode((os.fspath(root.resolve()), settled(stamps)))
    durable.replace_text(index_dir / FILE, document.decode())


def settled(stamps: Mapping[str, Stamp]) -> dict[str, Stamp]:
    """Return the stamps of the files that don't change any more."""
    now = time.time_ns()
    return {path: each for path, each in sorted(stamps.items()) if each.settled_ns < now}


def hashed(path: Path) -> str:
    """Return a file's SHA-256; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
