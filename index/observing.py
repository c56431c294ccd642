"""What the library tells whoever measures it: how long stages took, which snapshots came.

Nobody has to listen: without an observer nothing is timed.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator


class Stage(StrEnum):
    """What a question goes through, in this order."""

    FOUND = "found"
    """Its passages were found and fused."""
    READ = "read"
    """They and their sentences were put in a first order."""
    SCORED = "scored"
    """The sentence scorer read the best sentences, and all were put in order again."""
    VERIFIED = "verified"
    """One quote was cut out of its source again and compared."""


class Observer(Protocol):
    """Hears what happens. Calls come from any thread and must not block."""

    def passed(self, stage: Stage, took_s: float) -> None:
        """Hear that a stage ended, also with an error."""
        ...

    def reloaded(self, *, ok: bool) -> None:
        """Hear that another snapshot was opened and took over, or was refused."""
        ...


@contextmanager
def timing(observer: Observer | None, stage: Stage) -> Generator[None]:
    """Tell how long the block takes."""
    if observer is None:
        yield
        return
    began = time.perf_counter()
    try:
        yield
    finally:
        observer.passed(stage, time.perf_counter() - began)
