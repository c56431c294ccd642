"""Dates as exports write them: read where there is one way to read them, else a doubt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.dates import FIRST_YEAR, Dated, read

NOW = datetime(2024, 11, 24, 15, tzinfo=UTC)
DAY = datetime(2024, 5, 3, tzinfo=UTC)
MINUTE = datetime(2024, 5, 3, 14, 5, tzinfo=UTC)
EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2024-05-03T14:05:00Z", MINUTE),
        ("2024-05-03T14:05Z", MINUTE),
        ("20240503T140500Z", MINUTE),
        ("2024-05-03T14:05:00.123456789+00:00", MINUTE.replace(microsecond=123456)),
        ("2024-05-03 14:05:00 UTC", MINUTE),
        ("Fri, 03 May 2024 14:05:00 UT", MINUTE),
        ("2024-05-03 14:05:00 +0000", MINUTE),
        ("2024/05/03 2:05 PM GMT", MINUTE),
        (" Fri,  03 May 2024\n14:05:00 GMT ", MINUTE),
        ("Fri, 03 May 24 14:05:00 GMT", MINUTE),
        ("Fri, 03 May 2024 10:05:00 EDT", MINUTE),
        ("Fri, 03 May 2024 16:05:00 GMT+2", MINUTE),
        ("Fri May 03 2024 16:05:00 GMT+0200 (Central European Summer Time)", MINUTE),
        ("Fri May 03 14:05:00 +0000 2024", MINUTE),
        ("3 May 2024 14:05 GMT", MINUTE),
        ("May 3, 2024 at 10:05 a.m. EDT", MINUTE),
        ("13/04/2024 14:05 UTC", MINUTE.replace(month=4, day=13)),
        (1714745100, MINUTE),
        ("1714745100", MINUTE),
        (1714745100.5, MINUTE.replace(microsecond=500_000)),
        (1714745100000, MINUTE),
        (MINUTE, MINUTE),
    ],
)
def test_a_moment_is_read_with_its_zone(written: object, published: datetime) -> None:
    """ISO 8601, RFC 822, Unix times and written dates that name a zone give one moment."""
    assert read(written, NOW) == Dated(published)


def test_the_zone_is_kept() -> None:
    """The date shows the clock of the place where it was written."""
    published = read("2024-05-03T16:05:00+02:00", NOW).published
    assert published
    assert (published, published.tzinfo) == (MINUTE, EAST)


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-03",
        "2024-5-3",
        "2024.05.03",
        "20240503",
        20240503,
        "2024-W18-5",
        "2024-05-03T14:05:00",
        "20240503140500",
        "2024-05-03 23:59",
        "2024-05-03+02:00",
        "May 3, 2024",
        "3 May 2024",
        "3rd of May 2024",
        "Fri, 3-May-2024",
        "May 3, 2024 11:30 PM",
        "Fri, 03 May 2024 14:05:00 BST",
        "Fri, 03 May 2024 14:05:00 IST",
        date(2024, 5, 3),
        datetime(2024, 5, 3, 14, 5),  # noqa: DTZ001  as a YAML parser gives it
    ],
)
def test_a_day_is_midnight_utc(written: object) -> None:
    """A day, or a time whose zone isn't known, is the day as it is written, and says so."""
    assert read(written, NOW) == Dated(DAY, date_only=True)


