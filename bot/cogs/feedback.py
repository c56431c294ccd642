"""Votes that were sent in with a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.buttons import feedback_views
from bot.delivery import sending

if TYPE_CHECKING:
    import discord

    from bot.app import NewsquoteBot


class Voting(commands.Cog):
    """Takes the forms that say what was wrong, also those that were opened before a restart."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Take a form and thank in private."""
        sent_in = feedback_views.sent_in(interaction)
        if sent_in is None:
            return
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                view = await self._bot.feedback.criticise(interaction, *sent_in)
                await sending.edit(interaction, view)
