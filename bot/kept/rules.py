"""What holds where a question is asked: a server's settings, with its channel's over them.

Where nothing was set, and in direct messages, the defaults hold; nothing is kept of those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from bot.kept.tables import CHANNELS, GUILDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store import Store


class ReplyMode(StrEnum):
    """Where an answer goes: below the question, or into a thread that it opens."""

    HERE = "here"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in one place.

    ``every_question`` is whether every question there is answered, which only a channel can want.
    ``filters`` are in the query language and stand before what is asked. ``scope`` holds beginnings
    of outlets' names, to which questions are limited; empty: all. ``channels`` and ``roles`` are
    the ids of those that may use the bot; empty: all.
    """

    reply_mode: ReplyMode = ReplyMode.HERE
    every_question: bool = False
    filters: str = ""
    scope: tuple[str, ...] = ()
    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What a channel has of its own; None is as in its server."""

    reply_mode: ReplyMode | None = None
    every_question: bool = False


DEFAULTS: Final = Rules()
_AS_THE_SERVER: Final = ChannelRules()


async def rules(
    store: Store, guild_id: int | None, channel_id: int | None, parent_id: int | None = None
) -> Rules:
    """Return what holds in a channel, in a thread what holds in its parent. Raises StoreError."""
    if guild_id is None:
        return DEFAULTS
    row = await store.row(
        select(
            GUILDS.c.reply_mode,
            GUILDS.c.filters,
            GUILDS.c.scope,
            GUILDS.c.channels,
            GUILDS.c.roles,
        ).where(GUILDS.c.guild_id == guild_id)
    )
    own = await of_channel(store, guild_id, parent_id or channel_id)
    if row is None:
        return Rules(own.reply_mode or ReplyMode.HERE, own.every_question)
    return Rules(
        own.reply_mode or ReplyMode(row[0]),
        own.every_question,
        str(row[1]),
        tuple(json.loads(row[2])),
        frozenset(json.loads(row[3])),
        frozenset(json.loads(row[4])),
    )


async def of_channel(store: Store, guild_id: int, channel_id: int | None) -> ChannelRules:
    """Return what a channel has of its own. Raises StoreError."""
    row = await store.row(
        select(CHANNELS.c.reply_mode, CHANNELS.c.every_question).where(
            CHANNELS.c.channel_id == channel_id, CHANNELS.c.guild_id == guild_id
        )
    )
    if row is None:
        return _AS_THE_SERVER
    return ChannelRules(None if row[0] is None else ReplyMode(row[0]), bool(row[1]))


async def own_channels(store: Store, guild_id: int) -> dict[int, ChannelRules]:
    """Return the channels of a server that have something of their own. Raises StoreError."""
    rows = await store.rows(
        select(CHANNELS.c.channel_id, CHANNELS.c.reply_mode, CHANNELS.c.every_question)
        .where(CHANNELS.c.guild_id == guild_id)
        .order_by(CHANNELS.c.channel_id)
    )
    return {
        int(row[0]): ChannelRules(None if row[1] is None else ReplyMode(row[1]), bool(row[2]))
        for row in rows
    }


async def set_reply_mode(store: Store, guild_id: int, mode: ReplyMode) -> None:
    """Choose where a server's answers go. Raises StoreError."""
    await _set(store, guild_id, "reply_mode", mode.value)


async def set_filters(store: Store, guild_id: int, filters: str) -> None:
    """Set a server's default filters, which were read before. Raises StoreError."""
    await _set(store, guild_id, "filters", filters)


async def set_scope(store: Store, guild_id: int, scope: Iterable[str]) -> None:
    """Limit a server's questions to outlets whose names begin so. Raises StoreError."""
    await _set(store, guild_id, "scope", json.dumps(list(dict.fromkeys(scope))))


async def set_channels(store: Store, guild_id: int, ids: Iterable[int]) -> None:
    """Choose the channels where the bot may be used; none for all. Raises StoreError."""
    await _set(store, guild_id, "channels", json.dumps(sorted(set(ids))))


async def set_roles(store: Store, guild_id: int, ids: Iterable[int]) -> None:
    """Choose the roles that may use the bot; none for everyone. Raises StoreError."""
    await _set(store, guild_id, "roles", json.dumps(sorted(set(ids))))


async def set_channel(store: Store, guild_id: int, channel_id: int, own: ChannelRules) -> None:
    """Set what a channel has of its own; as its server, nothing is kept. Raises StoreError."""
    async with store.writing() as db:
        await db.execute(
            delete(CHANNELS).where(
                CHANNELS.c.channel_id == channel_id, CHANNELS.c.guild_id == guild_id
            )
        )
        if own != _AS_THE_SERVER:
            row = {
                "channel_id": channel_id,
                "guild_id": guild_id,
                "reply_mode": own.reply_mode,
                "every_question": own.every_question,
            }
            await db.execute(
                store.insert(CHANNELS)
                .values(row)
                .on_conflict_do_update(index_elements=["channel_id"], set_=row)
            )


async def _set(store: Store, guild_id: int, column: str, value: str) -> None:
    """Write one column, whose name is one of ours."""
    async with store.writing() as db:
        await db.execute(
            store.insert(GUILDS)
            .values({"guild_id": guild_id, column: value})
            .on_conflict_do_update(index_elements=["guild_id"], set_={column: value})
        )
