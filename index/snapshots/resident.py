"""How much of a snapshot's mapped files counts as this process's memory, kept small on Linux.

A question reads a kilobyte here and there, and for each the system maps all that it has in its
cache around that place: 64 KB, or two megabytes. Of a million passages that comes to two gigabytes
within a hundred questions. They would be given back where memory is short, but whatever limits or
watches a process by its resident size takes them for its own. What is let go of stays in the
system's cache; to map it again takes a few milliseconds of a question's time.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 512 * 1024 * 1024
"""So many bytes of files may stay mapped from one question to the next."""
_STATM: Final = Path("/proc/self/statm")
_MAPS: Final = Path("/proc/self/maps")
_DONT_NEED: Final = 4
"""MADV_DONTNEED, on Linux."""


def keep_small(directory: Path) -> None:
    """Let go of what is mapped of the files below ``directory`` where much is mapped by now.

    It may be read at the same time. Does nothing where the system does not say what is mapped.
    """
    if sys.platform == "linux" and _mapped_bytes() > MOST:
        for start, end in _read_only(f"{directory.resolve()}/"):
            _advise()(start, end - start, _DONT_NEED)


def _mapped_bytes() -> int:
    """Return how much of files is mapped into this process, libraries included; 0 if unknown."""
    try:
        return int(_STATM.read_text("ascii").split()[2]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


def _read_only(prefix: str) -> Iterator[tuple[int, int]]:
    """Name the regions of files that nothing was written into: a private one would lose it."""
    for line in _MAPS.read_text("utf-8", "surrogateescape").splitlines():
        region, allowed, _, _, _, *path = line.split(maxsplit=5)
        if path and path[0].startswith(prefix) and "w" not in allowed:
            start, end = region.split("-")
            yield int(start, 16), int(end, 16)


@cache
def _advise() -> Any:
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return advise
