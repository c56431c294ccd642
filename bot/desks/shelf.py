"""The shelf: keeps the replies that have buttons, and lays out their pages in the bot's style."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from bot import rendering
from bot.buttons import reply_layout
from bot.errors import ExpiredError, StoreError, explain
from bot.health.measures import RENDERED
from bot.kept import replies
from bot.pages import offering

if TYPE_CHECKING:
    import discord

    from bot.health.measures import Measures
    from bot.kept.replies import Reply
    from bot.rendering import Page
    from bot.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """What is sent, and the id of the reply that is kept of it, None where none is."""

    view: discord.ui.LayoutView
    reply_id: str | None


class Shelf:
    """Replies as they are kept in the store; ``compact`` is the style of their pages."""

    def __init__(self, store: Store, measures: Measures, *, compact: bool = False) -> None:
        self._store = store
        self._measures = measures
        self._compact = compact

    async def take(self, reply_id: str) -> tuple[int, Reply]:
        """Return asker and reply of a kept answer. Raises ExpiredError, StoreError."""
        try:
            asker_id, body = await self._store.load_reply(reply_id)
        except ExpiredError:
            raise ExpiredError(
                "This answer is no longer kept.", remedy="Please ask again."
            ) from None
        return asker_id, replies.loads(body)

    async def put(self, reply: Reply, asker_id: int, *, private: bool, number: int = 1) -> Told:
        """Lay out a page of a new reply, and keep the reply if a button needs that.

        ``private`` where only the asker sees it.
        """
        began = time.perf_counter()
        try:
            return await self._put(reply, asker_id, private=private, number=number)
        finally:
            self._measures.passed(RENDERED, time.perf_counter() - began)

    async def _put(self, reply: Reply, asker_id: int, *, private: bool, number: int) -> Told:
        page = self.page(reply, number)
        offered = offering.under(page, reply, private=private, compact=self._compact)
        if offering.FREE.issuperset(chain.from_iterable(offered)):
            return Told(self.layout(page, reply, private=private), None)
        try:
            reply_id = await self._store.save_reply(asker_id, replies.dumps(reply))
        except StoreError as error:
            told = explain(error).text
            page = rendering.without_rest(page, told) if page.count > 1 else page
            return Told(self.layout(page, reply), None)
        return Told(self.layout(page, reply, reply_id, private=private), reply_id)

    def page(self, reply: Reply, number: int, gone: frozenset[int] = frozenset()) -> Page:
        """Return a page of a reply, or its last one, without the quotes that are ``gone``."""
        pages = rendering.pages(reply, gone, compact=self._compact)
        return pages[min(number, len(pages)) - 1]

    def layout(
        self,
        page: Page,
        reply: Reply,
        reply_id: str | None = None,
        *,
        private: bool = False,
        around: bool = False,
    ) -> discord.ui.LayoutView:
        """Lay out a page of a reply with the buttons that it can have."""
        return reply_layout.layout(
            page, reply, reply_id, private=private, around=around, compact=self._compact
        )
