"""The dates of the query language: ``2024-05-01``, ``2024-04``, ``yesterday``, ``7d``.

Days are those of UTC unless a zone is given, as in ``2024-05-01+02:00``. What cannot be read is a
ValueError that says what is wrong.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from index.questions.asked_time import period_named
from index.questions.period import Period, day_ago

EXAMPLES: Final = "2024-05-01, 2024-05, 2024, yesterday or 7d"

_DATE = re.compile(
    r"""
    (?P<year>\d{4})
    (?: [-/.](?P<month>\d{1,2})
        (?: [-/.](?P<day>\d{1,2})
            (?: T(?P<hour>\d{1,2}) (?: :(?P<minute>\d\d) (?: :(?P<second>\d\d) )? )? )?
            (?P<zone> Z | (?P<sign>[-+]) (?P<hours>\d\d) :? (?P<minutes>\d\d) )?
        )?
    )?
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_LENGTH = re.compile(r"(?P<count>\d{1,5})(?P<unit>[hdwmy])", re.ASCII | re.IGNORECASE)
_UNITS: Final = {"d": "day", "w": "week", "m": "month", "y": "year"}
_HOURS: Final = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_BEYOND: Final = "the calendar doesn't reach so far"


def period_of(text: str, now: datetime) -> Period:
    """Return the time that a date names as of ``now``, an aware time.

    A length such as ``7d`` (h, d, w, m, y) names the day, or the hour, so long ago.
    """
    date, length = _DATE.fullmatch(text), _LENGTH.fullmatch(text)
    try:
        if date is not None:
            return _date(date)
        if length is not None:
            return _ago(length, now)
    except OverflowError:
        raise ValueError(_BEYOND) from None
    named = period_named(re.sub(r"[\s_-]+", " ", text.casefold()), now)
    if named is None:
        raise ValueError("that is no date")
    return named


def length_of(text: str) -> timedelta:
    """Return the length of ``30d``; a month counts 30 days, a year 365."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError("that is no length of time")
    hours = int(match["count"]) * _HOURS[match["unit"].lower()]
    if not hours:
        raise ValueError("that is no time at all")
    return timedelta(hours=hours)


def _ago(match: re.Match[str], now: datetime) -> Period:
    count, unit = int(match["count"]), match["unit"].lower()
    if unit == "h":
        start = now.astimezone(UTC) - timedelta(hours=count)
        return Period(start, start + timedelta(hours=1))
    try:
        start = day_ago(count, _UNITS[unit], now)
    except ValueError:
        raise ValueError(_BEYOND) from None
    return Period(start, start + timedelta(days=1))


def _date(match: re.Match[str]) -> Period:
    year = _within(match["year"], "year", 1, 9999)
    if not match["month"]:
        return Period(datetime(year, 1, 1, tzinfo=UTC), _month_after(year, 12))
    month = _within(match["month"], "month", 1, 12)
    if not match["day"]:
        return Period(datetime(year, month, 1, tzinfo=UTC), _month_after(year, month))
    last = calendar.monthrange(year, month)[1]
    day = int(match["day"])
    if not 1 <= day <= last:
        raise ValueError(f"{calendar.month_name[month]} {year} has {last} days")
    hour = _within(match["hour"], "hour", 0, 23)
    minute = _within(match["minute"], "minute", 0, 59)
    second = _within(match["second"], "second", 0, 59)
    start = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match)).astimezone(UTC)
    names = {"second": "seconds", "minute": "minutes", "hour": "hours", "day": "days"}
    finest = next(unit for name, unit in names.items() if match[name])
    return Period(start, start + timedelta(**{finest: 1}))


def _month_after(year: int, month: int) -> datetime:
    if (year, month) == (9999, 12):
        raise OverflowError
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _within(text: str | None, unit: str, least: int, most: int) -> int:
    number = int(text or least)
    if not least <= number <= most:
        raise ValueError(f"there is no {unit} {number}")
    return number


def _zone(match: re.Match[str]) -> timezone:
    if not match["sign"]:
        return UTC
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    if int(match["minutes"]) > 59 or offset >= timedelta(hours=24):
        raise ValueError(f"there is no zone {match['zone']}")
    return timezone(-offset if match["sign"] == "-" else offset)
