"""What memory a process holds while it answers questions: newsquote's, or the plain way's.

Looked at after each question, and the most of it told.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from index.benchmarking.home import INDEX, PLAIN, questions
from index.benchmarking.processes import memory_mb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASKED: Final = 100


def ours(home: Path) -> tuple[float, float]:
    """Open the index below ``home``, answer, and return what this process holds, in megabytes."""
    from index.encoders.loading import load_encoder
    from index.search import open_searcher

    with closing(open_searcher(home / INDEX, load_encoder())) as searcher:
        return _most(home, searcher.ask)


def plain(home: Path) -> tuple[float, float]:
    """Do the same the plain way."""
    from index.benchmarking.plain_way import PlainWay, load_model

    opened = PlainWay.open(home / PLAIN, load_model())
    return _most(home, opened.search)


def _most(home: Path, ask: Callable[[str], object]) -> tuple[float, float]:
    held: list[tuple[float, float]] = []
    for each in questions(home, ASKED):
        ask(each)
        held.append(memory_mb())
    resident, own = zip(*held, strict=True)
    return max(resident), max(own)
