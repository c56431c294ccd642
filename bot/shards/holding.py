"""Holds this process's shards against others that share the database, and says that it is alive."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError
from bot.kept import processes
from bot.shards import numbers

if TYPE_CHECKING:
    from bot.shards.connecting import ShardedBot

log = logging.getLogger(__name__)

BEAT_S: Final = 20.0
"""Well within :data:`bot.kept.processes.LEASE_S`."""


class Holding:
    """What this process holds; ``owner`` is its name, another one after each start."""

    def __init__(self, bot: ShardedBot) -> None:
        self._bot = bot
        self._held: frozenset[int] = frozenset()
        self._starting = True
        self._ended = False
        self._beaten_at = 0.0
        self.owner = secrets.token_hex(8)

    async def beat(self) -> bool:
        """Say that we are alive, and learn which of our shards another process has by now.

        Returns whether we hold one that we did not before. Raises StoreError.
        """
        bot = self._bot
        now = bot.store.now()
        if self._ended or 0 <= now - self._beaten_at < BEAT_S / 2:
            return False
        ours = frozenset(bot.own_shards)
        held = await processes.hold(
            bot.store, self.owner, ours, bot.shard_count or 1, starting=self._starting
        )
        lost = ours - held
        if lost and (self._starting or self._held.intersection(lost)):
            log.warning(
                "another process has taken shard %s and posts its watches from now on; two"
                " processes must not have the same NEWSQUOTE_SHARD_IDS",
                numbers.told(lost),
            )
        self._starting, self._beaten_at = False, now
        before, self._held = self._held, held & ours
        return not self._held <= before

    def holds(self, guild_id: int) -> bool:
        """Whether a server is with a shard of ours that no other process has taken."""
        return self.shard_of(guild_id) in self._held

    def shard_of(self, guild_id: int) -> int:
        """Return the shard that a server is with."""
        return numbers.of_guild(guild_id, self._bot.shard_count or 1)

    async def end(self) -> None:
        """Let go of everything, for whoever starts next."""
        if self._starting or self._ended:
            return
        self._ended = True
        try:
            await processes.let_go(self._bot.store, self.owner)
        except StoreError as error:  # it is noticed that we are gone
            log.warning("closing without letting go of our shards: %s", error)
