"""/privacy and /forget, and what goes by itself: what is too old, and servers that we left."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.buttons import forget_views
from bot.delivery import sending
from bot.delivery.door import FREE
from bot.desks import forgetting
from bot.errors import StoreError
from bot.kept import expiring, guilds
from bot.pages import privacy_page
from bot.pages.layouts import plain
from bot.pages.privacy_page import Here

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

log = logging.getLogger(__name__)


class Privacy(commands.Cog):
    """Everything is told to the user alone, also while we are paused."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Begin to delete what is too old, every hour."""
        self._expire.start()

    async def cog_unload(self) -> None:
        """Stop."""
        self._expire.cancel()

    @app_commands.command(extras=FREE)
    async def privacy(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Say what this bot stores, where and for how long."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                await sending.edit(interaction, await self._privacy(interaction))

    @app_commands.command(extras=FREE)
    async def forget(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Delete what this bot has stored about you."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                await sending.edit(interaction, await self._confirming(interaction.user.id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget what a server had set, and the questions that it had kept."""
        await guilds.leave(self._bot.store, guild.id)

    @tasks.loop(hours=1)
    async def _expire(self) -> None:
        try:
            await expiring.expire(self._bot.store)
        except StoreError:  # an error would end the loop
            log.exception("what is too old could not be deleted; it is tried again")

    async def _privacy(
        self, interaction: discord.Interaction[NewsquoteBot]
    ) -> discord.ui.LayoutView:
        store, guild_id = self._bot.store, interaction.guild_id
        try:
            keeps = None if guild_id is None else await guilds.keeps_questions(store, guild_id)
            settings = self._bot.settings
            here = Here(settings.log_questions, keeps, settings.database_url is not None)
            return plain(privacy_page.privacy(here))
        except StoreError as error:
            return self._bot.desk.trouble(error)

    async def _confirming(self, user_id: int) -> discord.ui.LayoutView:
        try:
            held = await forgetting.held(self._bot.store, user_id)
        except StoreError as error:
            return self._bot.desk.trouble(error)
        return forget_views.confirming(held, user_id)
