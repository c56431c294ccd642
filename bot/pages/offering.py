"""Which buttons and menus stand under a reply: the one place that says so. Pure.

======== ========================== =======================================
under    first row                  second row
======== ========================== =======================================
answer   Back Next Context More     Why? · Any date · 👍 👎 · Share
         Newest
close    as an answer               as an answer
refusal  Show…                      Back Next · Why? · 👍 👎 · Share
search   Show…                      Back Next · Newest · Share
timeline Show…                      Back Next · Share
======== ========================== =======================================

- **Back**, **Next** where there are several pages.
- **Context** where a quote stands on the page; above what stands around it, **Quotes** goes back.
- **More**, **Newest** list passages: **More** not where passages are listed already, **Newest**
  only where something in the index has a date, and not below what is sorted by date.
- **Any date** where the answer is out of a range of dates.
- **Show…**, a menu, opens what is listed on the page. An answer's quotes have **Context** for that.
- **Share** under what only its asker sees.

Compact replies have less: no **Newest**, **Why?**, 👍 and 👎, and one row beside **Show…**.

Two rows, of at most five buttons: a phone shows no more without scrolling. A sixth, which only
**Share** is, stands below them.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

from bot.kept.replies import Kind
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.kept.replies import Reply
    from bot.rendering import Page

ROW: Final = 5


class Offer(StrEnum):
    """A button or a menu."""

    BACK = auto()
    NEXT = auto()
    CONTEXT = auto()
    QUOTES = auto()
    MORE = auto()
    NEWEST = auto()
    WHY = auto()
    ANY_DATE = auto()
    UP = auto()
    DOWN = auto()
    SHARE = auto()
    SHOW = auto()


FREE: Final = frozenset({Offer.SHOW})
"""What works without the reply being kept."""
_NOT_COMPACT: Final = frozenset({Offer.NEWEST, Offer.WHY, Offer.UP, Offer.DOWN})


def under(
    page: Page, reply: Reply, *, private: bool, around: bool = False, compact: bool = False
) -> tuple[tuple[Offer, ...], ...]:
    """Return the rows under a page; ``around`` where it is the context of the page's quotes."""
    rows = _rows(page, reply, private=private, around=around)
    if compact:
        first, *others = [[each for each in row if each not in _NOT_COMPACT] for row in rows]
        second = [each for row in others for each in row]
        rows = (first, second) if first == [Offer.SHOW] else ([*first, *second],)
    return tuple(tuple(part) for row in rows for part in (row[:ROW], row[ROW:]) if part)


def _rows(page: Page, reply: Reply, *, private: bool, around: bool) -> tuple[Sequence[Offer], ...]:
    turning = (Offer.BACK, Offer.NEXT) if page.count > 1 else ()
    newest = (Offer.NEWEST,) if _by_date(reply) else ()
    share = (Offer.SHARE,) if private else ()
    show = (Offer.SHOW,) if page.shown else ()
    match reply.kind:
        case Kind.SEARCH:
            return (show, (*turning, *newest, *share))
        case Kind.REFUSAL:
            return (show, (*turning, Offer.WHY, Offer.UP, Offer.DOWN, *share))
        case Kind.ANSWER | Kind.CLOSE:
            context = (Offer.QUOTES if around else Offer.CONTEXT,) if page.shown else ()
            any_date = (Offer.ANY_DATE,) if reply.searched_range is not None else ()
            return (
                (*turning, *context, Offer.MORE, *newest),
                (Offer.WHY, *any_date, Offer.UP, Offer.DOWN, *share),
            )


def _by_date(reply: Reply) -> bool:
    """Whether the question's passages by date are something else than what the reply lists."""
    sorted_already = reply.kind is Kind.SEARCH and reply.order in {Sort.NEWEST, Sort.OLDEST}
    listed = reply.kind is not Kind.SEARCH or bool(reply.quotes)
    return reply.snapshot.newest_published is not None and listed and not sorted_already
