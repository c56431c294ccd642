"""Whose turn it is to reply to a message: the newest one's, and what came before gives way."""

from __future__ import annotations

import asyncio

import pytest

from bot.messages.turns import SupersededError, Turns


async def test_what_is_no_longer_wanted_is_not_begun() -> None:
    """A turn that something newer came for does none of its work."""
    turns, done = Turns(), list[str]()

    async def work() -> None:
        done.append("asked")

    async def newer() -> None:
        async with turns.turn(5, "new") as turn:
            await turn.of(work())

    async with turns.turn(5, "old") as turn:
        after = asyncio.create_task(newer())
        await asyncio.sleep(0)
        with pytest.raises(SupersededError):
            await turn.of(work())
        assert done == []
    await after
    assert done == ["asked"]
    assert turns.newest(5) is None


async def test_work_that_is_cancelled_from_outside_is_cancelled() -> None:
    """A bot that closes ends its tasks; that is not taken for a newer message."""
    turns, begun = Turns(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(3600)

    async def handle() -> None:
        async with turns.turn(5, "text") as turn:
            await turn.of(work())

    task = asyncio.create_task(handle())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert turns.newest(5) is None
