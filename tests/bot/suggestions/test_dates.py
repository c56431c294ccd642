"""Suggested dates: whatever is suggested is read by the query language, as it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escaping import size
from bot.suggestions import dates
from bot.suggestions.composing import composed
from bot.suggestions.headlines import MOST
from index import query as queries
from index.questions import query_dates

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAYS = [date(2026, 11, 20), date(2026, 11, 19), date(2025, 1, 2)]


def suggested(typed: str) -> dict[str, str]:
    """Return the suggested values, each with its name."""
    return {each.value: each.name for each in dates.suggested(typed, DAYS, NOW)}


def test_at_first_what_is_often_meant_and_the_newest_days() -> None:
    """Each with the days that it stands for."""
    assert suggested("") == {
        "today": "today · 24 Nov 2026",
        "yesterday": "yesterday · 23 Nov 2026",
        "7d": "7 days ago · 17 Nov 2026",
        "30d": "30 days ago · 25 Oct 2026",
        "this month": "this month · 1 to 30 Nov 2026",
        "last month": "last month · 1 to 31 Oct 2026",
        "this year": "this year · 1 Jan to 31 Dec 2026",
        "last year": "last year · 1 Jan to 31 Dec 2025",
        "1y": "a year ago · 24 Nov 2025",
        "2026-11-20": "published · 20 Nov 2026",
        "2026-11-19": "published · 19 Nov 2026",
        "2025-01-02": "published · 2 Jan 2025",
    }


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("  YEST", ["yesterday"]),
        ("mon", ["this month", "last month"]),
        ("Monday", ["monday"]),
        ("last ", ["last month", "last year"]),
        ("2026-11", ["2026-11", "2026-11-20", "2026-11-19"]),
        ("2026-11-2", ["2026-11-2", "2026-11-20"]),
        ("2024-05-01", ["2024-05-01"]),
        ("7d", ["7d"]),
        ("3d", ["3d"]),
        ("March 2024", ["march 2024"]),
        ("2024-13", []),
        ("blue moon", []),
        ("9" * 300, []),
    ],
)
def test_what_is_typed_begins_what_is_suggested(typed: str, values: list[str]) -> None:
    """How it is written or any word of what it is called; what is a date itself comes first."""
    assert list(suggested(typed)) == values


@given(
    st.text(max_size=120) | st.sampled_from(["2", "20", "1 ", "y", "t", "last", "0d", "99999y"]),
    st.lists(st.dates(), max_size=10),
    st.datetimes(datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001  # the zone is added
)
def test_every_suggestion_is_a_date(typed: str, days: list[date], now: datetime) -> None:
    """Read alone and as an option of /search; within Discord's limits, each once."""
    found = dates.suggested(typed, days, now)
    assert len(found) <= MOST
    assert len({each.value for each in found}) == len(found)
    for each in found:
        assert 1 <= size(each.name) <= 100
        assert 1 <= size(each.value) <= 100
        period = query_dates.period_of(each.value, now)
        query = queries.parse(queries.check(composed("x", after=each.value)), now)
        assert query.after == period.start
