"""A bot whose clock a test sets, and snapshots that a test publishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.app import create_bot
from scripted import SNAPSHOT, ScriptedSearcher, write_corpus
from watchers import Clock, Publish

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.answering import Following
    from bot.app import NewsquoteBot
    from bot.settings import Settings
    from newsroom import Newsroom


@pytest.fixture
def clock() -> Clock:
    """The bot's clock."""
    return Clock()


@pytest.fixture
async def simcord_bot(
    settings: Settings, following: Following, clock: Clock
) -> AsyncGenerator[NewsquoteBot]:
    """The bot with a clock of its own."""
    bot = create_bot(settings, following, clock)
    yield bot
    await bot.close()


@pytest.fixture
def publish(newsroom: Newsroom) -> Publish:
    """Publish lines in files of their own, each a passage of its own."""
    quotes = list(newsroom.searcher.ask("nothing").quotes)
    count = 0

    async def publishes(*lines: str) -> None:
        nonlocal count
        root = newsroom.searcher.root
        for line in lines:
            count += 1
            (quote,) = write_corpus(root, [line], f"new{count}.txt")
            quotes.append(replace(quote, passage_id=f"new{count}"))
        count += 1
        info = replace(SNAPSHOT, id=f"20261124T0500{count:02}Z-abcdef12")
        newsroom.live.following.append(ScriptedSearcher(root, quotes, info=info))
        await newsroom.env.advance_time(newsroom.settings.reload_s)

    return publishes
