"""The time that a question asks about: "last week", "in June 2022", "since Friday".

A small grammar over closed classes: the days, the months (library: calendar) and the units of the
calendar (:mod:`index.questions.period`). A phrase that is written with capitals is a name ("Last
Week Tonight") and no time.
"""

from __future__ import annotations

import calendar
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from index.place import Span
from index.questions.period import (
    DAY,
    Period,
    day_of,
    days_from,
    first_day,
    going_back,
    midnight,
    whole_unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


def from_first_to_last(periods: Sequence[Period]) -> Period | None:
    """Return the time that a question asks about which names these; None where it names none."""
    if not periods:
        return None
    return Period(min(each.start for each in periods), max(each.end for each in periods))


def times_in(text: str, now: datetime) -> list[tuple[Period, Span]]:
    """Return the times that a question names as of ``now``, an aware time, and the words of each.

    Of a day and a year it is the day alone: the year says what the question is about.
    """
    today = midnight(now)
    matches = [
        (match.start(), -match.end(), number, match)
        for number, (pattern, _) in enumerate(_FORMS)
        for match in pattern.finditer(text)
        if not _is_title(match)
    ]
    found: list[tuple[Period, Span]] = []
    for _, _, number, match in sorted(matches, key=lambda each: each[:3]):
        if found and match.start() < found[-1][1].end:
            continue
        try:
            period = _FORMS[number][1](match, today)
        except (ValueError, OverflowError):  # "February 30", "in the last 99999 years"
            continue
        if match["since"]:
            period = Period(period.start, max(today + DAY, period.end))
        found.append((period, Span(*match.span())))
    longest = _ALIKE * min((each.length for each, _ in found), default=timedelta())
    return [each for each in found if each[0].length <= longest]


def period_named(text: str, now: datetime) -> Period | None:
    """Return the time that a text names and nothing else: "yesterday", "monday", "march 2024"."""
    today = midnight(now)
    for wording in (text, f"in {text}", f"on {text}"):
        for pattern, read in _FORMS:
            match = pattern.fullmatch(wording)
            if match and not match["since"]:
                try:
                    return read(match, today)
                except (ValueError, OverflowError):
                    continue
    return None


_ALIKE: Final = 8
"""Of the times that a question names, those of at most so many times the shortest count."""
_DAYS: Final = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_MONTHS: Final = {
    name.lower(): i
    for names in (calendar.month_name, calendar.month_abbr)
    for i, name in enumerate(names)
    if name
}
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)\b(?!-?\d|\.\d)"
_DATE: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_COUNT: Final = r"(?P<count>\d{1,3}|" + "|".join(_NUMBERS) + ")"
_UNITS: Final = r"(?P<unit>day|week|month|year)s?\b"
_DAY_NAMES: Final = "|".join(_DAYS)
_DATE_HEAD: Final = r"\d|" + "|".join(_MONTHS)
_WORD: Final = re.compile(r"[^\W\d_]+")
_IN: Final = (
    r"(?(since)|(?:in|during|from|of|for|on|through|throughout|early|late|mid|around)[\s-]+)"
)
"""What may stand before a month or year that is a time and no part of a name."""


def _is_title(match: re.Match[str]) -> bool:
    """Whether a word of the phrase, no day or month, has a capital of its own."""
    text = match.string
    first = next((i for i, character in enumerate(text) if character.isalnum()), 0)
    return not text.isupper() and any(
        word.group()[0].isupper()
        and word.start() != first
        and word.group().lower() not in _DAYS.keys() | _MONTHS.keys()
        for word in _WORD.finditer(text, *match.span())
    )


def _named_day(match: re.Match[str], today: datetime) -> Period:
    shift = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
    name = match["name"].lower()
    if name.startswith("day"):
        days = -2 if name.endswith("yesterday") else 2
    else:
        days = shift.get(name.split()[-1], -1 if name.startswith("last") else 0)
    return days_from(today + days * DAY, 1)


def _weekday(match: re.Match[str], today: datetime) -> Period:
    back = (today.weekday() - _DAYS[match["weekday"].lower()]) % 7
    if (match["which"] or "").lower() in {"last", "past"}:
        back = back or 7
    if (match["which"] or "").lower() == "next":
        back -= 7
    return days_from(today - back * DAY, 1)


def _unit(match: re.Match[str], today: datetime) -> Period:
    which, unit = match["which"].lower(), match["unit"].lower()
    if which == "past":
        return Period(going_back(today, 1, unit) + DAY, today + DAY)
    start = first_day(today, unit)
    return whole_unit(start, unit, {"this": 0, "current": 0, "next": 1}.get(which, -1))


