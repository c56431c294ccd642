"""A question about what is new is told how old the newest relevant item is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dated_news import News, noon, opened
from index.answering import freshness
from index.questions import dating

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.search import Searcher


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What is the latest on Gaza?", True),
        ("Latest on Gaza", True),
        ("What happens in Gaza now?", True),
        ("WHAT IS NEW TODAY?", True),
        ("Who is currently president?", True),
        ("What were the most recent figures?", True),
        ("Who directed Apocalypse Now?", False),
        ("Who owns USA Today?", False),
        ("Who ran the now-defunct bank?", False),
        ("Who knows snow?", False),
        ("Where will Kim meet Putin?", False),
    ],
)
def test_who_asks_for_the_newest(question: str, asks: bool) -> None:
    """These words ask for it, unless they belong to a name."""
    assert freshness.asks_for_the_newest(question) is asks


def test_the_newest_relevant_item(tmp_path: Path, encoder: Encoder) -> None:
    """It is the newest of the first hits that have a word of the question, whatever the verdict."""
    news = [
        News("Ilse Brandt won the Calder regatta.", "2022-05-09"),
        News("Tomas Reyk won the Calder regatta.", "2024-03-11"),
        News("The bakery of Norrvik sold 4,000 buns.", "2025-01-20"),
    ]
    searcher = opened(tmp_path, news, encoder)
    assert searcher.ask("Who is the latest winner of the regatta?").newest_relevant == noon(
        "2024-03-11"
    )
    plain = searcher.ask("Who won the regatta?")
    assert (plain.newest_relevant, plain.notes) == (None, ())
    searcher.close()


def test_nothing_relevant_is_dated(seeds_searcher: Searcher) -> None:
    """Then the answer says that."""
    answer = seeds_searcher.ask("What is the latest on Kim and Putin?")
    assert (answer.newest_relevant, answer.notes) == (None, (freshness.UNDATED,))


@pytest.mark.parametrize(
    ("days_ago", "told"),
    [(12, "12 days old"), (1, "a day old"), (0, "of today"), (1_234, "1,234 days old")],
)
def test_an_age_in_words(days_ago: int, told: str) -> None:
    """It counts days of UTC."""
    now = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
    said = dating.newest(now - timedelta(days=days_ago, minutes=4), now)
    assert said.endswith(f", {told}.")
    late = datetime(2026, 11, 12, 23, 59, tzinfo=UTC)
    assert dating.newest(late, now) == ("The newest relevant item is of 12 Nov 2026, 12 days old.")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-11-17", "2026-11-24", "17 to 23 Nov 2026"),
        ("2026-11-28", "2026-12-05", "28 Nov to 4 Dec 2026"),
        ("2025-12-28", "2026-01-05", "28 Dec 2025 to 4 Jan 2026"),
        ("2026-11-17", "2026-11-18", "17 Nov 2026"),
    ],
)
def test_days_in_words(start: str, end: str, told: str) -> None:
    """The last day is the one before the end."""
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    assert dating.days(first, last) == told
    assert dating.when(first, last) == f"{'from' if ' to ' in told else 'on'} {told}"
