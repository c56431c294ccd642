"""The desk: takes a question, hands back a layout that is ready to send.

Whatever goes wrong with a question becomes one plain sentence (see :mod:`bot.errors`).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot import explaining, rendering, replies
from bot.errors import ExpiredError, NotYoursError, StoreError, explain
from bot.replies import Kind
from bot.views import layout

if TYPE_CHECKING:
    import discord

    from bot.answering import Answering
    from bot.replies import Reply
    from bot.store import Store

log = logging.getLogger(__name__)

SEARCH_LIMIT = 25


class Desk:
    """Asks, keeps answers and the pages of replies that have several, and renders."""

    def __init__(
        self, answering: Answering, store: Store, *, version: str, log_questions: bool
    ) -> None:
        self._answering = answering
        self._store = store
        self._version = version
        self._log_questions = log_questions

    async def ask(
        self, question: str, asker_id: int, *, show_question: bool
    ) -> discord.ui.LayoutView:
        """Answer a question."""
        self._note("ask", question)
        try:
            answer = await self._answering.ask(question)
            return await self._first(
                replies.from_answer(answer, show_question=show_question), asker_id
            )
        except Exception as error:  # noqa: BLE001  # explain() logs it; the user must hear of it
            return self.trouble(error)

    async def search(self, query: str, asker_id: int) -> discord.ui.LayoutView:
        """Search the corpus."""
        self._note("search", query)
        try:
            result = await self._answering.search(query, SEARCH_LIMIT)
            return await self._first(replies.from_search(result), asker_id)
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    async def check_owner(self, reply_id: str, user_id: int) -> None:
        """Raise NotYoursError or ExpiredError where this user may not turn that reply's pages."""
        asker_id, _ = await self._store.load_reply(reply_id)
        if asker_id != user_id:
            raise NotYoursError(
                "Only the person who asked can turn these pages.",
                remedy="Ask with /ask to get your own.",
            )

    async def turn(self, reply_id: str, number: int) -> discord.ui.LayoutView:
        """Return page ``number`` of a kept reply, its quotes verified again.

        Raises what the store and the answering raise: the page that stands is better than an
        error in its place.
        """
        _, body = await self._store.load_reply(reply_id)
        reply = replies.loads(body)
        pages = rendering.pages(reply, await self._answering.changed(reply.quotes))
        return layout(pages[min(number, len(pages)) - 1], reply_id, why=_asked(reply))

    async def why(self, reply_id: str) -> discord.ui.LayoutView:
        """Tell how a kept answer came about: its question is asked again, of the index as it is."""
        try:
            try:
                _, body = await self._store.load_reply(reply_id)
            except ExpiredError:
                raise ExpiredError(
                    "This answer is no longer kept.", remedy="Please ask again."
                ) from None
            reply = replies.loads(body)
            self._note("why", reply.question)
            explanation = await self._answering.explain(reply.question)
            return layout(explaining.page(explanation, reply))
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    def about(self) -> discord.ui.LayoutView:
        """Say what is indexed, as of when, and which snapshot answers."""
        try:
            return layout(rendering.about(self._answering.info, self._version))
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    def how_to(self) -> discord.ui.LayoutView:
        """Say how to ask."""
        return layout(rendering.notice(rendering.HOW_TO))

    def trouble(self, error: BaseException) -> discord.ui.LayoutView:
        """Say in one sentence what went wrong."""
        return layout(rendering.notice(explain(error).text))

    async def _first(self, reply: Reply, asker_id: int) -> discord.ui.LayoutView:
        pages = rendering.pages(reply)
        first, alone = pages[0], len(pages) == 1
        if alone and not _asked(reply):
            return layout(first)
        try:
            reply_id = await self._store.save_reply(asker_id, replies.dumps(reply))
        except StoreError as error:
            told = explain(error).text
            return layout(first if alone else rendering.without_rest(first, told))
        return layout(first, reply_id, why=_asked(reply))

    def _note(self, what: str, text: str) -> None:
        if self._log_questions:
            log.info("%s: %r", what, text)
        else:
            log.info("%s: %d characters", what, len(text))


def _asked(reply: Reply) -> bool:
    """Whether a reply answers a question or refuses to, so that one may ask why."""
    return reply.kind is not Kind.SEARCH
