"""The page of /sources: which outlets and dates are indexed, beside the picture. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import inline
from bot.pages import citing, framing
from bot.rendering import Page

if TYPE_CHECKING:
    from index.overviews.coverage import Coverage, Outlet

MOST_ROWS: Final = 20
_NAME_CHARS: Final = 60
_SCOPE_CHARS: Final = 240


def page(coverage: Coverage, scope: str = "") -> Page:
    """Return the page: what there is in all, a row an outlet, as of when.

    ``scope`` names the outlets that a server is limited to, if it is.
    """
    shown, rest = coverage.outlets[:MOST_ROWS], coverage.outlets[MOST_ROWS:]
    rows = [_row(number, outlet) for number, outlet in enumerate(shown, start=1)]
    if rest:
        outlets = "1 more outlet" if len(rest) == 1 else f"{len(rest):,} more outlets"
        rows.append(f"- and {outlets}: {_items(sum(each.items for each in rest))}")
    if coverage.undated:
        rows.append(f"-# {_items(coverage.undated)} without a date.")
    if coverage.items and not coverage.periods:
        rows.append("-# The sources give no dates, so there is no picture.")
    listed = ((("\n".join(rows)),),) if rows else ()
    return Page((_head(coverage, scope), *listed, (f"-# {framing.foot(coverage.snapshot)}",)))


def _head(coverage: Coverage, scope: str) -> tuple[str, ...]:
    limits = f"-# Only {inline(scope, _SCOPE_CHARS)}, as this server is set." if scope else ""
    return tuple(text for text in (_total(coverage), limits) if text)


def _total(coverage: Coverage) -> str:
    if not coverage.items:
        return "**What is indexed:** nothing."
    named = sum(each.name is not None for each in coverage.outlets)
    if not named:
        return f"**What is indexed:** {_items(coverage.items)}. The sources name no outlets."
    outlets = "1 outlet" if named == 1 else f"{named:,} outlets"
    return f"**What is indexed:** {_items(coverage.items)} of {outlets}"


def _row(number: int, outlet: Outlet) -> str:
    """Write one outlet; its number is that in the picture."""
    name = inline(outlet.name or "", _NAME_CHARS)
    called = f"**{name}**" if name else "no outlet named"
    return f"{number}. {called}: {_items(outlet.items)}, {_dates(outlet)}"


def _dates(outlet: Outlet) -> str:
    if outlet.first is None or outlet.last is None:
        return "no dates"
    first, last = citing.day(outlet.first), citing.day(outlet.last)
    return first if first == last else f"{first} to {last}"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"
