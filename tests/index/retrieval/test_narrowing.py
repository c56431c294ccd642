"""A time that is asked about is searched first, and the answer says what was searched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dated_news import News, opened
from index.questions.period import Period
from index.records import Verdict
from index.retrieval import narrowing
from periods import period_in

if TYPE_CHECKING:
    from collections.abc import Generator

    from index.encoders.protocol import Encoder
    from index.search import Searcher

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
YESTERDAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
NEWS = (
    News("Ilse Brandt won the Calder regatta, a length ahead of the others.", "2022-05-09", "AFP"),
    News("Tomas Reyk won the Calder regatta, a length ahead of the others.", "2024-03-11", "DPA"),
    News("Marek Dubiel won the Calder regatta, a length ahead of the others.", "2025-08-04", "AFP"),
    News("Nia Oduya won the Calder regatta, a length ahead of the others."),
    News("The bakery of Norrvik sold 4,000 buns at the fair.", "2025-01-20"),
    News("Heavy rain closed the mountain road to Ghorband.", f"{YESTERDAY:%Y-%m-%d}"),
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over reports that only their dates tell apart, and others."""
    opened_searcher = opened(tmp_path_factory.mktemp("regattas"), NEWS, encoder)
    yield opened_searcher
    opened_searcher.close()


def utc(year: int, month: int, day: int) -> datetime:
    """The start of a day."""
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("Who won in March 2024?", utc(2024, 3, 1), utc(2024, 4, 3)),
        ("Who won last week?", utc(2026, 11, 16), utc(2026, 11, 25)),
        ("Who won yesterday?", utc(2026, 11, 23), utc(2026, 11, 25)),
        ("Who won this week?", utc(2026, 11, 23), utc(2026, 11, 25)),
        ("Who won since Friday?", utc(2026, 11, 20), utc(2026, 11, 25)),
        ("Who won on 3 May 2024 and on 9 May 2024?", utc(2024, 5, 3), utc(2024, 5, 12)),
    ],
)
def test_the_range_of_a_time(question: str, start: datetime, end: datetime) -> None:
    """It is the time asked about and two days more, and ends today at the latest."""
    assert narrowing.suggested(period_in(question, NOW), NOW) == Period(start, end)


@pytest.mark.parametrize(
    "question",
    [
        "Who won?",
        "Who won in 2024?",
        "Who will win tomorrow?",
        "Who won in the last two months?",
        "Did those who won on 3 May 2024 win on 9 August 2024?",
    ],
)
def test_no_range(question: str) -> None:
    """There is none for no time, for more than a month, and for what is still to come."""
    assert narrowing.suggested(period_in(question, NOW), NOW) is None


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Who won the race in March 2024?", "Who won the race?"),
        ("In March 2024, who won the race?", "who won the race?"),
        ("Who won, on 5 May 2024, the race?", "Who won, the race?"),
        ("Who won the race yesterday?", "Who won the race?"),
        ("Yesterday?", "?"),
        ("Who won on 3 May 2024 and lost on 9 May 2024?", "Who won and lost?"),
        ("Who won the race?", "Who won the race?"),
    ],
)
def test_the_words_of_a_time_come_out(question: str, left: str) -> None:
    """With them goes what leads to them, and nothing else."""
    assert narrowing.without_time(question, NOW) == left


def test_what_was_published_then_answers(searcher: Searcher) -> None:
    """Of reports that say the same, only the one of the time is quoted; the range is told."""
    answer = searcher.ask("Who won the Calder regatta in March 2024?")
    assert answer.verdict is Verdict.ANSWERED
    assert [quote.text for quote in answer.quotes] == [NEWS[1].text]
    assert answer.searched_range == (utc(2024, 3, 1), utc(2024, 4, 3))
    assert (answer.notes, answer.missing_terms) == ((), ())
    assert answer.question == "Who won the Calder regatta in March 2024?"
    explained = searcher.explain("Who won the Calder regatta in March 2024?")
    assert explained.answer == answer
    assert [each.hit.row for each in explained.questions[0].hits] == [1]


def test_a_relative_time(searcher: Searcher) -> None:
    """Yesterday's news doesn't say "yesterday", and answers."""
    answer = searcher.ask("What closed the road to Ghorband yesterday?")
    assert answer.verdict is Verdict.ANSWERED
    assert answer.searched_range == (YESTERDAY, YESTERDAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("question", "note"),
    [
        (
            "Who won the Calder regatta in January 2025?",
            "Nothing published from 1 Jan to 2 Feb 2025 answers this; all dates were searched.",
        ),
        (
            "Who won the Calder regatta in June 2023?",
            "Nothing here was published from 1 Jun to 2 Jul 2023; all dates were searched.",
        ),
    ],
)
def test_where_the_time_does_not_answer(searcher: Searcher, question: str, note: str) -> None:
    """All dates are searched as without a range, and the answer says so."""
    answer = searcher.ask(question)
    assert (answer.searched_range, answer.notes) == (None, (note,))
    anyway = searcher.ask(question, any_date=True)
    assert anyway.notes == ()
    assert (answer.verdict, answer.quotes, answer.closest) == (
        anyway.verdict,
        anyway.quotes,
        anyway.closest,
    )
    assert anyway.verdict is not Verdict.ANSWERED
    assert anyway.quotes or len(anyway.closest) == 3


def test_any_date_leaves_the_range_out(searcher: Searcher) -> None:
    """The other reports count again."""
    answer = searcher.ask("Who won the Calder regatta in March 2024?", any_date=True)
    assert (answer.searched_range, answer.notes) == (None, ())
    assert len(searcher.explain(answer.question, any_date=True).questions[0].hits) == len(NEWS)


def test_dates_of_the_query_go_before(searcher: Searcher) -> None:
    """A filter by date is no suggestion: nothing else is searched, and no range is told."""
    answer = searcher.ask("Who won the Calder regatta in March 2024? before:2023")
    assert (answer.searched_range, answer.notes) == (None, ())
    shown = [*answer.quotes, *answer.closest]
    assert [quote.text for quote in shown] == [NEWS[0].text]


def test_the_range_keeps_to_the_other_filters(searcher: Searcher) -> None:
    """What was published then, and is of another outlet, is not searched."""
    answer = searcher.ask("Who won the Calder regatta in March 2024? source:afp")
    assert answer.searched_range is None
    assert answer.notes == (
        "Nothing here was published from 1 Mar to 2 Apr 2024; all dates were searched.",
    )
    for quote in (*answer.quotes, *answer.closest):
        assert quote.citation.metadata.outlet == "AFP"


def test_a_corpus_without_dates_has_no_range(seeds_searcher: Searcher) -> None:
    """Nothing is said of dates where no source gives any."""
    answer = seeds_searcher.ask("Where did Kim meet Putin in March 2024?")
    assert (answer.searched_range, answer.notes) == (None, ())


def test_filters_alone_are_no_question(searcher: Searcher) -> None:
    """They can be searched with, and not asked."""
    from index.errors import QuestionError

    with pytest.raises(QuestionError, match="no question"):
        searcher.ask("source:afp")
    assert [hit.row for hit in searcher.search("source:afp").hits] == [2, 0]
