"""One request at a time to a host, and not too soon after the last, whichever thread asks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING

from index.fetching.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(slots=True)
class _Host:
    lock: Lock = field(default_factory=Lock)
    left_at: float = float("-inf")


class Turns:
    """Hands out turns; ``stopped`` ends all waiting, where the run is given up."""

    def __init__(self) -> None:
        self.stopped = Event()
        self._guard = Lock()
        self._hosts = dict[str, _Host]()

    @contextmanager
    def turn(self, host: str, pause_s: float = 0.0) -> Generator[None]:
        """Wait for a turn, ``pause_s`` after the last one's end. Raises FetchError if stopped."""
        with self._guard:
            waited_for = self._hosts.setdefault(host, _Host())
        with waited_for.lock:
            if self.stopped.wait(max(0.0, waited_for.left_at + pause_s - time.monotonic())):
                raise FetchError("The run was given up.", remedy="")
            try:
                yield
            finally:
                waited_for.left_at = time.monotonic()
