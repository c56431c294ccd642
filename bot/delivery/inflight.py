"""Counts the replies that are being made, so that closing can wait for them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot import request_ids

if TYPE_CHECKING:
    from collections.abc import Generator


class InFlight:
    """The replies under way. After :meth:`drain` began, ``closing`` tells newcomers to stay out."""

    def __init__(self) -> None:
        self.closing = False
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def reply(self) -> Generator[None]:
        """Count one reply for as long as the block runs, and give it an id in the log."""
        self._count += 1
        self._idle.clear()
        try:
            with request_ids.request():
                yield
        finally:
            self._count -= 1
            if not self._count:
                self._idle.set()

    async def drain(self, timeout_s: float) -> bool:
        """Let no new reply begin and wait for the others; False where time ran out."""
        self.closing = True
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
