"""Takes a command that has a query, or says at once and in private what is wrong with the query.

Whether a reply is public is settled when a command is taken, so a query is read before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery import door, sending

if TYPE_CHECKING:
    import discord

    from bot.app import NewsquoteBot


async def take(
    interaction: discord.Interaction[NewsquoteBot], query: str, *, private: bool
) -> bool:
    """Take a command with a query that can be read; say what is wrong with another."""
    refusal = await interaction.client.desk.refusal(query, door.rules_of(interaction))
    if refusal is None:
        return await sending.think(interaction, private=private)
    await sending.whisper(interaction, refusal)
    return False
