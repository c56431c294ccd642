"""What the bot says to a server that it is added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.pages import welcome_page
from bot.pages.layouts import plain
from bot.rendering import MESSAGE_CHARS
from discord_limits import broken
from scripted import texts

if TYPE_CHECKING:
    from newsroom import Newsroom


async def join(newsroom: Newsroom) -> None:
    """Let Discord tell the bot that it was just added to the server."""
    await newsroom.env.settle()
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    newsroom.bot.dispatch("guild_join", guild)
    await newsroom.env.settle()


def greeted_in(newsroom: Newsroom, channel_id: int) -> None:
    """Choose the channel where Discord puts its own greetings."""
    newsroom.env.backend.edit_guild(newsroom.guild.id, {"system_channel_id": channel_id})


async def test_a_server_is_told_how_to_ask(newsroom: Newsroom) -> None:
    """Once, where such messages go, pinging nobody."""
    greeted_in(newsroom, newsroom.channel.id)
    await join(newsroom)
    (message,) = newsroom.channel.history()
    told = "\n".join(texts(message))
    for named in ("mention me", "`/ask`", "`/sources`", "`/help`", "`/privacy`", "`/config`"):
        assert named in told
    assert not message.mentions
    assert len(told) < MESSAGE_CHARS // 8  # a phone shows it whole


async def test_without_a_channel_for_it_nothing_is_said(newsroom: Newsroom) -> None:
    """No other channel is written to."""
    await join(newsroom)
    assert newsroom.channel.history() == []


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
async def test_where_we_may_not_write_nothing_is_tried(newsroom: Newsroom, denied: str) -> None:
    """Discord hears of no attempt."""
    greeted_in(newsroom, newsroom.channel.id)
    me = newsroom.env.backend.bot_user.id
    deny = discord.Permissions(**{denied: True}).value
    newsroom.env.backend.set_overwrite(
        newsroom.channel.id, Overwrite(me, OverwriteType.MEMBER, deny=deny)
    )
    await join(newsroom)
    assert not [each for each in newsroom.env.http_requests if each.path.endswith("/messages")]


async def test_what_discord_refuses_costs_one_line(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is raised."""
    greeted_in(newsroom, newsroom.channel.id)
    newsroom.env.inject_error("POST", "/channels/*/messages", status=404, code=10003)
    await join(newsroom)
    assert "sending was not possible" in caplog.text
    assert newsroom.env.errors == []


async def test_while_paused_nothing_is_said(newsroom: Newsroom) -> None:
    """The kill switch stops this, too."""
    greeted_in(newsroom, newsroom.channel.id)
    newsroom.settings.index.mkdir(exist_ok=True)
    (newsroom.settings.index / "paused").write_text("Back soon.", encoding="utf-8")
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await join(newsroom)
    assert newsroom.channel.history() == []


async def test_it_is_inside_discords_limits() -> None:
    """As an independent checker has them."""
    sent = {"components": plain(welcome_page.page()).to_components(), "flags": 1 << 15}
    assert not broken({**sent, "allowed_mentions": {"parse": []}})
