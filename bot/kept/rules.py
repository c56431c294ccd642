"""What holds where a question is asked: a server's settings, with its channel's over them.

Where nothing was set, and in direct messages, the defaults hold; nothing is kept of those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, and_, bindparam, delete, select

from bot.kept.tables import CHANNELS, GUILDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.kept.tables import Query
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

_asked = select(bindparam("guild", type_=BigInteger).label("guild_id")).subquery()
_HELD: Final[Query] = select(
    CHANNELS.c.reply_mode,
    CHANNELS.c.every_question,
    GUILDS.c.reply_mode,
    GUILDS.c.filters,
    GUILDS.c.scope,
    GUILDS.c.channels,
    GUILDS.c.roles,
).select_from(
    _asked.outerjoin(GUILDS, GUILDS.c.guild_id == _asked.c.guild_id).outerjoin(
        CHANNELS,
        and_(
            CHANNELS.c.guild_id == _asked.c.guild_id,
            CHANNELS.c.channel_id == bindparam("channel", type_=BigInteger),
        ),
    )
)
"""What a channel and its server have, in one row: every question of anybody's looks it up."""


async def rules(
    store: Store, guild_id: int | None, channel_id: int | None, parent_id: int | None = None
) -> Rules:
    """Return what holds in a channel, in a thread what holds in its parent. Raises StoreError."""
    if guild_id is None:
        return DEFAULTS
    query = _HELD.params(guild=guild_id, channel=parent_id or channel_id)
    ((own_mode, every_question, mode, filters, scope, channels, roles),) = await store.rows(query)
    own = _AS_THE_SERVER if every_question is None else _own(own_mode, every_question)
    if mode is None:
        return Rules(own.reply_mode or ReplyMode.HERE, own.every_question)
    return Rules(
        own.reply_mode or ReplyMode(mode),
        own.every_question,
        str(filters),
        tuple(json.loads(scope)),
        frozenset(json.loads(channels)),
        frozenset(json.loads(roles)),
    )


async def of_channel(store: Store, guild_id: int, channel_id: int | None) -> ChannelRules:
    """Return what a channel has of its own. Raises StoreError."""
    row = await store.row(
        select(CHANNELS.c.reply_mode, CHANNELS.c.every_question).where(
            CHANNELS.c.channel_id == channel_id, CHANNELS.c.guild_id == guild_id
        )
    )
    return _AS_THE_SERVER if row is None else _own(*row)


async def own_channels(store: Store, guild_id: int) -> dict[int, ChannelRules]:
    """Return the channels of a server that have something of their own. Raises StoreError."""
    rows = await store.rows(
        select(CHANNELS.c.channel_id, CHANNELS.c.reply_mode, CHANNELS.c.every_question)
        .where(CHANNELS.c.guild_id == guild_id)
        .order_by(CHANNELS.c.channel_id)
    )
    return {int(row[0]): _own(row[1], row[2]) for row in rows}


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


def _own(reply_mode: str | None, every_question: object) -> ChannelRules:
    return ChannelRules(None if reply_mode is None else ReplyMode(reply_mode), bool(every_question))


async def _set(store: Store, guild_id: int, column: str, value: str) -> None:
    """Write one column, whose name is one of ours."""
    async with store.writing() as db:
        await db.execute(
            store.insert(GUILDS)
            .values({"guild_id": guild_id, column: value})
            .on_conflict_do_update(index_elements=["guild_id"], set_={column: value})
        )
