"""The dates and lengths of the query language: when each begins, when it ends, what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from index.questions.query_dates import length_of, period_of

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01 00:00Z", "2025-01-01 00:00Z"),
        ("2024-11", "2024-11-01 00:00Z", "2024-12-01 00:00Z"),
        ("9999-11", "9999-11-01 00:00Z", "9999-12-01 00:00Z"),
        ("0001", "0001-01-01 00:00Z", "0002-01-01 00:00Z"),
        ("2024-02-29", "2024-02-29 00:00Z", "2024-03-01 00:00Z"),
        ("2024-05-01T23", "2024-05-01 23:00Z", "2024-05-02 00:00Z"),
        ("2024-05-01T23:59", "2024-05-01 23:59Z", "2024-05-02 00:00Z"),
        ("2024-05-01T12:30:59", "2024-05-01 12:30:59Z", "2024-05-01 12:31Z"),
        ("2024-05-01+00:59", "2024-04-30 23:01Z", "2024-05-01 23:01Z"),
        ("2024-05-01-23:59", "2024-05-01 23:59Z", "2024-05-02 23:59Z"),
        ("3h", "2026-11-24 05:30Z", "2026-11-24 06:30Z"),
        ("1D", "2026-11-23 00:00Z", "2026-11-24 00:00Z"),
        ("1w", "2026-11-17 00:00Z", "2026-11-18 00:00Z"),
        ("0d", "2026-11-24 00:00Z", "2026-11-25 00:00Z"),
        ("Last_Week", "2026-11-16 00:00Z", "2026-11-23 00:00Z"),
    ],
)
def test_a_date_names_a_time_with_an_end(text: str, start: str, end: str) -> None:
    """It begins and ends in UTC, and is as long as the finest part that is written."""
    period = period_of(text, NOW)
    assert (period.start, period.end) == (
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
    )
    assert period.start.tzinfo is UTC


def test_hours_are_counted_from_now_wherever_now_is() -> None:
    """A clock of another zone names the same hour, and it is told in UTC."""
    period = period_of("3h", NOW.astimezone(timezone(timedelta(hours=5, minutes=45))))
    assert period == period_of("3h", NOW)
    assert period.start.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0000", "there is no year 0"),
        ("2024-00", "there is no month 0"),
        ("2024-02-00", "February 2024 has 29 days"),
        ("2024-05-01T12:60", "there is no minute 60"),
        ("2024-05-01T12:30:60", "there is no second 60"),
        ("2024-05-01+00:60", "there is no zone +00:60"),
        ("2024-05-01-24:00", "there is no zone -24:00"),
        ("9999", "the calendar doesn't reach so far"),
        ("9999-12", "the calendar doesn't reach so far"),
        ("9999-12-31", "the calendar doesn't reach so far"),
        ("99999y", "the calendar doesn't reach so far"),
        ("99999999h", "that is no date"),
    ],
)
def test_a_date_that_is_none_is_told(text: str, told: str) -> None:
    """The error names the part that is wrong, with its number."""
    with pytest.raises(ValueError, match=r".") as caught:
        period_of(text, NOW)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1h", timedelta(hours=1)),
        (" 30d ", timedelta(days=30)),
        ("2W", timedelta(days=14)),
        ("1m", timedelta(days=30)),
        ("1y", timedelta(days=365)),
        ("99999h", timedelta(hours=99_999)),
    ],
)
def test_a_length_counts_hours(text: str, length: timedelta) -> None:
    """A month has 30 days, a year 365; the unit may be a capital, with white space around."""
    assert length_of(text) == length


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0d", "that is no time at all"),
        ("forever", "that is no length of time"),
        ("30", "that is no length of time"),
        ("-3d", "that is no length of time"),
        ("100000d", "that is no length of time"),
    ],
)
def test_a_length_that_is_none_is_told(text: str, told: str) -> None:
    """None of zero, none without a unit, and none of more than five digits."""
    with pytest.raises(ValueError, match=r".") as caught:
        length_of(text)
    assert str(caught.value) == told
