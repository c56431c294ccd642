"""A topic over time, from real indexes of invented news."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from dated_news import News, noon, opened
from index.errors import QuestionError
from index.overviews import timeline
from index.overviews.timeline import MOST_ENTRIES
from index.questions import units
from index.questions.units import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.overviews.timeline import Timeline
    from index.search import Searcher

    Open = Callable[[Sequence[News]], Searcher]

STRIKE = (
    News("Dockers of Calder will vote on a strike, their union said.", "2024-03-04", "Wire"),
    News("The dockers of Calder voted for a strike over pay.", "2024-03-06", "Wire"),
    News("A strike by dockers closed the port of Calder.", "2024-03-10", "Post"),
    News("On the quay at Calder, dockers on strike lit braziers against the cold.", "2024-03-10"),
    News("Calder's dockers ended their strike after winning four per cent.", "2024-04-02", "Post"),
    News("A strike of dockers at Calder was once broken by the army."),
    News("The bakery in Sorrel Street won the prize for the best rye bread.", "2024-03-05", "Post"),
    News("Bowlers hailed a third strike in a row in Tarn Cross.", "2024-03-07", "Post"),
    News("Bees settled in the ballot box of Marl, and the vote was put off.", "2024-03-08", "Wire"),
)
TOPIC = "dockers strike in Calder"


@pytest.fixture
def opening(tmp_path: Path, encoder: Encoder) -> Iterator[Open]:
    """Indexes news and opens the index."""
    opened_here: list[Searcher] = []

    def open_news(news: Sequence[News]) -> Searcher:
        opened_here.append(opened(tmp_path, news, encoder))
        return opened_here[-1]

    yield open_news
    for searcher in opened_here:
        searcher.close()


@pytest.fixture(scope="module")
def strike(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Searcher]:
    """An index of STRIKE. Shared: no test changes it."""
    searcher = opened(tmp_path_factory.mktemp("strike"), STRIKE, encoder)
    yield searcher
    searcher.close()


def told(found: Timeline) -> list[str]:
    """Return day and text of every quote."""
    return [f"{day(found, i)} {quote.text}" for i, quote in enumerate(found.quotes)]


def day(found: Timeline, number: int) -> str:
    """Return the day of a quote."""
    published = found.quotes[number].citation.metadata.published
    assert published is not None
    return published.date().isoformat()


def test_a_quote_a_day_oldest_first(strike: Searcher) -> None:
    """Each day's best, and nothing that only shares a word or a month with the topic."""
    found = strike.timeline(TOPIC)
    assert found.unit is Unit.DAY
    assert [day(found, i) for i in range(len(found.quotes))] == [
        "2024-03-04",
        "2024-03-06",
        "2024-03-10",
        "2024-04-02",
    ]
    assert all("ockers" in quote.text for quote in found.quotes)
    assert found.topic == TOPIC
    assert found.snapshot == strike.info


def test_what_has_no_date_is_counted(strike: Searcher) -> None:
    """It is left out, and the notes say so."""
    found = strike.timeline(TOPIC)
    assert found.undated == 1
    assert found.notes == ("1 undated passage left out.",)
    assert not any("army" in quote.text for quote in found.quotes)


def test_every_quote_stands_in_its_file(strike: Searcher) -> None:
    """Quotes are slices of the file, with the topic's words marked."""
    for quote in strike.timeline(TOPIC).quotes:
        strike.check(quote)
        assert {span.of(quote.text).lower() for span in quote.matches} >= {"dockers", "strike"}


def test_filters_narrow_it(strike: Searcher) -> None:
    """Outlet and dates are those of the query language; with dates nothing undated is relevant."""
    found = strike.timeline(f"source:post after:2024-03-05 before:2024-04 {TOPIC}")
    assert told(found) == ["2024-03-10 A strike by dockers closed the port of Calder."]
    assert (found.undated, found.notes) == (0, ())


def test_a_filter_that_nothing_meets_is_told(strike: Searcher) -> None:
    """The outlet that isn't there is named."""
    found = strike.timeline(f"source:mirror {TOPIC}")
    assert found.quotes == ()
    assert found.notes == ("No outlet here has a name that begins with “mirror”.",)


def test_a_time_in_the_topic_is_a_filter(strike: Searcher) -> None:
    """What was published then is about that time, whatever words it uses; the notes name it."""
    found = strike.timeline(f"{TOPIC} in April 2024")
    assert [day(found, i) for i in range(len(found.quotes))] == ["2024-04-02"]
    assert found.notes == ("Searched 1 to 30 Apr 2024.",)


