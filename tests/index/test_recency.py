"""The date of an article counts where a question asks about a time near it, and only there."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import build, recency, snapshot
from index.corpus.reading import read
from index.period import Period, period_in
from index.question import read as question_of
from index.records import Hit, Metadata, Passage, Place, Span
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from index.encoders.protocol import Encoder

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


def day(text: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


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
    assert order(question, (0.5, None), (0.4, day(published))) == ([1, 0] if first else [0, 1])


def test_a_date_is_no_filter_and_not_everything() -> None:
    """A much better passage stays first; without a date near the time nothing changes."""
    near, far = day("2026-11-23"), day("2020-01-01")
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
    found = recency.preferring(Period(day("2026-11-23"), day("2026-11-24")), hits)
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
    root = tmp_path_factory.mktemp("regattas")
    (root / "corpus").mkdir()
    (root / "corpus" / "news.txt").write_text("\n\n".join(NEWS))
    corpus = read([root / "corpus"])
    dates = [day(date) if date else None for date in NEWS.values()]
    snippets = tuple(
        replace(snippet, metadata=Metadata(published=date))
        for snippet, date in zip(corpus.snippets, dates, strict=True)
    )
    with snapshot.lock(root / "index"):
        build.publish(
            replace(corpus, snippets=snippets),
            root / "index",
            encoder,
            lambda _stage, _done, _total: None,
            time.monotonic(),
        )
    searcher = Searcher(snapshot.open_current(root / "index"), encoder)
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
    asked = question_of(question, regattas.lexical, NOW)
    vector, hits = regattas.hits(question, asked.searched)
    preferred = recency.preferring(asked.period, hits)
    assert winner in preferred[0].passage.text
    without, found = regattas.reader.read(asked, vector, hits), regattas.read(question)
    assert lead_of(winner, found.hits) > lead_of(winner, without.hits)
    (one,) = (hit for hit in found.hits if winner in hit.passage.text)
    assert one.recency == recency.BONUS


def test_no_time_asked_about_is_no_preference(regattas: Searcher) -> None:
    """Without a time, or with one that no date is near, dates change nothing."""
    for question in ("Who won the Calder regatta?", "Who won the Calder regatta in May 1999?"):
        asked = question_of(question, regattas.lexical, NOW)
        _, hits = regattas.hits(question, asked.searched)
        assert recency.preferring(asked.period, hits) == hits
