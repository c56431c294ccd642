"""What Discord offers while somebody types an option: outlets, headlines and dates, from memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.errors import StoreError
from bot.kept import rules
from bot.suggestions import dates, headlines, outlets
from index import query as queries
from index.errors import QuestionError
from index.text import outlet_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    import discord

    from bot.app import NewsquoteBot
    from bot.suggestions.headlines import Suggestion
    from bot.suggestions.outlets import Outlet

    Choices = list[app_commands.Choice[str]]


async def of_outlets(interaction: discord.Interaction[NewsquoteBot], typed: str) -> Choices:
    """Offer outlets that may be meant, of those that may be asked."""
    bot = interaction.client
    try:
        held = await rules.rules(bot.store, interaction.guild_id, interaction.channel_id)
    except StoreError:  # whoever sends it in is told
        return []
    known = bot.answering.outlets
    if held.scope:
        known = tuple(each for each in known if outlet_names.is_of(each.folded, held.scope))
    return _choices(outlets.suggested(known, typed))


async def of_headlines(interaction: discord.Interaction[NewsquoteBot], typed: str) -> Choices:
    """Offer headlines, of the outlets that questions are limited to where they are.

    None where operators were typed: a headline would take their place.
    """
    try:
        if typed.strip() and queries.parse(typed, datetime.now(UTC)).filtered:
            return []
        bot = interaction.client
        held = await rules.rules(bot.store, interaction.guild_id, interaction.channel_id)
    except (QuestionError, StoreError):  # what is wrong is told to whoever sends it in
        return []
    return _choices(headlines.suggested(bot.answering.headlines, typed, held.scope))


def of_dates(interaction: discord.Interaction[Any], typed: str) -> Choices:
    """Offer dates that the query language reads."""
    days = interaction.client.answering.headlines.days
    return _choices(dates.suggested(typed, days, datetime.now(UTC)))


def _choices(suggested: Iterable[Suggestion | Outlet]) -> Choices:
    return [app_commands.Choice(name=each.name, value=each.value) for each in suggested]
