"""The desk: takes a question, hands back a layout that is ready to send.

Whatever goes wrong with a question becomes one plain sentence (see :mod:`bot.errors`).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import rendering
from bot.access.limiting import Limited
from bot.buttons import share_views
from bot.buttons.share_views import Shared
from bot.desks.shelf import Shelf, Told
from bot.errors import ExpiredError, NotYoursError, StoreError, explain
from bot.kept import replies
from bot.kept.replies import Kind
from bot.kept.rules import DEFAULTS
from bot.pages import explaining
from bot.pages.layouts import plain
from bot.suggestions import composing
from index.errors import QuestionError
from index.query import MAX_QUESTION_CHARS
from index.questions import following
from index.retrieval.recency import Sort
from index.text.terms import folded_words

if TYPE_CHECKING:
    import discord

    from bot.answering import Answering
    from bot.health.measures import Measures
    from bot.kept.replies import Reply
    from bot.kept.rules import Rules
    from bot.rendering import Page
    from bot.store import Store

log = logging.getLogger(__name__)

SEARCH_LIMIT = 25
NO_WORDS = "There are no words in this message to search for."
_BEGINNING = f"Searched for the first {MAX_QUESTION_CHARS:,} characters of the message."


class Desk:
    """Asks, keeps answers and the pages of replies that have several, and renders."""

    def __init__(
        self,
        answering: Answering,
        store: Store,
        *,
        version: str,
        log_questions: bool,
        measures: Measures,
        compact: bool = False,
    ) -> None:
        self._answering = answering
        self._store = store
        self._version = version
        self._log_questions = log_questions
        self.shelf = Shelf(store, measures, compact=compact)

    async def refusal(self, query: str, rules: Rules = DEFAULTS) -> discord.ui.LayoutView | None:
        """Say what is wrong with a query that cannot be read, before it is searched for.

        Here and below, ``rules`` are what holds where it is asked.
        """
        try:
            await self._answering.limited(query, rules)
        except QuestionError as error:
            return self.trouble(error)
        return None

    async def ask(
        self,
        question: str,
        asker_id: int,
        *,
        show_question: bool,
        rules: Rules = DEFAULTS,
        private: bool = False,
    ) -> discord.ui.LayoutView:
        """Answer a question; ``private`` where only the asker sees the answer."""
        told = await self.answer(
            question, asker_id, show_question=show_question, rules=rules, private=private
        )
        return told.view

    async def answer(
        self,
        question: str,
        asker_id: int,
        *,
        show_question: bool,
        rules: Rules = DEFAULTS,
        after: str | None = None,
        private: bool = False,
    ) -> Told:
        """Answer a question, which may lean on that of the kept answer ``after``.

        Says under which id the answer is kept.
        """
        self._note("ask", question)
        try:
            searched = await self._followed(question, after)
            reply = await self._answered(searched, rules, show_question=show_question)
            notes = (*following.note(question, searched), *reply.notes)
            reply = replace(reply, notes=notes)
            return await self.shelf.put(reply, asker_id, private=private)
        except Exception as error:  # noqa: BLE001  # explain() logs it; the user must hear of it
            return Told(self.trouble(error), None)

    async def search(
        self,
        query: str,
        asker_id: int,
        sort: Sort = Sort.RELEVANCE,
        *,
        rules: Rules = DEFAULTS,
        private: bool = False,
    ) -> discord.ui.LayoutView:
        """Search the corpus."""
        self._note("search", query)
        try:
            reply = await self.found(query, sort, rules)
            return (await self.shelf.put(reply, asker_id, private=private)).view
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    async def coverage(
        self, text: str, asker_id: int, *, rules: Rules = DEFAULTS
    ) -> discord.ui.LayoutView:
        """Search the corpus for what a message says, for one person alone."""
        self._note("coverage", text)
        try:
            query = composing.as_words(text, MAX_QUESTION_CHARS)
            if not folded_words(query):
                return plain(rendering.notice(NO_WORDS))
            reply = await self.found(query, Sort.RELEVANCE, rules)
            if len(query) < len(composing.as_words(text, len(text))):
                reply = replace(reply, notes=(_BEGINNING, *reply.notes))
            return (await self.shelf.put(reply, asker_id, private=True)).view
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    async def timeline(
        self, topic: str, asker_id: int, *, rules: Rules = DEFAULTS
    ) -> discord.ui.LayoutView:
        """Quote what the corpus says of a topic over time."""
        self._note("timeline", topic)
        try:
            within = await self._within(topic, rules)
            timeline = await self._answering.timeline(within.query)
            reply = _told(replies.from_timeline(timeline), topic, within)
            return (await self.shelf.put(reply, asker_id, private=False)).view
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

    async def turn(
        self, reply_id: str, number: int, *, private: bool = False
    ) -> discord.ui.LayoutView:
        """Return page ``number`` of a kept reply, its quotes verified again.

        Raises what the store and the answering raise: the page that stands is better than an
        error in its place.
        """
        _, body = await self._store.load_reply(reply_id)
        reply = replies.loads(body)
        page = self.shelf.page(reply, number, await self._answering.changed(reply.quotes))
        return self.shelf.layout(page, reply, reply_id, private=private)

    async def widen(
        self, reply_id: str, user_id: int, *, rules: Rules = DEFAULTS, private: bool = False
    ) -> tuple[discord.ui.LayoutView, bool]:
        """Answer the question of a kept answer over all dates, for whoever wants that.

        Also tells whether it is the user who asked; whoever else did gets it in private. Raises
        what the store and the answering raise: the answer that stands is better than an error in
        its place.
        """
        asker_id, kept = await self.shelf.take(reply_id)
        self._note("any date", kept.question)
        theirs = asker_id == user_id
        reply = await self._answered(
            kept.question, rules, show_question=kept.show_question or not theirs, any_date=True
        )
        told = await self.shelf.put(reply, user_id, private=private or not theirs)
        return told.view, theirs

    async def why(self, reply_id: str, *, rules: Rules = DEFAULTS) -> discord.ui.LayoutView:
        """Tell the user alone how a kept answer came about."""
        try:
            page, _ = await self.explained(reply_id, rules)
            return share_views.with_share(page, Shared.WHY, reply_id)
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    def about(self) -> discord.ui.LayoutView:
        """Say what is indexed, as of when, and which snapshot answers."""
        try:
            return plain(rendering.about(self._answering.info, self._version))
        except Exception as error:  # noqa: BLE001  # as above
            return self.trouble(error)

    def how_to(self) -> discord.ui.LayoutView:
        """Say how to ask."""
        return plain(rendering.notice(rendering.HOW_TO))

    def trouble(self, error: BaseException) -> discord.ui.LayoutView:
        """Say in one sentence what went wrong, and show where in a query."""
        told = explain(error)
        return plain(rendering.notice(told.text, told.pointer))

    async def explained(self, reply_id: str, rules: Rules) -> tuple[Page, Reply]:
        """Explain a kept answer: its question is asked again, of the index as it is.

        Also returns the answer. Raises what the store and the answering raise.
        """
        _, reply = await self.shelf.take(reply_id)
        self._note("why", reply.question)
        within = await self._within(reply.question, rules)
        explanation = await self._answering.explain(within.query, any_date=reply.any_date)
        return explaining.page(explanation, reply), reply

    async def found(self, query: str, sort: Sort, rules: Rules) -> Reply:
        """Search for a query as a server has it limited. Raises what the answering raises."""
        within = await self._within(query, rules)
        result = await self._answering.search(within.query, SEARCH_LIMIT, sort)
        return _told(replies.from_search(result, sort), query, within)

    async def _answered(
        self, question: str, rules: Rules, *, show_question: bool, any_date: bool = False
    ) -> Reply:
        within = await self._within(question, rules)
        answer = await self._answering.ask(within.query, any_date=any_date)
        reply = replies.from_answer(
            answer, show_question=show_question, asked_at=datetime.now(UTC), any_date=any_date
        )
        return _told(reply, question, within)

    async def _within(self, typed: str, rules: Rules) -> Limited:
        """Lay a server's filters and scope over what was typed. Raises QuestionError."""
        if rules.filters or rules.scope:
            return await self._answering.limited(typed, rules)
        return Limited(typed)

    async def _followed(self, question: str, after: str | None) -> str:
        if after is None:
            return question
        try:
            _, kept = await self.shelf.take(after)
        except (ExpiredError, StoreError):  # it is asked as it stands
            return question
        found = kept.kind is Kind.ANSWER and kept.quotes
        before = following.Before(kept.question, found[0].text if found else "")
        return await self._answering.followed(question, before)

    def _note(self, what: str, text: str) -> None:
        if self._log_questions:
            log.info("%s: %r", what, text)
        else:
            log.info("%s: %d characters", what, len(text))


def _told(reply: Reply, typed: str, within: Limited) -> Reply:
    """Return a reply with what was typed, and what a server's settings limited it to."""
    if within.query == typed:
        return reply
    return replace(
        reply, question=typed, notes=(*within.notes, *reply.notes), searched=within.query
    )
