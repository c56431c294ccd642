"""The saved queries of servers: kept in the database, and in memory, for whoever types their name.

A server's are changed by the process that has its shard; others learn of it when they load anew.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update

from bot.kept.tables import WATCH, WATCH_POST, WATCH_STORY

if TYPE_CHECKING:
    from bot.store import Store

MOST: Final = 25
"""So many a server may have: what Discord suggests at once."""
QUERY_CHARS: Final = 200


class Paused(StrEnum):
    """Why a watch no longer posts: Discord refused, and will again."""

    GONE = "gone"
    HIDDEN = "hidden"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved query, and where and when what matches it is posted.

    ``digest_hour`` is None where that is at once; ``quiet`` are the hours from and to which it is
    not. Hours are of the time zone ``zone``. ``created_at`` is in seconds since 1970.
    """

    id: str
    guild_id: int
    channel_id: int
    role_id: int | None
    query: str
    every_word: bool
    digest_hour: int | None
    quiet: tuple[int, int] | None
    zone: str
    created_at: float
    paused: Paused | None = None


class Watches:
    """All watches. Who sets one is not kept. What writes raises StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watches: dict[str, Watch] = {}
        self._changing = asyncio.Lock()  # else what is read may lack what is just being added

    async def load(self) -> None:
        """Read what is kept, also what other processes have changed."""
        async with self._changing:
            rows = await self._store.rows(select(WATCH).order_by(WATCH.c.created_at, WATCH.c.id))
            self._watches = {each.id: each for each in map(_watch, rows)}

    def all(self) -> tuple[Watch, ...]:
        """Return all that are not paused, the oldest first."""
        return tuple(each for each in self._watches.values() if each.paused is None)

    def get(self, watch_id: str) -> Watch | None:
        """Return a watch; None where it was removed."""
        return self._watches.get(watch_id)

    def of(self, guild_id: int) -> tuple[Watch, ...]:
        """Return a server's, the oldest first."""
        return tuple(each for each in self._watches.values() if each.guild_id == guild_id)

    async def add(self, watch: Watch) -> bool:
        """Keep a watch; False where its server has too many."""
        start, end = watch.quiet or (None, None)
        async with self._changing:
            if len(self.of(watch.guild_id)) >= MOST:
                return False
            async with self._store.writing() as db:
                await db.execute(
                    WATCH.insert().values(
                        id=watch.id,
                        guild_id=watch.guild_id,
                        channel_id=watch.channel_id,
                        role_id=watch.role_id,
                        query=watch.query,
                        every_word=watch.every_word,
                        digest_hour=watch.digest_hour,
                        quiet_from=start,
                        quiet_to=end,
                        zone=watch.zone,
                        created_at=watch.created_at,
                        paused=watch.paused,
                    )
                )
            self._watches[watch.id] = watch
        return True

    async def remove(self, guild_id: int, watch_id: str) -> Watch | None:
        """Delete a server's watch with all that was found for it; None where it has no such."""
        watch = self._watches.get(watch_id)
        if watch is None or watch.guild_id != guild_id:
            return None
        await self._delete([watch_id])
        return watch

    async def leave(self, guild_id: int) -> None:
        """Delete those of a server that we left."""
        await self._delete([each.id for each in self.of(guild_id)])

    async def pause(self, watch: Watch, why: Paused) -> None:
        """Let a watch post no more."""
        await self._set_paused(watch, why)

    async def resume(self, watch: Watch) -> None:
        """Let a watch that was paused post again."""
        await self._set_paused(watch, None)

    def has(self, watch: Watch) -> bool:
        """Whether a watch is there still, and not paused."""
        return self._watches.get(watch.id) == watch

    async def _set_paused(self, watch: Watch, why: Paused | None) -> None:
        async with self._changing:
            async with self._store.writing() as db:
                await db.execute(update(WATCH).where(WATCH.c.id == watch.id).values(paused=why))
            if watch.id in self._watches:
                self._watches[watch.id] = replace(watch, paused=why)

    async def _delete(self, ids: list[str]) -> None:
        async with self._changing:
            async with self._store.writing() as db:
                for column in (WATCH_STORY.c.watch_id, WATCH_POST.c.watch_id, WATCH.c.id):
                    await db.execute(delete(column.table).where(column.in_(ids)))
            for each in ids:
                self._watches.pop(each, None)
        await self._store.flush()


def new_id() -> str:
    """Return a random id: one that was removed never means another watch."""
    return secrets.token_hex(8)


def _watch(row: Any) -> Watch:
    (
        watch_id,
        guild_id,
        channel_id,
        role_id,
        query,
        every_word,
        hour,
        quiet_from,
        quiet_to,
        zone,
        created_at,
        paused,
    ) = row
    return Watch(
        watch_id,
        guild_id,
        channel_id,
        role_id,
        query,
        bool(every_word),
        hour,
        None if quiet_from is None else (quiet_from, quiet_to),
        zone,
        created_at,
        paused and Paused(paused),
    )
