"""Answers that take longer than a moment: meanwhile the reply says how many are served before.

The work is a task of its own, by which :mod:`bot.answering` knows its place in the queue.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from bot.delivery import sending
from bot.pages import fair_use_page
from bot.pages.layouts import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    import discord

    from bot.answering import Answering
    from bot.app import NewsquoteBot
    from bot.delivery.standing import Standing

    Work = Coroutine[Any, Any, discord.ui.LayoutView]
    Show = Callable[[discord.ui.LayoutView], Awaitable[object]]

MOMENT_S: Final = 1.0
AGAIN_S: Final = 3.0
"""Time between two looks at the queue: Discord takes five edits in five seconds."""


async def edit(interaction: discord.Interaction[NewsquoteBot], work: Work) -> None:
    """Put the layout that ``work`` makes where "is thinking" stands."""

    async def show(view: discord.ui.LayoutView) -> None:
        await sending.edit(interaction, view)

    await show(await meanwhile(interaction.client.answering, work, show))


async def reply(answering: Answering, standing: Standing, work: Work) -> None:
    """Reply to a message with the layout that ``work`` makes."""
    # What we said of the queue becomes the answer; where somebody deleted it, we say it anew.
    await standing.show(await meanwhile(answering, work, standing.show))


async def meanwhile(answering: Answering, work: Work, show: Show) -> discord.ui.LayoutView:
    """Do the work; show its place in the queue, where it waits, whenever that has changed."""
    task = asyncio.create_task(work)
    told, patience_s = 0, MOMENT_S
    try:
        while not task.done():
            await asyncio.wait((task,), timeout=patience_s)
            before = 0 if task.done() else answering.before(task)
            if before and before != told:
                await show(plain(fair_use_page.waiting(before)))
                told, patience_s = before, AGAIN_S
        return task.result()
    finally:
        task.cancel()
