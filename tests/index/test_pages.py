"""Memory that is given back is gone, page by page, and nothing beside it."""

from __future__ import annotations

import mmap
import sys

import numpy as np
import pytest

from index import pages

PAGE = mmap.PAGESIZE


def test_whole_pages_of_a_region() -> None:
    """What is left is inside the region, begins and ends with a page, or is nothing."""
    assert pages.whole((PAGE, 3 * PAGE)) == (PAGE, 3 * PAGE)
    assert pages.whole((1, 3 * PAGE)) == (PAGE, 2 * PAGE)
    assert pages.whole((1, 10))[1] <= 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not given back")
def test_only_whole_pages_of_a_region_are_given_back() -> None:
    """The bytes around them stay as they are."""
    memory = np.frombuffer(
        mmap.mmap(-1, 6 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), dtype=np.uint8
    )
    memory[:] = 1
    pages.let_go((memory.ctypes.data + PAGE // 2, 4 * PAGE))
    pages.let_go((memory.ctypes.data, 1))
    assert memory.reshape(6, PAGE).any(axis=1).tolist() == [True, False, False, False, True, True]
    assert memory.sum() == 3 * PAGE
