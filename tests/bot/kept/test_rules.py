"""What a server and its channels have set: kept, laid over each other, and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.kept import guilds, rules
from bot.kept.rules import DEFAULTS, ChannelRules, ReplyMode, Rules
from bot.kept.tables import CHANNELS, GUILDS
from bot.store import open_store
from databases import BOTH

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.store import Store

GUILD, CHANNEL, THREAD = 10, 20, 30


pytestmark = BOTH


@pytest.fixture
async def store(database: Path | str) -> AsyncGenerator[Store]:
    """An open database."""
    opened = await open_store(database)
    yield opened
    await opened.close()


async def test_defaults_hold_where_nothing_was_set(store: Store) -> None:
    """In a server without a row, and in direct messages, which have no server."""
    assert await rules.rules(store, GUILD, CHANNEL) == DEFAULTS == Rules()
    assert await rules.rules(store, None, CHANNEL) == DEFAULTS
    assert await rules.own_channels(store, GUILD) == {}


async def test_everything_set_is_kept(store: Store, database: Path | str) -> None:
    """In the database, so that it holds after a restart, in all of the server's channels."""
    await rules.set_reply_mode(store, GUILD, ReplyMode.THREAD)
    await rules.set_filters(store, GUILD, "lang:en after:30d")
    await rules.set_scope(store, GUILD, ["Reuters", "BBC", "Reuters"])
    await rules.set_channels(store, GUILD, [CHANNEL, 21])
    await rules.set_roles(store, GUILD, [7])
    assert await guilds.set_keep_questions(store, GUILD, keep=True) == 0
    again = await open_store(database)
    holds = await rules.rules(again, GUILD, CHANNEL)
    assert await guilds.keeps_questions(again, GUILD)
    await again.close()
    assert holds == Rules(
        ReplyMode.THREAD,
        filters="lang:en after:30d",
        scope=("Reuters", "BBC"),
        channels=frozenset({CHANNEL, 21}),
        roles=frozenset({7}),
    )
    assert await rules.rules(store, 11, CHANNEL) == DEFAULTS


async def test_a_channels_own_settings_lie_over_its_servers(store: Store) -> None:
    """In it and in its threads; elsewhere the server's hold."""
    await rules.set_reply_mode(store, GUILD, ReplyMode.THREAD)
    await rules.set_channel(
        store, GUILD, CHANNEL, ChannelRules(ReplyMode.HERE, every_question=True)
    )
    assert await rules.rules(store, GUILD, CHANNEL) == Rules(ReplyMode.HERE, every_question=True)
    assert await rules.rules(store, GUILD, THREAD, CHANNEL) == Rules(
        ReplyMode.HERE, every_question=True
    )
    assert await rules.rules(store, GUILD, 21) == Rules(ReplyMode.THREAD)
    await rules.set_channel(store, GUILD, CHANNEL, ChannelRules(None, every_question=True))
    assert await rules.rules(store, GUILD, CHANNEL) == Rules(ReplyMode.THREAD, every_question=True)
    assert await rules.own_channels(store, GUILD) == {
        CHANNEL: ChannelRules(None, every_question=True)
    }


async def test_channel_settings_need_no_row_of_the_server(store: Store) -> None:
    """A channel can be the only thing that a server has set."""
    await rules.set_channel(store, GUILD, CHANNEL, ChannelRules(ReplyMode.THREAD))
    assert await rules.rules(store, GUILD, CHANNEL) == Rules(ReplyMode.THREAD)


async def test_a_channel_as_its_server_is_not_kept(store: Store) -> None:
    """Taking a channel's own settings back leaves no row."""
    await rules.set_channel(store, GUILD, CHANNEL, ChannelRules(ReplyMode.THREAD))
    await rules.set_channel(store, GUILD, CHANNEL, ChannelRules())
    assert await counted(store) == (0, 0)


async def test_a_server_that_is_left_is_forgotten(store: Store) -> None:
    """Its row and its channels' go; another server's stay."""
    for guild_id, channel_id in ((GUILD, CHANNEL), (11, 22)):
        await rules.set_scope(store, guild_id, ["Reuters"])
        await rules.set_channel(store, guild_id, channel_id, ChannelRules(ReplyMode.THREAD))
    await guilds.leave(store, GUILD)
    assert await rules.rules(store, GUILD, CHANNEL) == DEFAULTS
    assert await rules.rules(store, 11, 22) == Rules(ReplyMode.THREAD, scope=("Reuters",))
    assert await counted(store) == (1, 1)


async def counted(store: Store) -> tuple[int, int]:
    """Count the rows of servers and of channels."""
    return len(await store.rows(select(GUILDS))), len(await store.rows(select(CHANNELS)))
