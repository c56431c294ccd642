"""A message that asks us and our one reply to it, which follows it when it is edited or deleted.

A message that is edited is answered anew in the same reply. One that no longer asks us, or is
deleted, takes its reply along. What came of it is kept, so that this works after a restart.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery import door, permitted, sending, threads, waiting
from bot.delivery.standing import Standing
from bot.errors import StoreError
from bot.kept import asked
from bot.kept.asked import Asked
from bot.kept.rules import ReplyMode
from bot.messages import chain
from bot.messages.questions import overheard, question_for
from bot.messages.turns import SupersededError, Turns

if TYPE_CHECKING:
    from collections.abc import Iterable

    import discord

    from bot.app import NewsquoteBot
    from bot.kept.rules import Rules
    from bot.messages.turns import Turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A question in a message, and whether it is put to us."""

    question: str
    addressed: bool


class Talk:
    """Replies to messages, and changes the replies with them."""

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot
        self._turns = Turns()

    async def said(self, message: discord.Message) -> None:
        """Reply to a message that asks us something."""
        heard = self._heard(message)
        if heard is None or self._bot.in_flight.closing:
            return
        with self._bot.in_flight.reply():
            async with self._turns.turn(message.id, heard.question) as turn:
                if await self._listens(message, heard):
                    await self._reply(turn, message, heard, None)

    async def edited(self, message: discord.Message) -> None:
        """Change the reply to a message whose question is another one now."""
        # A link that is unfolded, or a pin, is no edit.
        if message.edited_at is None or message.author.bot or self._bot.in_flight.closing:
            return
        heard = self._heard(message)
        newest = self._turns.newest(message.id)
        if newest is not None and newest.text == (heard and heard.question):
            return
        with self._bot.in_flight.reply():
            async with self._turns.turn(message.id, heard and heard.question) as turn:
                try:
                    earlier = await asked.of_message(self._bot.store, message.id)
                    if turn.superseded or (earlier is None and not turn.waited):
                        return
                    if heard is None or not await self._listens(message, heard):
                        await self._withdraw(earlier)
                    elif earlier is None or not _same(earlier, heard.question):
                        await self._reply(turn, message, heard, earlier)
                except StoreError as error:
                    log.warning("an edited question could not be followed: %s", error)

    async def deleted(self, message_ids: Iterable[int]) -> None:
        """Delete the replies to messages that are gone; forget replies that are."""
        for message_id in message_ids:
            async with self._turns.turn(message_id, None):
                try:
                    earlier = await asked.of_message(self._bot.store, message_id)
                    await self._withdraw(earlier)
                    await asked.forget_sent(self._bot.store, message_id)
                except StoreError as error:
                    log.warning("a deleted question could not be followed: %s", error)

    def _heard(self, message: discord.Message) -> _Heard | None:
        """Return what a message asks, None for nothing. Needs no look into the file."""
        question = question_for(message, self._bot.user)
        if question is not None:
            return _Heard(question, addressed=True)
        if self._bot.intents.message_content:
            question = overheard(message, self._bot.user)
        return None if question is None else _Heard(question, addressed=False)

    async def _listens(self, message: discord.Message, heard: _Heard) -> bool:
        """Whether we answer here: always who asks us, others in threads of ours or by choice."""
        if heard.addressed or threads.is_ours(message.channel, self._bot.user):
            return True
        try:
            return (await door.rules_at(self._bot, message)).every_question
        except StoreError as error:
            log.warning("whether to answer here could not be read: %s", error)
            return False

    async def _reply(
        self, turn: Turn, message: discord.Message, heard: _Heard, earlier: Asked | None
    ) -> None:
        """Answer a question, in place of the earlier reply where there is one."""
        desk, question = self._bot.desk, heard.question
        standing = Standing(message)
        if earlier is not None:
            standing.sent = self._sent(earlier)
            if earlier.channel_id != message.channel.id:
                standing.place = self._place(earlier)
        sha256, reply_id = asked.question_hash(question), None
        if not await self._may_reply(message, heard):
            return

        async def work(held: Rules) -> discord.ui.LayoutView:
            nonlocal reply_id
            told = await desk.answer(
                question,
                message.author.id,
                show_question=False,
                rules=held,
                after=await self._after(message),
            )
            reply_id = told.reply_id
            return told.view

        if not question:
            await standing.show(desk.how_to())
        elif (
            held := await door.message(self._bot, standing, addressed=heard.addressed)
        ) is not None:
            if held.reply_mode is ReplyMode.THREAD and standing.sent is None:
                standing.place = await threads.opened(message, question)
            async with sending.typing(standing.place or message.channel):
                try:
                    await waiting.reply(self._bot.answering, standing, turn.of(work(held)))
                except SupersededError:
                    sha256 = ""  # whatever the message says now is another question
        if standing.sent is not None:
            await self._keep(standing.sent, message, sha256, reply_id)

    async def _may_reply(self, message: discord.Message, heard: _Heard) -> bool:
        """Whether we may write there; only who asked us is told that we may not."""
        if heard.addressed:
            return await sending.may_reply(message)
        return permitted.may_write(message)

    async def _after(self, message: discord.Message) -> str | None:
        """Return the kept answer that a message comes after."""
        try:
            earlier = await chain.before(self._bot.store, message, self._bot.user)
        except StoreError as error:  # it is asked as it stands
            log.warning("what was asked before could not be read: %s", error)
            return None
        return earlier and earlier.reply_id

    async def _keep(
        self,
        sent: discord.Message | discord.PartialMessage,
        message: discord.Message,
        sha256: str,
        reply_id: str | None,
    ) -> None:
        row = Asked(
            message.id,
            message.author.id,
            message.guild.id if message.guild else None,
            sent.channel.id,
            sent.id,
            sha256,
            reply_id,
        )
        try:
            await asked.save(self._bot.store, row)
        except StoreError as error:  # the reply stands all the same
            log.warning("a reply will not follow its question: %s", error)

    async def _withdraw(self, earlier: Asked | None) -> None:
        if earlier is not None:
            await sending.remove(self._sent(earlier))
            await asked.forget(self._bot.store, earlier.message_id)

    def _place(self, earlier: Asked) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(earlier.channel_id, guild_id=earlier.guild_id)

    def _sent(self, earlier: Asked) -> discord.PartialMessage:
        return self._place(earlier).get_partial_message(earlier.sent_id)


def _same(earlier: Asked, question: str) -> bool:
    return earlier.question_sha256 == asked.question_hash(question)
