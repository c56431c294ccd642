"""How much of a snapshot's mapped files counts as this process's memory, kept small on Linux.

A question reads a kilobyte here and there, and for each the system maps all that it has in its
cache around that place: 64 KB, or two megabytes. Of a million passages that comes to two gigabytes
within a hundred questions. They would be given back where memory is short, but whatever limits or
watches a process by its resident size takes them for its own. What is let go of stays in the
system's cache; to map it again takes a few milliseconds of a question's time.

Whoever names a region owns it: one that another thread unmaps could be anyone's memory by then.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.pages import Region

MOST: Final = 512 * 1024 * 1024
"""So many bytes of files may stay mapped once a question's passages are found."""
_STATM: Final = Path("/proc/self/statm")
_MAPS: Final = Path("/proc/self/maps")


class Resident:
    """The regions of files that one owner has mapped, who keeps them so while this is used."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """Take addresses and sizes; what is no file's, or may be written into, is left out."""
        self._regions = list(_of_files(regions)) if sys.platform == "linux" else []

    def keep_small(self) -> None:
        """Let go of them where much of files is mapped by now. They may be read meanwhile."""
        if self._regions and _mapped_bytes() > MOST:
            for region in self._regions:
                pages.let_go(region)


def _mapped_bytes() -> int:
    """Return how much of files is mapped into this process, libraries included; 0 if unknown."""
    try:
        return int(_STATM.read_text("ascii").split()[2]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


def _of_files(regions: Iterable[Region]) -> Iterator[Region]:
    """Cut to whole pages those that lie in a read-only mapping of a file.

    Of any other memory, to let go would be to lose it.
    """
    mapped = list(_read_only())
    for region in regions:
        start, size = pages.whole(region)
        if size > 0 and any(low <= start and start + size <= high for low, high in mapped):
            yield start, size


def _read_only() -> Iterator[tuple[int, int]]:
    try:
        lines = _MAPS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        region, allowed, _, _, _, *path = line.split(maxsplit=5)
        if path and path[0].startswith("/") and "w" not in allowed:
            low, high = region.split("-")
            yield int(low, 16), int(high, 16)
