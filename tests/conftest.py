"""Lets the files with the longest tests start first, where processes share the tests (xdist)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the files by the longest time that one of their tests is given, then by their tests.

    What takes longer than others is given more time than they are. xdist's own order, which knows
    of the number of tests alone, keeps a file with one long test for the end, when the other
    processes have nothing left to do: it has to be off (``--no-loadscope-reorder``).
    """
    if not hasattr(config, "workerinput"):  # not a process of xdist's
        return
    given_s: dict[Path, float] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        own_s = float(marker.args[0]) if marker is not None else 0.0
        given_s[item.path] = max(own_s, given_s.get(item.path, 0.0))
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (-given_s[item.path], -tests[item.path]))
