"""The date of an article counts where a question asks about a time near it, and only there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dated_news import News, noon, opened
from index.place import Place, Span
from index.questions.period import Period
from index.questions.question import read as question_of
from index.records import Hit, Metadata, Passage
from index.retrieval import recency
from index.retrieval.recency import Sort
from periods import period_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from index.encoders.protocol import Encoder
    from index.search import Searcher

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEWS = {
    "Ilse Brandt won the Calder regatta, a length ahead of the others.": "2022-05-09",
    "Tomas Reyk won the Calder regatta, a length ahead of the others.": "2024-03-11",
    "Marek Dubiel won the Calder regatta, a length ahead of the others.": "2025-08-04",
    "Nia Oduya won the Calder regatta, a length ahead of the others.": "",
    "The bakery of Norrvik sold 4,000 buns at the fair.": "2024-03-11",
    "Heavy rain closed the mountain road to Ghorband for a week.": "2022-05-09",
    "The parliament voted on the budget after a long debate.": "2025-08-04",
    "Officials said that the ferry ran aground near the lighthouse.": "",
}
"""What was written, and the day on which it was published."""


def hit_of(row: int, score: float, published: datetime | None) -> Hit:
    """The hit at this row, published then."""
    passage = Passage(
        f"{row}", "x", Place("a.txt", 1, 1, 0, 1), (Span(0, 1),), Metadata(published=published)
    )
    return Hit(row + 1, row, passage, "", score, 1, score, 1, score)


def order(question: str, *dated: tuple[float, datetime | None]) -> list[int]:
    """The rows in the order that the question prefers, of hits with these scores and dates."""
    hits = [hit_of(row, score, published) for row, (score, published) in enumerate(dated)]
    return [hit.row for hit in recency.preferring(period_in(question, NOW), hits)]


@pytest.mark.parametrize(
    ("question", "published", "first"),
    [
        ("Who won yesterday?", "2026-11-23", True),
        ("Who won yesterday?", "2026-11-09", True),
        ("Who won yesterday?", "2026-11-25", True),
        ("Who won yesterday?", "2026-11-08", False),
        ("Who won yesterday?", "2026-11-26", False),
        ("Who won this week?", "2026-11-20", True),
        ("Who won in March 2024?", "2024-04-02", True),
        ("Who won in March 2024?", "2024-04-03", False),
        ("Who won in 2024?", "2024-06-01", False),
        ("Who won the latest race?", "2026-11-23", False),
        ("Who won?", "2026-11-23", False),
    ],
)
def test_the_days_around_the_time_asked_about(question: str, published: str, first: bool) -> None:
    """From 14 days before to 2 after, where the question asks about a month or less."""
    assert order(question, (0.5, None), (0.4, noon(published))) == ([1, 0] if first else [0, 1])


def test_a_date_is_no_filter_and_not_everything() -> None:
    """A much better passage stays first; without a date near the time nothing changes."""
    near, far = noon("2026-11-23"), noon("2020-01-01")
    assert order("Who won yesterday?", (0.9, far), (0.8, near), (0.5, near)) == [1, 0, 2]
    assert order("Who won yesterday?", (0.9, None), (0.6, near)) == [0, 1]
    assert order("Who won yesterday?", (0.9, far), (0.8, None)) == [0, 1]


@given(
    dated=st.lists(
        st.tuples(
            st.floats(0, 1),
            st.none() | st.datetimes(datetime(2026, 10, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        ),
        max_size=20,
    )
)
def test_hits_stay_hits(dated: list[tuple[float, datetime | None]]) -> None:
    """All stay, ranked from 1 by scores in 0..1, and what their dates added is told."""
    hits = [hit_of(row, score, published) for row, (score, published) in enumerate(dated)]
    found = recency.preferring(Period(noon("2026-11-23"), noon("2026-11-24")), hits)
    assert [hit.rank for hit in found] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for hit in found:
        before = hits[hit.row]
        assert replace(hit, rank=before.rank, score=before.score, recency=0.0) == before


@pytest.fixture(scope="module")
def regattas(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over the same news of several years, told by their dates alone."""
    news = [News(text, date) for text, date in NEWS.items()]
    searcher = opened(tmp_path_factory.mktemp("regattas"), news, encoder)
    yield searcher
    searcher.close()


def lead_of(winner: str, hits: Sequence[Hit]) -> float:
    """By how much the winner's report is ahead of the best other one."""
    others = [hit.score for hit in hits if winner not in hit.passage.text]
    return next(hit.score for hit in hits if winner in hit.passage.text) - max(others)


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("Who won the Calder regatta in May 2022?", "Brandt"),
        ("Who won the Calder regatta on March 10, 2024?", "Reyk"),
        ("Who won the Calder regatta on 2025-08-03?", "Dubiel"),
    ],
)
def test_the_news_of_the_time_gets_ahead(regattas: Searcher, question: str, winner: str) -> None:
    """Of reports that say the same, the one of the time asked about is read first, and gains."""
    parts = regattas.opened
    asked = question_of(question, parts.lexical, NOW)
    vector, hits = parts.retriever.hits(question, asked.searched)
    preferred = recency.preferring(asked.period, hits)
    assert winner in preferred[0].passage.text
    without, found = parts.reader.read(asked, vector, hits), regattas.read(question)
    assert lead_of(winner, found.hits) > lead_of(winner, without.hits)
    (one,) = (hit for hit in found.hits if winner in hit.passage.text)
    assert one.recency == recency.BONUS


