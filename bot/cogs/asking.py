"""Questions in messages: a mention, a reply to the bot that pings it, or a direct message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.messages.talking import Talk

if TYPE_CHECKING:
    import discord

    from bot.app import NewsquoteBot


class Asking(commands.Cog):
    """Hears of the messages that come, change and go; raw events, since none are remembered."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._talk = Talk(bot)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Reply to a message that asks us something."""
        await self._talk.said(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Change the reply to a message that was edited."""
        await self._talk.edited(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Delete the reply to a message that was deleted."""
        await self._talk.deleted([payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Delete the replies to messages that were deleted together."""
        await self._talk.deleted(payload.message_ids)
