"""The slash commands: /ask, /search and /about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery import door, sending, waiting
from bot.delivery.door import FREE
from bot.delivery.taking import take
from bot.pages import help_page
from bot.pages.layouts import plain
from bot.suggestions import suggesting
from bot.suggestions.composing import composed
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

Text = app_commands.Range[str, 1, 1000]
Value = app_commands.Range[str, 1, 100]
Order = Literal["relevance", "newest", "oldest"]


class Commands(commands.Cog):
    """Each command is taken at once, then answered in public unless ``private`` is set.

    What cannot be read is told to the user alone, so a query is read before its command is taken:
    whether a reply is public is settled by then.
    """

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
        desk = self._bot.desk
        with self._bot.in_flight.reply():
            if await take(interaction, question, private=private):
                work = desk.ask(
                    question,
                    interaction.user.id,
                    show_question=True,
                    rules=door.rules_of(interaction),
                    private=private,
                )
                await waiting.edit(interaction, work)

    @app_commands.command()
    @app_commands.describe(
        query='What do you look for? Words, "an exact phrase", -without',
        source="Only outlets whose name begins so",
        after="Only what was published then or later: 2024-05-01, 2024-05, yesterday, 7d",
        before="Only what was published before then: 2024-05-01, 2024-05, yesterday, 7d",
        sort="What comes first",
        private="Show the result to you alone",
    )
    async def search(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        query: Text,
        *,
        source: Value | None = None,
        after: Value | None = None,
        before: Value | None = None,
        sort: Order = "relevance",
        private: bool = False,
    ) -> None:
        """List the passages that match a query."""
        whole = composed(query, source=source, after=after, before=before)
        with self._bot.in_flight.reply():
            if await take(interaction, whole, private=private):
                work = self._bot.desk.search(
                    whole,
                    interaction.user.id,
                    Sort(sort),
                    rules=door.rules_of(interaction),
                    private=private,
                )
                await waiting.edit(interaction, work)

    @search.autocomplete("source")
    async def suggest_source(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the outlets that the index knows."""
        return await suggesting.of_outlets(interaction, typed)

    @search.autocomplete("after")
    @search.autocomplete("before")
    async def suggest_date(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest dates."""
        return suggesting.of_dates(interaction, typed)

    @search.autocomplete("query")
    async def suggest_headline(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest recent headlines."""
        return await suggesting.of_headlines(interaction, typed)

    @app_commands.command(extras=FREE)
    async def about(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """Say what is indexed, as of when, and which snapshot answers."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=False):
                await sending.edit(interaction, self._bot.desk.about())

    @app_commands.command(name="help", extras=FREE)
    async def show_help(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """List the commands and what they do."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                tree = self._bot.tree
                listed = tree.get_commands(type=discord.AppCommandType.chat_input)
                menus = tree.get_commands(type=discord.AppCommandType.message)
                manages = interaction.guild is not None and interaction.permissions.manage_guild
                page = help_page.page(listed, menus, interaction.locale, manages=manages)
                await sending.edit(interaction, plain(page))
