"""/config, the forms of its panel, and channels that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.buttons import config_forms, config_views
from bot.delivery import sending
from bot.delivery.door import FREE
from bot.kept import rules
from bot.kept.rules import ChannelRules

if TYPE_CHECKING:
    from bot.app import NewsquoteBot


class Config(commands.Cog):
    """The settings of a server, for those who manage it."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @app_commands.command(extras=FREE)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def config(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Set up this server: where, who, how answers are given, what is searched."""
        guild = interaction.guild
        with self._bot.in_flight.reply():
            if not await config_views.managing(interaction) or guild is None:
                return
            if not await sending.think(interaction, private=True):
                return
            try:
                view = await self._bot.configuring.panel(guild)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                view = self._bot.desk.trouble(error)
            await sending.edit(interaction, view)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Take a form of the panel, also one that was opened before a restart."""
        sent_in = config_forms.sent_in(interaction)
        if sent_in is None:
            return
        guild = interaction.guild
        with self._bot.in_flight.reply():
            if not await config_views.managing(interaction) or guild is None:
                return
            if not await sending.hold(interaction):
                return
            try:
                view = await self._bot.configuring.typed(guild, *sent_in)
            except Exception as error:  # noqa: BLE001  # as above
                await sending.whisper(interaction, self._bot.desk.trouble(error))
            else:
                await sending.edit(interaction, view)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget what a channel had of its own.

        Whether it is among those where we may be used stays: were it the last, we would be let in
        everywhere.
        """
        await rules.set_channel(self._bot.store, channel.guild.id, channel.id, ChannelRules())
