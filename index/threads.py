"""How many threads each library takes, told in one place: a question one, a build all.

Over a large corpus two threads do some things side by side (:func:`side_by_side`, and the halves
of :mod:`index.engines.faiss_segment`); else, the sentence scorer alone takes more for a question:
copies of it that stand idle.

A bot answers several questions at once and has a thread for each. A library that spreads one of
them over all cores gets in the others' way, and its threads use up the processor while they wait
for each other: on two busy cores, an exact search by FAISS took nine times the processor time of
one thread.
"""

# threadpoolctl and FAISS ship no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from threadpoolctl import ThreadpoolController

MOST_COPIES: Final = 4
"""A model that questions take turns with is copied at most so often: copies take memory."""
TURN_S: Final = 0.0005
"""So long a thread of a bot goes on while another waits for Python's lock.

The event loop gives the lock up whenever it sends or writes something, and with Python's own 5 ms
waits so long for it again while questions are read.
"""

_First = TypeVar("_First")
_Second = TypeVar("_Second")
_mine = threading.local()


class Work(StrEnum):
    """What the processor is wanted for."""

    QUESTIONS = "questions"
    BUILD = "build"


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def copies() -> int:
    """Count the copies of a model that questions may use: one a core, MOST_COPIES at most."""
    return min(cores(), MOST_COPIES)


def of_openvino(work: Work) -> dict[str, str]:
    """Return OpenVINO's properties for a model.

    There is one stream: with several, OpenVINO 2026.4 computed 0 for every sentence scored. No
    thread is bound to a core: OpenVINO binds those of all models with one thread to the same one.
    """
    threads = 1 if work is Work.QUESTIONS else cores()
    return {
        "NUM_STREAMS": "1",
        "INFERENCE_NUM_THREADS": str(threads),
        "ENABLE_CPU_PINNING": "NO",
    }


def use_for(work: Work) -> None:
    """Have FAISS, BLAS and whatever else uses OpenMP take so many threads for the caller's work.

    OpenMP's number is the calling thread's own, and so has to be told on each; that of BLAS is the
    process's. Costs next to nothing where the thread did the same work before.
    """
    if getattr(_mine, "work", None) is not work:
        _controller().limit(limits=1 if work is Work.QUESTIONS else cores())
        _mine.work = work


def side_by_side(
    first: Callable[[], _First], second: Callable[[], _Second]
) -> tuple[_First, _Second]:
    """Do two things for one question: the second on another thread, if one is idle until then.

    It takes as long as the longer of them where a core is free, and as long as both where not.
    """
    if cores() == 1:
        return first(), second()
    later = beside().submit(second)
    try:
        one = first()
    finally:
        waiting = later.cancel()
    return one, second() if waiting else later.result()


@cache
def beside() -> ThreadPoolExecutor:
    """Return the threads that questions have beside their own: one for each other core."""
    return ThreadPoolExecutor(
        cores() - 1, "beside", initializer=use_for, initargs=(Work.QUESTIONS,)
    )


@cache
def _controller() -> ThreadpoolController:
    """Find the libraries that are loaded, once: FAISS is by the time of the first question."""
    import faiss  # noqa: F401  # pyright: ignore[reportUnusedImport]  loaded, to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def short_turns() -> Generator[None]:
    """Have the process's threads take turns more often than Python's usual, for the block."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)
