"""What is said to whoever has to wait, or is not answered just now. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bot import rendering
from bot.access.fair_use import Why
from bot.rendering import Page

if TYPE_CHECKING:
    from bot.access.fair_use import TurnedAway

_WHO: Final = {Why.PERSON: "You have", Why.SERVER: "This server has", Why.ALL: "Many people have"}


def turned_away(away: TurnedAway) -> Page:
    """Return the page for somebody who is turned away, with a countdown that Discord runs."""
    if away.why is Why.PAUSED:
        return rendering.notice(away.message)
    again = f"You can ask again <t:{math.ceil(away.until)}:R>."
    return Page(((f"{_WHO[away.why]} asked a lot just now. {again}",),))


def waiting(before: int) -> Page:
    """Return the page for somebody whose question waits behind ``before`` others."""
    others = "1 question is" if before == 1 else f"{before:,} questions are"
    return Page(((f"-# {others} before yours.",),))
