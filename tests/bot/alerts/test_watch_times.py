"""When a watch may post, on the clocks of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.watch_times import is_due, is_quiet, known_zone, next_at, suggested
from bot.alerts.watches import Watch

NEW_YORK = "America/New_York"
AT_ONCE = Watch(
    "0" * 16,
    1,
    2,
    None,
    "ferry",
    every_word=False,
    digest_hour=None,
    quiet=None,
    zone=NEW_YORK,
    created_at=0.0,
)


def at(text: str, zone: str = NEW_YORK) -> float:
    """Return a moment that is written as clocks show it there, or in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("hour", "after", "moment"),
    [
        (8, "2026-03-07T07:59", "2026-03-07T13:00"),
        (8, "2026-03-07T08:00", "2026-03-08T12:00"),
        # At two the clock goes on to three: 02:00 is 03:00, once.
        (2, "2026-03-07T12:00", "2026-03-08T07:00"),
        (2, "2026-03-08T03:00", "2026-03-09T06:00"),
        # At two it goes back to one: the first 01:00 counts, not the second.
        (1, "2026-10-31T12:00", "2026-11-01T05:00"),
        (1, "2026-11-01T01:30", "2026-11-02T06:00"),
        (0, "2026-11-01T12:00", "2026-11-02T05:00"),
    ],
)
def test_the_next_time_it_is_an_hour(hour: int, after: str, moment: str) -> None:
    """In UTC, over both changes of the clock."""
    assert next_at(hour, NEW_YORK, at(after)) == at(moment, "UTC")


def test_a_digest_is_due_once_its_hour_has_come() -> None:
    """Counted from when something was found: late is better than never."""
    watch = replace(AT_ONCE, digest_hour=8)
    found = at("2026-03-07T08:00")
    assert not is_due(watch, found, at("2026-03-08T07:59"))
    assert is_due(watch, found, at("2026-03-08T08:00"))
    assert is_due(watch, found, at("2026-03-20T23:00"))


def test_a_clock_that_was_set_back_delays_no_digest() -> None:
    """Found at a time that has not come yet: else it would wait until then, perhaps for years."""
    watch = replace(AT_ONCE, digest_hour=8)
    assert is_due(watch, at("2027-03-07T08:00"), at("2026-03-07T12:00"))


@pytest.mark.parametrize(
    ("quiet", "hour", "is_now"),
    [
        ((22, 7), 21, False),
        ((22, 7), 22, True),
        ((22, 7), 0, True),
        ((22, 7), 6, True),
        ((22, 7), 7, False),
        ((12, 14), 11, False),
        ((12, 14), 13, True),
        ((12, 14), 14, False),
        (None, 3, False),
    ],
)
def test_quiet_hours(quiet: tuple[int, int] | None, hour: int, *, is_now: bool) -> None:
    """Also over midnight; what is found any time is posted when they are over."""
    watch = replace(AT_ONCE, quiet=quiet)
    now = at(f"2026-03-07T{hour:02}:30")
    assert is_quiet(watch, now) is is_now
    assert is_due(watch, at("2026-03-01T00:00"), now) is not is_now


def test_zones_are_found_by_city() -> None:
    """The one that begins so comes first; case and spaces are no matter."""
    assert suggested("los ang")[0] == "America/Los_Angeles"
    assert suggested("utc")[0].endswith("UTC")
    assert suggested("nowhere at all") == []
    assert known_zone("america/new york") == NEW_YORK
    assert known_zone("../../etc/passwd") is None
