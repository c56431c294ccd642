"""Dates in the words that a reply tells them in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)


def day(moment: datetime) -> str:
    """Write a day of UTC: ``12 Nov 2026``."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y}"


def days(start: datetime, end: datetime) -> str:
    """Write the days from ``start`` until before ``end``: ``17 to 23 Nov 2026``."""
    first = start.astimezone(UTC)
    last = (end - timedelta(microseconds=1)).astimezone(UTC)
    if first.date() == last.date():
        return day(last)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%b} to {day(last)}"
    return f"{first.day} to {day(last)}"


def when(start: datetime, end: datetime) -> str:
    """Write the days as an adverb: ``from 17 to 23 Nov 2026``, ``on 17 Nov 2026``."""
    written = days(start, end)
    return f"from {written}" if " to " in written else f"on {written}"


def newest(published: datetime, now: datetime) -> str:
    """Say how old the newest relevant item is."""
    age = (now.astimezone(UTC).date() - published.astimezone(UTC).date()).days
    old = "of today" if age <= 0 else "a day old" if age == 1 else f"{age:,} days old"
    return f"The newest relevant item is of {day(published)}, {old}."
