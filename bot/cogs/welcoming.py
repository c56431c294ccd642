"""A word to each server that the bot is added to, where Discord puts its own such words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.delivery import sending
from bot.pages import welcome_page
from bot.pages.layouts import plain

if TYPE_CHECKING:
    import discord

    from bot.app import NewsquoteBot


class Welcoming(commands.Cog):
    """Says how to ask, once, and only in the channel that a server has for such messages."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a server, unless we may not write there or are paused."""
        channel = guild.system_channel
        if channel is None or self._bot.pause.message is not None:
            return
        allowed = channel.permissions_for(guild.me)
        if allowed.view_channel and allowed.send_messages:
            await sending.say(channel, plain(welcome_page.page()))
