"""Stretches of time, such as the days, weeks, months and years (library: calendar).

Weeks begin on Monday; days are those of UTC.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The times from ``start`` until before ``end``, both aware and in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, time: datetime) -> bool:
        return self.start <= time < self.end

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


def midnight(now: datetime) -> datetime:
    """Return when the day of a time begins."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day_of(year: int, month: int, day: int) -> datetime:
    """Return when a day begins. Raises ValueError where there is no such day."""
    return datetime(year, month, day, tzinfo=UTC)


def days_from(start: datetime, count: int) -> Period:
    """Return so many days from ``start`` on."""
    return Period(start, start + count * DAY)


def first_day(day: datetime, unit: str) -> datetime:
    """Return the first day of the week, month or year that a day is in."""
    match unit:
        case "week":
            return day - day.weekday() * DAY
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def going_back(day: datetime, count: int, unit: str) -> datetime:
    """Go back so many units, to the same day of the month or the last one it has."""
    if unit in {"day", "week"}:
        return day - count * (7 if unit == "week" else 1) * DAY
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def whole_unit(start: datetime, unit: str, shift: int) -> Period:
    """Return the unit that begins at ``start``, or one so many further on."""
    first = going_back(start, -shift, unit)
    return Period(first, going_back(first, -1, unit))


def day_ago(count: int, unit: str, now: datetime) -> datetime:
    """Return the start of the day so many days, weeks, months or years before ``now``.

    Raises ValueError or OverflowError where the calendar doesn't reach so far back.
    """
    return going_back(midnight(now), count, unit)