def test_an_unknown_name_is_told(strike: Searcher) -> None:
    """A topic that the corpus doesn't have gets nothing, and its name is named."""
    found = strike.timeline("Reykjavik")
    assert (found.quotes, found.undated) == ((), 0)
    assert found.notes == ("Nothing here mentions “Reykjavik”.",)


def test_a_mistyped_word_is_corrected_and_told(strike: Searcher) -> None:
    """As a question's would be."""
    found = strike.timeline("dockers strke in Calder")
    assert [(each.written, each.searched) for each in found.read_as] == [("strke", ("strike",))]
    assert len(found.quotes) == 4


@pytest.mark.parametrize("topic", ["", "source:post", "?!"])
def test_without_a_topic_there_is_no_timeline(strike: Searcher, topic: str) -> None:
    """Filters alone are no topic."""
    with pytest.raises(QuestionError):
        strike.timeline(topic)


def test_stop_words_find_nothing(strike: Searcher) -> None:
    """A topic of small words mentions nothing."""
    assert strike.timeline("what is it").quotes == ()


WIRE = (
    "The dockers of Calder voted on Tuesday for a strike over pay, the first at the port in"
    " thirty years, after talks with the harbour board broke down late on Monday night."
)


def test_near_copies_count_once(opening: Open) -> None:
    """A story that is printed again is told of the day it was first printed, with where else."""
    searcher = opening(
        [
            News(WIRE, "2024-03-07", "Post"),
            News(WIRE, "2024-03-06", "Wire"),
            News("Dockers of Calder ended their strike with a dance.", "2024-04-02", "Post"),
            News("Bees settled in the ballot box of Marl.", "2024-03-08", "Post"),
        ]
    )
    found = searcher.timeline(TOPIC)
    assert [day(found, i) for i in range(len(found.quotes))] == ["2024-03-06", "2024-04-02"]
    assert [each.metadata.outlet for each in found.quotes[0].also_in] == ["Post"]


def test_the_same_sentence_is_told_once(opening: Open) -> None:
    """A later day on which nothing else is said has no entry."""
    said = "The dockers of Calder are on strike"
    searcher = opening(
        [
            News(f"{said}.", "2024-03-06"),
            News(f"{said}!", "2024-03-07"),
            News("The strike of the dockers in Calder ended with a dance.", "2024-03-08"),
        ]
    )
    found = searcher.timeline(TOPIC)
    assert [day(found, i) for i in range(len(found.quotes))] == ["2024-03-06", "2024-03-08"]


def strikes(days: Sequence[date]) -> list[News]:
    """Return a piece of news a day, each with another fact."""
    return [
        News(f"On day {n} of the strike, {n * 7 + 11} dockers of Calder marched.", each.isoformat())
        for n, each in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("step", "count", "unit", "entries"),
    [
        (1, MOST_ENTRIES, Unit.DAY, MOST_ENTRIES),
        (1, MOST_ENTRIES + 1, Unit.MONTH, 3),
        (31, MOST_ENTRIES + 10, Unit.YEAR, 6),
    ],
)
def test_many_days_are_told_by_month_or_year(
    opening: Open, step: int, count: int, unit: Unit, entries: int
) -> None:
    """The finest unit that makes few enough entries, each with the date of its quote."""
    searcher = opening(strikes([date(2020, 1, 1) + timedelta(days=step * n) for n in range(count)]))
    found = searcher.timeline(TOPIC)
    assert (found.unit, len(found.quotes)) == (unit, entries)
    published = [quote.citation.metadata.published for quote in found.quotes]
    assert published == sorted(published, key=str)
    numbers = [units.number(each.date(), unit) for each in published if each is not None]
    assert len(set(numbers)) == entries


def test_too_many_years_leave_the_earliest_out(
    opening: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out is counted."""
    monkeypatch.setattr(timeline, "MOST_ENTRIES", 3)
    searcher = opening(strikes([date(2010 + n, 5, 1) for n in range(5)]))
    found = searcher.timeline(TOPIC)
    assert [day(found, i)[:4] for i in range(len(found.quotes))] == ["2012", "2013", "2014"]
    assert found.notes == ("2 earlier years left out.",)


def test_what_no_longer_stands_gives_way_to_the_next(opening: Open) -> None:
    """Another passage of that day is quoted, and the place that changed is named."""
    searcher = opening(STRIKE)
    file = searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"closed the port", b"sealed the port"))
    found = searcher.timeline(TOPIC)
    assert "2024-03-10 On the quay at Calder, dockers on strike lit braziers" in told(found)[2]
    assert [str(place) for place in found.stale] == ["news.txt:5"]


def test_days_are_those_of_the_source(strike: Searcher) -> None:
    """The entries' days are what the sources say."""
    found = strike.timeline(TOPIC)
    assert found.quotes[0].citation.metadata.published == noon("2024-03-04")