def _last_units(match: re.Match[str], today: datetime) -> Period:
    count = _count(match)
    if not count:
        raise ValueError(match.group())
    return Period(going_back(today, count, match["unit"].lower()) + DAY, today + DAY)


def _units_ago(match: re.Match[str], today: datetime) -> Period:
    unit = match["unit"].lower()
    then = going_back(today, _count(match), unit)
    return whole_unit(first_day(then, unit), unit, 0)


def _date(match: re.Match[str], today: datetime) -> Period:
    month, day = _MONTHS[match["month"].lower()], int(match["day"])
    if match["year"]:
        return days_from(day_of(int(match["year"]), month, day), 1)
    start = day_of(today.year, month, day)
    return days_from(start if start <= today else day_of(today.year - 1, month, day), 1)


def _iso_date(match: re.Match[str], _today: datetime) -> Period:
    return days_from(day_of(int(match["year"]), int(match["month"]), int(match["day"])), 1)


def _month(match: re.Match[str], today: datetime) -> Period:
    month = _MONTHS[match["month"].lower()]
    if match["year"]:
        return whole_unit(day_of(int(match["year"]), month, 1), "month", 0)
    start = day_of(today.year, month, 1)
    past = start > today or ((match["which"] or "").lower() == "last" and month == today.month)
    return whole_unit(day_of(today.year - past, month, 1), "month", 0)


def _year(match: re.Match[str], _today: datetime) -> Period:
    return whole_unit(day_of(int(match["year"]), 1, 1), "year", 0)


def _years(match: re.Match[str], _today: datetime) -> Period:
    first, last = int(match["year"]), int(match["until"])
    if last < first:
        raise ValueError(match.group())
    return Period(day_of(first, 1, 1), day_of(last + 1, 1, 1))


def _decade(match: re.Match[str], _today: datetime) -> Period:
    first = int(match["decade"])
    return Period(day_of(first, 1, 1), day_of(first + 10, 1, 1))


def _count(match: re.Match[str]) -> int:
    text = match["count"].lower()
    return int(text) if text.isdigit() else _NUMBERS[text]


def _form(pattern: str) -> re.Pattern[str]:
    # What lies before or after a time, or until it, is not in it.
    outside = r"(?<!\bbefore\s)(?<!\bafter\s)(?<!\buntil\s)"
    return re.compile(rf"\b{outside}(?:(?P<since>since)\s+)?(?:{pattern})", re.IGNORECASE)


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], Period]], ...]] = (
    (
        _form(
            r"(?P<name>day\s+before\s+yesterday|day\s+after\s+tomorrow|today|tonight|yesterday"
            r"|tomorrow|this\s+(?:morning|afternoon|evening)|last\s+night)\b"
        ),
        _named_day,
    ),
    (_form(rf"(?:last|past|previous)\s+{_COUNT}\s+{_UNITS}"), _last_units),
    (_form(rf"{_COUNT}(?:\s+of)?\s+{_UNITS}\s+ago\b"), _units_ago),
    (
        _form(r"(?P<which>this|current|last|past|previous|next)\s+(?P<unit>week|month|year)\b"),
        _unit,
    ),
    (
        _form(
            r"(?:(?P<which>this|last|past|next|on)\s+|(?(since)|(?!)))"
            rf"(?P<weekday>{_DAY_NAMES})\b(?!,?\s+(?:{_DATE_HEAD}))"
        ),
        _weekday,
    ),
    (_form(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"), _iso_date),
    (_form(rf"{_MONTH}\s+{_DATE}(?:,?\s+{_YEAR})?"), _date),
    (_form(rf"{_DATE}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"), _date),
    (_form(rf"(?P<which>){_MONTH}\s+(?:of\s+)?{_YEAR}"), _month),
    (_form(rf"(?:(?P<which>this|last|next)\s+|{_IN}){_MONTH}(?P<year>)(?!\s+\d)"), _month),
    (
        _form(rf"(?:between|from)\s+{_YEAR}\s+(?:and|to|until)\s+(?P<until>(?:19|20)\d\d)\b"),
        _years,
    ),
    (_form(r"the\s+(?P<decade>(?:19|20)\d0)s\b"), _decade),
    (_form(rf"{_IN}(?:the\s+year\s+)?{_YEAR}"), _year),
)
