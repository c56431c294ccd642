"""Questions in messages: a mention, a reply to the bot that pings it, or a direct message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot import door, sending, waiting
from bot.questions import question_for
from bot.standing import Standing

if TYPE_CHECKING:
    import discord

    from bot.app import NewsquoteBot


class Asking(commands.Cog):
    """Answers the messages that are addressed to the bot."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Reply to a message that asks us something."""
        question = question_for(message, self._bot.user)
        if question is None or self._bot.in_flight.closing:
            return
        desk = self._bot.desk
        with self._bot.in_flight.reply():
            if not await sending.may_reply(message):
                return
            if not question:
                await sending.reply(message, desk.how_to())
                return
            held = await door.message(self._bot, message)
            if held is None:
                return
            async with sending.typing(message.channel):
                work = desk.ask(question, message.author.id, show_question=False, rules=held)
                await waiting.reply(self._bot.answering, Standing(message), work)
