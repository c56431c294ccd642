"""Dates as suggestions while somebody types one: each one that the query language reads. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import plain_line, size
from bot.suggestions.headlines import CHARS, MOST, Suggestion
from index.questions import dating, query_dates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

_OFTEN: Final = {
    "today": "today",
    "yesterday": "yesterday",
    "7d": "7 days ago",
    "30d": "30 days ago",
    "this month": "this month",
    "last month": "last month",
    "this year": "this year",
    "last year": "last year",
    "1y": "a year ago",
}
"""What is written, and what that is called."""


def suggested(typed: str, days: Sequence[date], now: datetime) -> tuple[Suggestion, ...]:
    """Return what was typed, if it is a date, then dates and days of the index that it begins.

    ``days`` are the newest on which anything was published, ``now`` is aware. What is typed may
    begin how a date is written or any word of what it is called.
    """
    sought = " ".join(typed.casefold().split())
    known = dict(_OFTEN) | {day.isoformat(): "published" for day in days}
    found = [
        each
        for value, called in known.items()
        if _begins(sought, value, called) and (each := _suggestion(value, called, now)) is not None
    ]
    if sought and sought not in known and (own := _suggestion(sought, "", now)) is not None:
        found.insert(0, own)
    return tuple(found[:MOST])


def _begins(sought: str, value: str, called: str) -> bool:
    words = called.split()
    tails = (" ".join(words[at:]) for at in range(len(words)))
    return value.startswith(sought) or any(tail.startswith(sought) for tail in tails)


def _suggestion(value: str, called: str, now: datetime) -> Suggestion | None:
    """Name a date by what it is called and the days that it stands for; None where it is none."""
    try:
        period = query_dates.period_of(value, now)
    except ValueError:
        return None
    told = dating.days(period.start, period.end)
    name = plain_line(f"{called or value} · {told}", CHARS)
    return Suggestion(name, value) if size(value) <= CHARS else None
