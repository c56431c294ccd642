"""What tests of /watch do, and read of what it posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from bot.app import create_bot
from bot.kept.tables import WATCH_POST
from scripted import texts

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.results import InteractionResult

    from newsroom import Newsroom

NEWS = "The ferry Alma Dore left Brannock at noon."
START = datetime(2026, 3, 7, 12, tzinfo=UTC).timestamp()


class Clock:
    """Tells the time that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Publish(Protocol):
    """Serves another snapshot with lines added to those there were."""

    async def __call__(self, *lines: str) -> None: ...


def told(result: InteractionResult) -> str:
    """Return what a command answers with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


async def add(who: MemberActor, here: ChannelHandle, query: str, /, **options: Any) -> str:
    """Let somebody use /watch add."""
    return told(await who.slash(here, "watch add", query=query, **options))


def posts(channel: ChannelHandle) -> list[str]:
    """Return the messages of a channel, the oldest first."""
    return ["\n".join(texts(message)) for message in channel.history()]


def sent(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Return what was sent into channels, as Discord got it."""
    bodies: list[Any] = [
        call.json
        for call in newsroom.env.http_requests
        if call.method == "POST" and call.path.endswith("/messages")
    ]
    return bodies


async def pass_time(newsroom: Newsroom, clock: Clock, to: datetime) -> None:
    """Let it be another time, and the bot look at its clock."""
    clock.now = to.timestamp()
    await newsroom.env.advance_time(20)


async def states(newsroom: Newsroom) -> list[str]:
    """Return what became of the posts, in no order."""
    rows = await newsroom.bot.store.rows(select(WATCH_POST.c.state))
    return [str(row[0]) for row in rows]


async def restart(newsroom: Newsroom, clock: Clock) -> None:
    """Exchange the bot for a fresh one over the same files."""
    old, newsroom.bot = newsroom.bot, create_bot(newsroom.settings, newsroom.live, clock)
    await newsroom.env.restart_bot(newsroom.bot)
    await old.close()
    await newsroom.env.settle()
