"""Relative and absolute times in questions; titles and verbs are no times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions.period import Period
from periods import period_in

PIECES = (
    *("last", "past", "this", "since", "in", "on", "the", "two", "31", "2", "999", "0", "2024"),
    *("1900", "February", "June", "days", "week", "month", "years", "ago", "-", ",", "Friday"),
    *("yesterday", "of", "next", "st"),
)
TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)


def days(question: str) -> tuple[str, str] | None:
    """The first and the last day that a question asks about."""
    period = period_in(question, TUESDAY)
    if period is None:
        return None
    last = period.end - timedelta(days=1)
    return period.start.date().isoformat(), last.date().isoformat()


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened yesterday?", "2026-11-23", "2026-11-23"),
        ("What is planned for next Friday?", "2026-11-27", "2026-11-27"),
        ("news of the past month", "2026-10-25", "2026-11-24"),
        ("What happened today?", "2026-11-24", "2026-11-24"),
        ("Who won last night?", "2026-11-23", "2026-11-23"),
        ("the day before yesterday", "2026-11-22", "2026-11-22"),
        ("What did Putin say last week?", "2026-11-16", "2026-11-22"),
        ("WHAT HAPPENED THIS WEEK", "2026-11-23", "2026-11-29"),
        ("this month's elections", "2026-11-01", "2026-11-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("news of the past 3 days", "2026-11-22", "2026-11-24"),
        ("in the last two weeks", "2026-11-11", "2026-11-24"),
        ("two weeks ago", "2026-11-09", "2026-11-15"),
        ("a couple of days ago", "2026-11-22", "2026-11-22"),
        ("a year ago", "2025-01-01", "2025-12-31"),
        ("Who was shot on Friday?", "2026-11-20", "2026-11-20"),
        ("who won last tuesday", "2026-11-17", "2026-11-17"),
        ("on Friday, November 6", "2026-11-06", "2026-11-06"),
        ("since Monday", "2026-11-23", "2026-11-24"),
        ("since last week", "2026-11-16", "2026-11-24"),
        ("since 2022", "2022-01-01", "2026-11-24"),
        ("Who died in June 2022?", "2022-06-01", "2022-06-30"),
        ("Who died in June?", "2026-06-01", "2026-06-30"),
        ("who won in may", "2026-05-01", "2026-05-31"),
        ("last December", "2025-12-01", "2025-12-31"),
        ("last November", "2025-11-01", "2025-11-30"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("November 5, 2024", "2024-11-05", "2024-11-05"),
        ("on the 5th of November", "2026-11-05", "2026-11-05"),
        ("Dec. 31", "2025-12-31", "2025-12-31"),
        ("on 2022-06-05", "2022-06-05", "2022-06-05"),
        ("in 2022", "2022-01-01", "2022-12-31"),
        ("between 2020 and 2022", "2020-01-01", "2022-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("in February 30 or in 2021", "2021-01-01", "2021-12-31"),
        ("reports of October 7, 2023, and of December 15, 2023", "2023-10-07", "2023-12-15"),
        ("from 5 May 2024 to 9 May 2024", "2024-05-05", "2024-05-09"),
        ("last week and yesterday", "2026-11-16", "2026-11-23"),
        ("yesterday, of the race in 2019", "2026-11-23", "2026-11-23"),
        ("of the vote in March 2019, on 5 May 2024", "2024-05-05", "2024-05-05"),
    ],
)
def test_times_are_understood(question: str, first: str, last: str) -> None:
    """Phrases of the calendar are the days they name, as of a Tuesday in November 2026.

    Several are all the days from the first to the last; a longer one beside a short one says what
    the question is about.
    """
    assert days(question) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "What may Kim do?",
        "may he win",
        "Who presents Last Week Tonight?",
        "Who directed The Day After Tomorrow?",
        "Who sang Yesterday?",
        "Black Friday sales",
        "Friday Night Lights cast",
        "Who is April O'Neil?",
        "2022 World Cup winner",
        "targets by 2030",
        "reports before October 22, 2023",
        "after last week",
        "Boeing 2000-1",
        "since when",
        "the last 99999 years",
        "the last 0 days",
        "February 30",
        "how many weeks",
    ],
)
def test_names_and_numbers_are_no_times(question: str) -> None:
    """Verbs, titles, targets and impossible dates ask about no time."""
    assert days(question) is None


def test_days_are_those_of_utc() -> None:
    """Now may be in any zone; the period is in UTC, and its end is not in it."""
    auckland = timezone(timedelta(hours=13))
    period = period_in("yesterday", datetime(2026, 11, 24, 8, tzinfo=auckland))
    assert period == Period(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    assert period is not None
    assert period.start in period
    assert period.end not in period


@given(
    text=st.lists(
        st.sampled_from(
            [
                "last",
                "past",
                "this",
                "since",
                "in",
                "on",
                "the",
                "two",
                "31",
                "2",
                "999",
                "0",
                "February",
                "June",
                "days",
                "week",
                "month",
                "years",
                "ago",
                "2024",
                "1900",
                "-",
                ",",
                "Friday",
                "yesterday",
                "of",
                "next",
                "st",
            ]
        ),
        max_size=8,
    ).map(" ".join),
    now=st.dates(date(1990, 1, 1), date(2090, 12, 31)),
)
def test_any_phrase_is_a_period_or_none(text: str, now: date) -> None:
    """Whatever the words, there is no error, and a period begins before it ends."""
    period = period_in(text, datetime(now.year, now.month, now.day, tzinfo=UTC))
    assert period is None or period.start < period.end


def test_years_the_wrong_way_round_are_no_time() -> None:
    """Which of the two was meant can't be told."""
    assert days("Who won between 2019 and 2021?") == ("2019-01-01", "2021-12-31")
    assert days("Who won between 2021 and 2019?") is None
