"""The commands that look something up: /timeline, /cite, /verify and /sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery import door, sending, waiting
from bot.delivery.taking import take
from bot.suggestions import suggesting
from bot.suggestions.composing import composed

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

Text = app_commands.Range[str, 1, 1000]
Value = app_commands.Range[str, 1, 100]


class LookingUp(commands.Cog):
    """Each command is taken at once and answered in public."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.describe(
        topic="What is it about?",
        source="Only outlets whose name begins so",
        after="Only what was published then or later: 2024-05-01, 2024-05, yesterday, 7d",
        before="Only what was published before then: 2024-05-01, 2024-05, yesterday, 7d",
    )
    async def timeline(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        topic: Text,
        *,
        source: Value | None = None,
        after: Value | None = None,
        before: Value | None = None,
    ) -> None:
        """Quote what the sources say of a topic over time, a quote a day."""
        whole = composed(topic, source=source, after=after, before=before)
        with self._bot.in_flight.reply():
            if await take(interaction, whole, private=False):
                held = door.rules_of(interaction)
                work = self._bot.desk.timeline(whole, interaction.user.id, rules=held)
                await waiting.edit(interaction, work)

    @timeline.autocomplete("source")
    async def suggest_source(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the outlets that the index knows."""
        return await suggesting.of_outlets(interaction, typed)

    @timeline.autocomplete("after")
    @timeline.autocomplete("before")
    async def suggest_date(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest dates."""
        return suggesting.of_dates(interaction, typed)

    @timeline.autocomplete("topic")
    async def suggest_headline(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest recent headlines."""
        return await suggesting.of_headlines(interaction, typed)

    @app_commands.command()
    @app_commands.rename(passage_id="id")
    @app_commands.describe(passage_id="The id of a passage, as a timeline shows it")
    async def cite(self, interaction: discord.Interaction[NewsquoteBot], passage_id: Value) -> None:
        """Show one passage with what stands before and after it in its source."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=False):
                held = door.rules_of(interaction)
                await waiting.edit(interaction, self._bot.look_up.cite(passage_id, held))

    @app_commands.command()
    @app_commands.rename(passage_id="id")
    @app_commands.describe(passage_id="The id of a passage, as a timeline shows it")
    async def verify(
        self, interaction: discord.Interaction[NewsquoteBot], passage_id: Value
    ) -> None:
        """Check one passage against its file again: place, bytes and hashes."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=False):
                held = door.rules_of(interaction)
                await waiting.edit(interaction, self._bot.look_up.verify(passage_id, held))

    @app_commands.command()
    async def sources(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """List which outlets and dates are indexed, with a chart."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=False):
                held = door.rules_of(interaction)
                await waiting.edit(interaction, self._bot.look_up.sources(held))
