"""Which stage of a question takes how long, by the clock and of the processor.

On a machine that has other things to do, the clock says little; the processor time of all threads
together is nearly what it would be on an idle one.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from numpy.typing import NDArray

    Seconds = NDArray[np.float64]

CLOCKS: Final = ("wall", "cpu")

Part = tuple[str, object, str]
"""The stage's name, the module or class, and the name of its function."""


def now() -> Seconds:
    """Read CLOCKS, in seconds."""
    return np.array((time.perf_counter(), time.process_time()))


class Stopwatch:
    """Splits time among stages. What a stage calls that is of another stage is not its own."""

    def __init__(self) -> None:
        self._spent: dict[str, Seconds] = {}
        self._nested = [np.zeros(len(CLOCKS))]

    def taken(self) -> dict[str, Seconds]:
        """Return what each stage took since the last call, by each of CLOCKS."""
        spent, self._spent = self._spent, {}
        return spent

    @contextmanager
    def watching(self, parts: Iterable[Part]) -> Generator[None]:
        """Time these functions, on one thread, until the end of the block."""
        with ExitStack() as stack:
            for stage, owner, name in parts:
                timed = self._timed(stage, getattr(owner, name))
                stack.enter_context(patch.object(owner, name, timed))
            yield

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._nested.append(np.zeros(len(CLOCKS)))
            started = now()
            try:
                return function(*arguments, **named)
            finally:
                whole = now() - started
                own = whole - self._nested.pop()
                self._spent[stage] = self._spent.get(stage, np.zeros(len(CLOCKS))) + own
                self._nested[-1] += whole

        return timed