@pytest.mark.parametrize(
    ("written", "doubt"),
    [
        ("03/04/2024", "two ways"),
        ("3.4.2024", "two ways"),
        ("04-03-2024 10:00", "two ways"),
        ("3 May", "no year"),
        ("3 May 24", "no year"),
        ("Friday, 3 May 14:05", "no year"),
        ("May 2024", "names no day"),
        ("Friday, May 2024", "names no day"),
        ("2024-05", "names no day"),
        ("2024", "no date with its day"),
        (2024, "no date with its day"),
        ("31 April 2024", "There is no date '31 April 2024'"),
        ("31/04/2024", "There is no date"),
        ("2023-02-29", "There is no date"),
        ("2024-W60-1", "There is no date"),
        ("2024-13-01T00:00Z", "There is no date"),
        ("3 May 2024 25:00", "There is no date"),
        ("2024-05-03T14:05+99:00", "There is no date"),
        ("2024-11-25T15:00:01Z", "in the future"),
        (NOW + timedelta(days=2), "in the future"),
        ("9999-12-31T23:59:59-10:00", "in the future"),
        ("1599-12-31", "before 1600"),
        ("0001-01-01T00:00:00Z", "before 1600"),
        ("yesterday", "cannot be read"),
        ("12 12 2012 May", "cannot be read"),
        ("５ May ２０２４", "cannot be read"),
        ("x" * 10_000, "cannot be read"),
        (0, "none"),
        (-1, "none"),
        pytest.param(10**9000, "none", id="no end"),
        (float("nan"), "none"),
        (float("inf"), "none"),
        (202405031405, "no date with its day"),
        (True, "neither text nor a number"),
        ({"year": 2024}, "neither text nor a number"),
    ],
)
def test_a_doubt_is_no_date(written: object, doubt: str) -> None:
    """What is ambiguous, incomplete, impossible or ahead is not used, and the reason is told."""
    dated = read(written, NOW)
    assert dated.published is None
    assert doubt in dated.doubt
    assert len(dated.doubt) < 200


@pytest.mark.parametrize("written", [None, "", " \n"])
def test_nothing_written_is_no_doubt(written: object) -> None:
    """No date is no error."""
    assert read(written, NOW) == Dated(None)


def test_equal_figures_are_not_ambiguous() -> None:
    """Where day and month are the same number, either order says the same."""
    assert read("04/04/2024", NOW).published == datetime(2024, 4, 4, tzinfo=UTC)


def test_a_day_ahead_may_be_a_wrong_clock() -> None:
    """Up to a day in the future is let pass, which is what zones and clocks come to."""
    assert read("2024-11-25T14:59:59Z", NOW).published is not None


@given(
    moment=st.datetimes(
        datetime(FIRST_YEAR + 1, 1, 1),  # noqa: DTZ001  the zone is drawn beside it
        datetime(2024, 11, 23),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_iso_8601_is_read_back(moment: datetime) -> None:
    """Every moment is read as it was written, in its zone."""
    dated = read(moment.isoformat(), NOW)
    assert dated.published
    assert dated.published == moment
    assert dated.published.utcoffset() == moment.utcoffset()


@given(day=st.dates(date(FIRST_YEAR, 1, 1), date(2024, 11, 23)))
@pytest.mark.parametrize(
    "style", ["%B {0}, %Y", "{0} %b %Y", "%Y-%m-%d", "%Y%m%d", "%A, {0} %B %Y"]
)
def test_written_days_are_read_back(day: date, style: str) -> None:
    """Every day is read as it was written, in whichever way."""
    dated = read(day.strftime(style).format(day.day), NOW)
    assert dated.date_only
    assert dated.published is not None
    assert dated.published.date() == day


PIECES = [*"3/-: TZ+W.", "May", "2024", "31", "14:05", "am", "UTC"]


@given(
    written=st.one_of(
        st.text(max_size=100),
        st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
        st.integers(),
        st.floats(),
        st.lists(st.none()),
    )
)
def test_whatever_is_written_is_a_date_or_a_doubt(written: object) -> None:
    """Nothing raises; a date is aware, in the past, and has no doubt."""
    dated = read(written, NOW)
    if dated.published:
        assert dated.published.utcoffset() is not None
        assert dated.published.year >= FIRST_YEAR
        assert dated.published <= NOW + timedelta(days=1)
        assert not dated.doubt
    elif not dated.doubt:
        assert written is None or not str(written).strip()
    dated.doubt.encode()
