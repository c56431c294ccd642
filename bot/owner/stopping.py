"""SIGTERM and SIGINT before an event loop can take them, while modules load and the index opens."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType


class StoppedEarly(BaseException):  # a request, as KeyboardInterrupt is
    """Somebody wants the process to end before it serves; ``name`` is the signal's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@contextmanager
def early() -> Generator[Callable[[], None]]:
    """Raise StoppedEarly out of the block at a signal that no event loop has taken over.

    What is yielded raises it once more: an exception is lost where Python runs a finaliser.
    """
    told: list[str] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(signal.Signals(number).name)
        raise StoppedEarly(told[0])

    def look() -> None:
        if told:
            raise StoppedEarly(told[0])

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield look
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
