"""Days, weeks, months and so on as numbers that follow each other. Weeks begin on Monday."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Unit(StrEnum):
    """A length of time, the shortest first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


def number(day: date, unit: Unit) -> int:
    """Return the number of the unit that a day is in; the next unit has the next number."""
    match unit:
        case Unit.DAY:
            return day.toordinal()
        case Unit.WEEK:
            return (day.toordinal() - 1) // 7  # the first day of all was a Monday
        case Unit.MONTH:
            return day.year * 12 + day.month - 1
        case Unit.YEAR:
            return day.year
        case Unit.DECADE:
            return day.year // 10
        case Unit.CENTURY:
            return day.year // 100


def start(of: int, unit: Unit) -> date:
    """Return the first day of a unit by its number."""
    match unit:
        case Unit.DAY:
            return date.fromordinal(of)
        case Unit.WEEK:
            return date.fromordinal(of * 7 + 1)
        case Unit.MONTH:
            return date(of // 12, of % 12 + 1, 1)
        case Unit.YEAR:
            return date(of, 1, 1)
        case Unit.DECADE:
            return date(max(of * 10, 1), 1, 1)
        case Unit.CENTURY:
            return date(max(of * 100, 1), 1, 1)


def written(day: date, unit: Unit) -> str:
    """Write the unit that a day is in: ``4 Sep 2023``, ``Sep 2023``, ``2023``, ``2020s``."""
    match unit:
        case Unit.DAY:
            return f"{day.day} {day:%b} {day.year}"
        case Unit.WEEK:
            return f"week of {written(start(number(day, unit), unit), Unit.DAY)}"
        case Unit.MONTH:
            return f"{day:%b} {day.year}"
        case Unit.YEAR:
            return f"{day.year}"
        case Unit.DECADE | Unit.CENTURY:
            return f"{start(number(day, unit), unit).year}s"


def finest(first: date, last: date, among: Sequence[Unit], most: int) -> Unit:
    """Return the first of the units of which ``most`` reach from a day to another, else the last.

    ``among`` has shorter units first.
    """
    fitting = (unit for unit in among if number(last, unit) - number(first, unit) < most)
    return next(fitting, among[-1])
