"""A page of a reply as a Discord layout, with its buttons (:mod:`bot.pages.offering`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from discord import ui

from bot.buttons.feedback_views import VoteButton
from bot.buttons.listing_views import ContextButton, ListingButton
from bot.buttons.share_views import ShareButton, Shared
from bot.buttons.show_views import ShowSelect
from bot.buttons.views import AnyDateButton, PageButton, WhyButton
from bot.pages import layouts, offering
from bot.pages.offering import Offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.kept.replies import Reply
    from bot.rendering import Page


def layout(
    page: Page,
    reply: Reply,
    reply_id: str | None = None,
    *,
    private: bool = False,
    around: bool = False,
    compact: bool = False,
) -> ui.LayoutView:
    """Lay out a page of a reply; with all its buttons where it is kept as ``reply_id``.

    ``private``: only its asker sees it. ``around``: the page is the context of its quotes.
    ``compact``: as little of the screen as possible is used.
    """
    view = layouts.compact(page) if compact else layouts.plain(page)
    rows = offering.under(page, reply, private=private, around=around, compact=compact)
    for row in rows:
        offered = row if reply_id is not None else [each for each in row if each in offering.FREE]
        items = [_MAKE[each](page, reply, reply_id or "") for each in offered]
        if items:
            # Any: a dynamic item is typed for both kinds of view, a row for one of them.
            action_row: ui.ActionRow[Any] = ui.ActionRow(*items)
            view.add_item(action_row)
    return view


def _turn(page: Page, reply_id: str, label: str, by: int) -> PageButton:
    number = page.number + by
    return PageButton(reply_id, number, label=label, enabled=1 <= number <= page.count)


_MAKE: Final[dict[Offer, Callable[[Page, Reply, str], ui.Item[Any]]]] = {
    Offer.BACK: lambda page, _, reply_id: _turn(page, reply_id, "Back", -1),
    Offer.NEXT: lambda page, _, reply_id: _turn(page, reply_id, "Next", 1),
    Offer.CONTEXT: lambda page, _, reply_id: ContextButton(reply_id, page.number),
    Offer.QUOTES: lambda page, _, reply_id: _turn(page, reply_id, "Quotes", 0),
    Offer.MORE: lambda _page, _, reply_id: ListingButton(reply_id, Offer.MORE),
    Offer.NEWEST: lambda _page, _, reply_id: ListingButton(reply_id, Offer.NEWEST),
    Offer.WHY: lambda _page, _, reply_id: WhyButton(reply_id),
    Offer.ANY_DATE: lambda _page, _, reply_id: AnyDateButton(reply_id),
    Offer.UP: lambda _page, _, reply_id: VoteButton(reply_id, Offer.UP),
    Offer.DOWN: lambda _page, _, reply_id: VoteButton(reply_id, Offer.DOWN),
    Offer.SHARE: lambda page, _, reply_id: ShareButton(Shared.PAGE, reply_id, page.number),
    Offer.SHOW: lambda page, reply, _: ShowSelect(reply.quotes[number] for number in page.shown),
}
