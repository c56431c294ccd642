"""Goes back to a kept reply for more: what stands around its quotes, other passages, all to see.

The index as it is now is asked, which may have changed since; what comes back says as of when.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot import rendering
from bot.buttons.share_views import Shared
from bot.errors import GoneError
from bot.pages import context_page
from bot.pages.layouts import plain
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    import discord

    from bot.answering import Answering
    from bot.desks.desk import Desk
    from bot.desks.looking_up import LookUp
    from bot.kept.rules import Rules

_CHANGED: Final = "The index has changed since that reply."
_WITHOUT: Final = "Without the passages that the reply quotes."


class Revisit:
    """Looks again at what the desk has kept."""

    def __init__(self, answering: Answering, desk: Desk, look_up: LookUp) -> None:
        self._answering = answering
        self._desk = desk
        self._look_up = look_up

    async def context(
        self, reply_id: str, number: int, user_id: int, *, private: bool
    ) -> tuple[discord.ui.LayoutView, bool]:
        """Show what stands around the quotes of a page; also tell whether the user asked.

        For others it has no buttons: they get it in private. Raises what the store and the
        answering raise: the page that stands is better than an error in its place.
        """
        asker_id, reply = await self._desk.shelf.take(reply_id)
        page = self._desk.shelf.page(reply, number)
        found = await self._answering.around(context_page.quotes_of(reply, page))
        context = context_page.page(reply, page, found)
        if asker_id != user_id:
            return plain(context), False
        shelf = self._desk.shelf
        return shelf.layout(context, reply, reply_id, private=private, around=True), True

    async def more(self, reply_id: str, user_id: int, rules: Rules) -> discord.ui.LayoutView:
        """List the best passages on the question of a kept reply that it doesn't quote."""
        return await self._listed(reply_id, user_id, Sort.RELEVANCE, rules)

    async def newest(self, reply_id: str, user_id: int, rules: Rules) -> discord.ui.LayoutView:
        """List the passages on the question of a kept reply, newest first."""
        return await self._listed(reply_id, user_id, Sort.NEWEST, rules)

    async def share(
        self, what: Shared, which: str, number: int, by: discord.abc.User, rules: Rules
    ) -> discord.ui.LayoutView:
        """Return what is shared as everybody sees it. Raises what stands in its way."""
        match what:
            case Shared.PAGE:
                return await self._shared(which, number, by)
            case Shared.WHY:
                page, reply = await self._desk.explained(which, rules)
                return plain(rendering.shared(page, by.display_name, reply.question))
            case Shared.PASSAGE:
                page = await self._look_up.passage(which, rules)
                return plain(rendering.shared(page, by.display_name))

    async def _listed(
        self, reply_id: str, user_id: int, sort: Sort, rules: Rules
    ) -> discord.ui.LayoutView:
        try:
            _, kept = await self._desk.shelf.take(reply_id)
            reply = await self._desk.found(kept.question, sort, rules)
            if sort is Sort.RELEVANCE:
                quoted = {quote.passage_id for quote in kept.quotes}
                left = tuple(each for each in reply.quotes if each.passage_id not in quoted)
                reply = replace(reply, quotes=left, notes=(*reply.notes, _WITHOUT))
            if reply.snapshot.id != kept.snapshot.id:
                reply = replace(reply, notes=(_CHANGED, *reply.notes))
            return (await self._desk.shelf.put(reply, user_id, private=True)).view
        except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
            return self._desk.trouble(error)

    async def _shared(
        self, reply_id: str, number: int, by: discord.abc.User
    ) -> discord.ui.LayoutView:
        _, kept = await self._desk.shelf.take(reply_id)
        gone = await self._answering.changed(kept.quotes)
        standing = tuple(each for i, each in enumerate(kept.quotes) if i not in gone)
        if gone and not standing:
            raise GoneError(
                "None of these passages stands as it was indexed, so nothing was shared.",
                remedy="Please ask again.",
            )
        reply = replace(
            kept,
            quotes=standing,
            stale=kept.stale + len(gone),
            show_question=True,
            shared_by=by.display_name,
        )
        return (await self._desk.shelf.put(reply, by.id, private=False, number=number)).view
