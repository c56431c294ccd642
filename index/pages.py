"""Whole pages of memory, given back to the system (Linux; elsewhere nothing happens).

Of a file that is mapped read-only nothing is lost: it is mapped again where it is read. Whatever
else lies in such pages is gone.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from mmap import PAGESIZE
from typing import Any, Final

Region = tuple[int, int]
"""An address, and how many bytes from there on."""

_DONT_NEED: Final = 4
"""MADV_DONTNEED, on Linux."""


def whole(region: Region) -> Region:
    """Cut a region to the whole pages in it; a size of 0 or less says that there are none."""
    address, size = region
    start = -(-address // PAGESIZE) * PAGESIZE
    return start, (address + size) // PAGESIZE * PAGESIZE - start


def let_go(region: Region) -> None:
    """Give back the whole pages of a region that nobody needs, or that can be mapped again."""
    start, size = whole(region)
    if sys.platform == "linux" and size > 0:
        _advise()(start, size, _DONT_NEED)


@cache
def _advise() -> Any:
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return advise
