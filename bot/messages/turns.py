"""One at a time for each message: of what comes meanwhile the newest is next."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

T = TypeVar("T")


class SupersededError(Exception):
    """The work is no longer wanted: the message has changed."""


class Turn:
    """The right to reply to a message, until something newer comes.

    ``text`` is what the message says, None where it is gone. ``waited`` is whether another turn
    of the message was not over when this one came.
    """

    def __init__(self, text: str | None, *, waited: bool) -> None:
        self.text = text
        self.waited = waited
        self.superseded = False
        self._working: asyncio.Task[Any] | None = None

    async def of(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work in the current task; SupersededError where it is no longer wanted."""
        if self.superseded:
            work.close()
            raise SupersededError
        self._working = asyncio.current_task()
        try:
            return await work
        except asyncio.CancelledError:
            if self.superseded:
                raise SupersededError from None
            raise
        finally:
            self._working = None

    def give_way(self) -> None:
        """End the work: something newer came."""
        self.superseded = True
        if self._working is not None:
            self._working.cancel()


class _Line:
    """Those who wait for a message, the newest last."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.turns: list[Turn] = []


class Turns:
    """The turns of every message that is being handled; nothing is kept of others."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}

    def newest(self, message_id: int) -> Turn | None:
        """Return the newest turn of a message that is being handled."""
        line = self._lines.get(message_id)
        return line.turns[-1] if line else None

    @asynccontextmanager
    async def turn(self, message_id: int, text: str | None) -> AsyncGenerator[Turn]:
        """Wait for the turn of what just came; it is superseded where something newer did, too."""
        line = self._lines.setdefault(message_id, _Line())
        for earlier in line.turns:
            earlier.give_way()
        turn = Turn(text, waited=bool(line.turns))
        line.turns.append(turn)
        try:
            async with line.lock:
                yield turn
        finally:
            line.turns.remove(turn)
            if not line.turns:
                del self._lines[message_id]
