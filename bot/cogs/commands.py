"""The slash commands: /ask, /search and /about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import sending

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

Text = app_commands.Range[str, 1, 1000]


class Commands(commands.Cog):
    """Each command is taken at once, then answered in public unless ``private`` is set."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.describe(
        question="What do you want to know?", private="Show the answer to you alone"
    )
    async def ask(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        question: Text,
        private: bool = False,
    ) -> None:
        """Answer a question with quotes from the sources."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=private):
                view = await self._bot.desk.ask(question, interaction.user.id, show_question=True)
                await sending.edit(interaction, view)

    @app_commands.command()
    @app_commands.describe(query="What do you look for?", private="Show the result to you alone")
    async def search(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        query: Text,
        private: bool = False,
    ) -> None:
        """List the passages that match a query."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=private):
                view = await self._bot.desk.search(query, interaction.user.id)
                await sending.edit(interaction, view)

    @app_commands.command()
    async def about(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Say what is indexed, as of when, and which snapshot answers."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=False):
                await sending.edit(interaction, self._bot.desk.about())
