"""Days, weeks and longer units as numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions import units
from index.questions.units import Unit

DAY = date(2023, 9, 6)  # a Wednesday


@given(st.dates(), st.sampled_from(Unit))
def test_a_day_is_in_its_unit_and_the_day_before_its_start_is_in_another(
    day: date, unit: Unit
) -> None:
    """The first day of a unit is in it, and the day before belongs to the number before."""
    number = units.number(day, unit)
    first = units.start(number, unit)
    assert first <= day
    assert units.number(first, unit) == number
    if first > date.min:
        assert units.number(first - timedelta(days=1), unit) == number - 1


@pytest.mark.parametrize(
    ("unit", "first", "written"),
    [
        (Unit.DAY, DAY, "6 Sep 2023"),
        (Unit.WEEK, date(2023, 9, 4), "week of 4 Sep 2023"),
        (Unit.MONTH, date(2023, 9, 1), "Sep 2023"),
        (Unit.YEAR, date(2023, 1, 1), "2023"),
        (Unit.DECADE, date(2020, 1, 1), "2020s"),
        (Unit.CENTURY, date(2000, 1, 1), "2000s"),
    ],
)
def test_how_a_unit_begins_and_is_written(unit: Unit, first: date, written: str) -> None:
    """Weeks begin on Monday; a unit is written as briefly as it can be."""
    assert units.start(units.number(DAY, unit), unit) == first
    assert units.written(DAY, unit) == written


@given(st.dates(), st.dates())
def test_the_finest_unit_that_needs_few_enough(one: date, other: date) -> None:
    """No shorter unit would do, and any two days of the calendar can be told apart by some."""
    first, last = min(one, other), max(one, other)
    unit = units.finest(first, last, tuple(Unit), 100)
    needed = {each: units.number(last, each) - units.number(first, each) + 1 for each in Unit}
    assert needed[unit] <= 100
    assert all(needed[each] > 100 for each in list(Unit)[: list(Unit).index(unit)])
