"""Connects shards one after the other, as Discord's limits want it also of several processes.

Discord takes ``max_concurrency`` identifications in five seconds, and not two of them from shards
whose numbers are equal modulo it
(https://discord.com/developers/docs/events/gateway#sharding-max-concurrency). Which process may
identify next is agreed on in the database that all share. The one place that knows what
AutoShardedClient keeps to itself.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import Shard

from bot import request_ids
from bot.errors import StoreError
from bot.kept import turns

if TYPE_CHECKING:
    from yarl import URL

    from bot.store import Store

log = logging.getLogger(__name__)

IDENTIFY_S: Final = 5.0
_TIMEOUT_S: Final = 180.0


class ShardedBot(commands.AutoShardedBot):
    """A client with the shards that it was told to have; without a count, as many as Discord says.

    ``max_concurrency`` is set before it connects.
    """

    store: Store
    max_concurrency: int = 1

    @property
    def own_shards(self) -> tuple[int, ...]:
        """The numbers of this process's shards; () before the count is known."""
        return tuple(self.shard_ids or range(self.shard_count or 0))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn to identify, however many processes there are."""
        name = self._turn_of(shard_id or 0)
        try:
            while wait_s := await turns.take(self.store, name, IDENTIFY_S):  # noqa: ASYNC110  # others have no event for us
                await asyncio.sleep(wait_s)
        except StoreError as error:
            log.warning("identifying without agreeing with other processes: %s", error)
            await asyncio.sleep(0 if initial else IDENTIFY_S)

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard, or raise what keeps it from that: the runner tries again.

        discord.py would log it with a traceback and call itself once more, without end.
        """
        shards: dict[int, Shard] = self._own("shards")
        if shard_id in shards:  # it was connected before another one failed
            return
        # A connection that waits for its turn longer than a minute would be taken for dead.
        while wait_s := await self._wait_s(shard_id):  # noqa: ASYNC110  # as above
            await asyncio.sleep(wait_s)
        connecting = DiscordWebSocket.from_client(
            self, initial=initial, gateway=gateway, shard_id=shard_id
        )
        try:
            socket = await asyncio.wait_for(connecting, timeout=_TIMEOUT_S)
        except ReconnectWebSocket as error:
            raise ConnectionError("the gateway closed before it said hello") from error
        shards[shard_id] = shard = _Shard(socket, self, self._own("queue").put_nowait)
        shard.launch()

    async def close(self) -> None:
        """Close the connections, if there are any."""
        # discord.py makes its queue at login, and wants it here also where there was none.
        self.__dict__.setdefault("_AutoShardedClient__queue", asyncio.PriorityQueue[Any]())
        await super().close()

    async def _wait_s(self, shard_id: int) -> float:
        try:
            return await turns.wait_s(self.store, self._turn_of(shard_id))
        except StoreError:  # told where the turn is taken
            return 0

    def _turn_of(self, shard_id: int) -> str:
        return f"identify {shard_id % self.max_concurrency}"

    def _own(self, name: str) -> Any:
        return self.__dict__[f"_AutoShardedClient__{name}"]


class _Shard(Shard):
    """A connection whose events know of which shard they are, where there is more than one."""

    async def worker(self) -> None:
        """Take in events; each becomes a task of its own, which inherits our context."""
        if self.ws.shard_count and self.ws.shard_count > 1:
            request_ids.set_shard(self.id)
        await super().worker()
