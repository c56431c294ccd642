"""Who may ask, and where, as a server has set it; those who manage it always may. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.rendering import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.kept.rules import Rules

_MOST_NAMED: Final = 5


def refusal(rules: Rules, places: Iterable[int | None], roles: Collection[int]) -> Page | None:
    """Say why somebody with these roles may not ask in a place, or None where they may.

    ``places`` are the ids of a channel and, of a thread, of its parent.
    """
    if rules.channels and rules.channels.isdisjoint(places):
        named = _named((f"<#{each}>" for each in sorted(rules.channels)), len(rules.channels))
        return _page(f"This server lets me answer only in {named}.")
    if rules.roles and rules.roles.isdisjoint(roles):
        named = _named((f"<@&{each}>" for each in sorted(rules.roles)), len(rules.roles))
        return _page(f"In this server, I answer only people who have the role {named}.")
    return None


def _named(mentions: Iterable[str], count: int) -> str:
    """Name the first few: a client shows a mention as the name, which can do no harm there."""
    named = [mention for mention, _ in zip(mentions, range(_MOST_NAMED), strict=False)]
    if count > len(named):
        named.append(f"{count - len(named)} more")
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _page(text: str) -> Page:
    return Page(((text,),))
