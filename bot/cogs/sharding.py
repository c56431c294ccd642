"""Says, as long as the bot is connected, that this process is alive."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from discord.ext import commands, tasks

from bot.errors import StoreError
from bot.shards import numbers
from bot.shards.holding import BEAT_S

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

log = logging.getLogger(__name__)


class Sharding(commands.Cog):
    """The heart of a process among several."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    async def cog_unload(self) -> None:
        """Stop."""
        self._beat.cancel()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Begin, unless it runs alone over a file: then nobody needs to know."""
        bot = self._bot
        alone = not bot.settings.own_shards and bot.settings.database_url is None
        if not alone and not self._beat.is_running():
            log.info("serving shard %s of %s", numbers.told(bot.own_shards), bot.shard_count)
            self._beat.start()

    @tasks.loop(seconds=BEAT_S)
    async def _beat(self) -> None:
        try:
            if await self._bot.holding.beat():
                self._bot.dispatch("published")  # what waited for the shard may be posted
        except StoreError:  # an error would end the loop
            log.exception("other processes were not told that this one is alive; it is tried again")
