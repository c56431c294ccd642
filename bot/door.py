"""Lets in what comes from Discord, or says why not: to the user alone where Discord can.

A message is told by a reply that deletes itself when the wait is over; while it stands, nothing
more is said to that person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord

from bot import fair_use_page, sending
from bot.layouts import plain

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

FREE: Final[dict[Any, Any]] = {"free": True}
"""The ``extras`` of a command that asks nothing of the index: it counts for no cool-down."""


async def command(interaction: discord.Interaction[NewsquoteBot]) -> bool:
    """Whether a command may run; typing an option of one is free."""
    called = interaction.command
    typing = interaction.type is discord.InteractionType.autocomplete
    if typing or called is None or called.extras.get("free"):
        return True
    return await press(interaction)


async def press(interaction: discord.Interaction[NewsquoteBot], *, counted: bool = True) -> bool:
    """Whether a command or a press of a button may ask the index something."""
    away = interaction.client.fair_use.turned_away(
        interaction.user.id, interaction.guild_id, counted=counted
    )
    if away is not None:
        await sending.whisper(interaction, plain(fair_use_page.turned_away(away)))
    return away is None


async def message(bot: NewsquoteBot, asked: discord.Message) -> bool:
    """Whether the question in a message may be answered."""
    guild_id = asked.guild.id if asked.guild else None
    away = bot.fair_use.turned_away(asked.author.id, guild_id)
    if away is not None and not away.told:
        view = plain(fair_use_page.turned_away(away))
        await sending.reply(asked, view, delete_after_s=away.for_s)
    return away is None
