"""What is indexed, by outlet and date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dated_news import News, opened
from index.overviews import coverage
from index.overviews.coverage import MOST_PERIODS
from index.questions.units import Unit
from scripted import SNAPSHOT

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder

TOKYO = timezone(timedelta(hours=9))
names = st.none() | st.text(max_size=4) | st.sampled_from(["Reuters", "REUTERS", "  reuters "])
# Nothing of the future is indexed.
dates = st.none() | st.datetimes(max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone


def at(day: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def test_items_are_counted_by_outlet_and_day() -> None:
    """The outlet of most items comes first, and a day without any counts as one."""
    told = coverage.of(
        [
            ("Post", at("2024-03-01")),
            ("Wire", at("2024-03-03")),
            ("Wire", at("2024-03-01")),
            (None, None),
        ],
        SNAPSHOT,
    )
    assert (told.items, told.undated, told.unit) == (4, 1, Unit.DAY)
    assert told.periods == (date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 3))
    assert [(each.name, each.items, each.counts) for each in told.outlets] == [
        ("Wire", 2, (1, 0, 1)),
        ("Post", 1, (1, 0, 0)),
        (None, 1, (0, 0, 0)),
    ]
    assert (told.outlets[0].first, told.outlets[0].last) == (at("2024-03-01"), at("2024-03-03"))
    assert told.outlets[2].first is None


def test_spellings_of_one_name_are_one_outlet() -> None:
    """Case and spaces don't make another outlet; the commonest spelling is told."""
    told = coverage.of(
        [("the  Post", None), ("The Post", None), ("The Post", None), (" ", None)], SNAPSHOT
    )
    assert [(each.name, each.items) for each in told.outlets] == [("The Post", 3), (None, 1)]


def test_a_day_is_that_of_the_source() -> None:
    """What Tokyo prints on the 2nd is of the 2nd, though it is the 1st in UTC."""
    told = coverage.of([("Post", datetime(2024, 3, 2, 1, tzinfo=TOKYO))], SNAPSHOT)
    assert told.periods == (date(2024, 3, 2),)


def test_years_are_counted_by_month() -> None:
    """The unit is the shortest that needs few enough periods."""
    told = coverage.of([("Post", at("2020-01-31")), ("Post", at("2023-12-01"))], SNAPSHOT)
    assert (told.unit, len(told.periods)) == (Unit.MONTH, 48)
    assert told.periods[-1] == date(2023, 12, 1)


def test_nothing_dated_has_no_periods() -> None:
    """There is no time to count by, and nothing to fail on."""
    told = coverage.of([], SNAPSHOT)
    assert (told.outlets, told.items, told.periods) == ((), 0, ())


@given(st.lists(st.tuples(names, dates), max_size=30))
def test_every_item_is_counted_once(items: list[tuple[str | None, datetime | None]]) -> None:
    """The rows add up to all items, the counts to all dated ones, in few enough periods."""
    told = coverage.of(items, SNAPSHOT)
    assert sum(each.items for each in told.outlets) == told.items == len(items)
    assert sum(sum(each.counts) for each in told.outlets) == len(items) - told.undated
    assert all(len(each.counts) == len(told.periods) <= MOST_PERIODS for each in told.outlets)


def test_an_index_counts_items_and_not_passages(tmp_path: Path, encoder: Encoder) -> None:
    """A long item of several passages is one item."""
    long = " ".join(f"The ferry number {n} left Brannock for Hollin Skerry." for n in range(60))
    searcher = opened(
        tmp_path,
        [News(long, "2024-03-01", "Post"), News("A swarm settled in the town hall.")],
        encoder,
    )
    try:
        assert searcher.info.passages > 2
        told = searcher.coverage()
    finally:
        searcher.close()
    assert [(each.name, each.items) for each in told.outlets] == [("Post", 1), (None, 1)]
    assert told.undated == 1
    assert told.snapshot == searcher.info