def test_no_time_asked_about_is_no_preference(regattas: Searcher) -> None:
    """Without a time, or with one that no date is near, dates change nothing."""
    for question in ("Who won the Calder regatta?", "Who won the Calder regatta in May 1999?"):
        asked = question_of(question, regattas.opened.lexical, NOW)
        _, hits = regattas.opened.retriever.hits(question, asked.searched)
        assert recency.preferring(asked.period, hits) == hits


def test_no_order_asked_for_is_no_change() -> None:
    """Without a sort and a half-life, hits stay as they are, and nothing is said."""
    hits = [hit_of(0, 0.9, None), hit_of(1, 0.5, noon("2026-11-23"))]
    assert recency.arranged(hits, Sort.RELEVANCE, None) == (hits, ())


@pytest.mark.parametrize(
    ("sort", "rows"), [(Sort.NEWEST, [3, 1, 4, 0, 2]), (Sort.OLDEST, [0, 1, 4, 3, 2])]
)
def test_sorted_by_date(sort: Sort, rows: list[int]) -> None:
    """By date, of one moment by relevance, undated last; ranks are those of the list."""
    days = ["2024-01-01", "2025-05-05", "", "2026-11-23", "2025-05-05"]
    hits = [hit_of(row, 1 - row / 10, noon(day) if day else None) for row, day in enumerate(days)]
    found, told = recency.arranged(hits, sort, None)
    assert [hit.row for hit in found] == rows
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5]
    assert told == ()


def test_only_what_has_a_word_of_the_query_is_sorted() -> None:
    """What was found by meaning alone may be new and beside the point."""
    old, new = hit_of(0, 0.9, noon("2024-01-01")), hit_of(1, 0.1, noon("2026-11-23"))
    by_meaning = replace(new, lexical_rank=None)
    assert [hit.row for hit in recency.arranged([old, by_meaning], Sort.NEWEST, None)[0]] == [0]
    alone = [replace(old, lexical_rank=None), by_meaning]
    assert [hit.row for hit in recency.arranged(alone, Sort.NEWEST, None)[0]] == [1, 0]


def test_scores_fall_by_half() -> None:
    """With every half-life before the newest; what has no date is as old as the oldest."""
    days = ["2026-11-03", "2026-11-23", "", "2026-11-13"]
    hits = [hit_of(row, 0.8, noon(day) if day else None) for row, day in enumerate(days)]
    found, told = recency.arranged(hits, Sort.RELEVANCE, timedelta(days=10))
    assert [(hit.row, hit.score) for hit in found] == [(1, 0.8), (3, 0.4), (0, 0.2), (2, 0.2)]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]
    assert told == ()


def test_what_is_very_old_keeps_its_order() -> None:
    """Where scores have fallen to nothing, the order is still by score and age."""
    days = ["1990-01-01", "1991-01-01", "2026-11-23"]
    hits = [hit_of(row, 0.5, noon(day)) for row, day in enumerate(days)]
    found, _ = recency.arranged(hits, Sort.RELEVANCE, timedelta(hours=1))
    assert [(hit.row, hit.score) for hit in found] == [(2, 0.5), (1, 0.0), (0, 0.0)]


def test_an_order_that_changes_nothing_is_told() -> None:
    """Without dates there is nothing to sort or to age by; a half-life is no order by date."""
    undated = [hit_of(0, 0.5, None), hit_of(1, 0.4, None)]
    for sort, half_life in ((Sort.NEWEST, None), (Sort.RELEVANCE, timedelta(days=1))):
        found, (note,) = recency.arranged(undated, sort, half_life)
        assert found == undated
        assert note == "Nothing found has a date: the passages stand by relevance."
    assert recency.arranged([], Sort.NEWEST, None) == ([], ())
    dated = [hit_of(0, 0.5, noon("2026-11-23"))]
    _, (note,) = recency.arranged(dated, Sort.OLDEST, timedelta(days=1))
    assert "half-life" in note


def test_a_search_is_arranged(regattas: Searcher) -> None:
    """The search sorts what it read, fills its limit from that, and says what changes nothing."""
    result = regattas.search("Calder regatta", 2, sort=Sort.NEWEST)
    assert [hit.row for hit in result.hits] == [2, 1]
    assert [quote.text for quote in result.quotes] == [hit.passage.text for hit in result.hits]
    oldest = regattas.search("Calder regatta", sort=Sort.OLDEST)
    assert [hit.row for hit in oldest.hits] == [0, 1, 2, 3]
    aged = regattas.search("Calder regatta", 8, half_life=timedelta(days=90))
    assert [hit.row for hit in aged.hits if "Calder" in hit.passage.text] == [2, 1, 0, 3]
    alone = regattas.search("after:2025", half_life=timedelta(days=30))
    assert [hit.row for hit in alone.hits] == [2, 6]
    assert alone.notes == (recency.NOTHING_TO_SCORE,)
