"""/timeline: a dated quote a day, in pages that live through restarts and new snapshots."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.components import walk_components

from bot import rendering, store
from bot.buttons.reply_layout import layout
from bot.escaping import size
from bot.kept import replies
from dated_news import News, opened
from discord_markdown import read
from index.encoders.loading import load_encoder
from index.errors import QuestionError
from index.overviews.timeline import Timeline
from index.place import Place
from index.questions.units import Unit
from index.records import Citation, Metadata, Quote
from scripted import SNAPSHOT, ScriptedLive, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsroom import Newsroom

FIRST = datetime(2024, 3, 4, 12, tzinfo=UTC)
TOPIC = "dockers strike Calder"


def dated(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Return the quotes, each of the day after the one before."""
    return tuple(
        replace(
            quote,
            citation=replace(
                quote.citation, metadata=Metadata(published=FIRST + timedelta(days=number))
            ),
        )
        for number, quote in enumerate(quotes)
    )


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers every topic with twelve quotes of twelve days, which makes three pages."""
    lines = [f"On day {n} of the strike dockers marched." for n in range(12)]
    return ScriptedSearcher(tmp_path / "corpus", dated(write_corpus(tmp_path / "corpus", lines)))


def plain(message: object) -> str:
    """Return a message's text without its escapes and bold."""
    return "\n".join(texts(message)).replace("\\", "").replace("**", "")


async def test_a_quote_a_day_below_its_date(newsroom: Newsroom) -> None:
    """Topic, what it is, then date, quote, source and id of each day."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    assert result.response is not None
    assert not result.ephemeral
    shown = texts(result.response)
    assert shown[:5] == [
        f"**Q** {TOPIC}",
        "**A quote a day, oldest first:**",
        "**4 Mar 2024**",
        "> On day 0 of the strike dockers marched.",
        "-# 4 Mar 2024 · `news.txt:1`\n-# /cite `passage1`",
    ]
    assert shown[5] == "**5 Mar 2024**"
    assert newsroom.searcher.asked == [TOPIC]


async def test_options_become_filters(newsroom: Newsroom) -> None:
    """Source and dates are written in the query language, as /search writes them."""
    await newsroom.alice.slash(
        newsroom.channel,
        "timeline",
        topic=TOPIC,
        source="The Post",
        after="2024-03",
        before="yesterday",
    )
    assert newsroom.searcher.asked == [f'source:"The Post" after:2024-03 before:yesterday {TOPIC}']


async def test_pages_turn_forth_and_back(newsroom: Newsroom) -> None:
    """All days are there, on three pages."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    page = result.response
    assert page is not None
    seen: list[str] = []
    for enabled in (True, True, False):
        seen += [text for text in texts(page) if text.startswith("> On day")]
        assert buttons(page)["Next"] is enabled
        if enabled:
            await newsroom.alice.click(page, label="Next")
    assert seen == [f"> On day {n} of the strike dockers marched." for n in range(12)]
    await newsroom.alice.click(page, label="Back")
    assert "9 Mar 2024" in plain(page)


async def test_pages_live_through_a_restart(newsroom: Newsroom) -> None:
    """A new process turns the pages of a timeline that it never sent."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    assert result.response is not None
    await newsroom.restart()
    await newsroom.alice.click(result.response, label="Next")
    assert "**9 Mar 2024**" in texts(result.response)


async def test_a_page_says_what_changed_since(newsroom: Newsroom) -> None:
    """A quote that no longer stands when its page is turned to is left out with its date."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    assert result.response is not None
    file = newsroom.searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"day 6 ", b"day 0 "))
    await newsroom.alice.click(result.response, label="Next")
    told = plain(result.response)
    assert "10 Mar 2024" not in told
    assert "11 Mar 2024" in told
    assert "1 passage has changed on disk since it was indexed and is not shown." in told


async def test_only_who_asked_turns_pages(newsroom: Newsroom) -> None:
    """As with every reply."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    assert result.response is not None
    pressed = await newsroom.bob.click(result.response, label="Next")
    assert plain(pressed.response).startswith("Only the person who asked can turn these pages.")


async def test_pages_that_are_no_longer_kept_say_so(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that stands stays."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
    assert result.response is not None
    monkeypatch.setattr(store, "KEPT_S", -1)
    pressed = await newsroom.alice.click(result.response, label="Next")
    assert plain(pressed.response).startswith("The other pages of this reply are no longer kept.")
    assert "4 Mar 2024" in plain(result.response)


async def test_what_cannot_be_read_is_told_in_private(newsroom: Newsroom) -> None:
    """A wrong date is pointed at, and nothing is searched for."""
    result = await newsroom.alice.slash(
        newsroom.channel, "timeline", topic=TOPIC, after="last blue moon"
    )
    assert result.response is not None
    assert result.response.ephemeral
    assert "that is no date" in plain(result.response)
    assert newsroom.searcher.asked == []


async def test_an_error_of_the_search_is_told(newsroom: Newsroom) -> None:
    """What is wrong with a topic becomes its sentence."""
    newsroom.searcher.error = QuestionError("There are filters and no topic.", remedy="Name one.")
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic="source:post")
    assert plain(result.response) == "There are filters and no topic. Name one."


class TestOutlets:
    """The outlets of the index are suggested."""

    @pytest.fixture
    def searcher(self, tmp_path: Path) -> ScriptedSearcher:
        """Knows two outlets."""
        return ScriptedSearcher(tmp_path, [], outlets=("The Skerry Post", "Lakewire"))

    async def test_source_is_suggested(self, newsroom: Newsroom) -> None:
        """While somebody types one."""
        await newsroom.env.advance_time(newsroom.settings.reload_s)
        found = await newsroom.alice.autocomplete(newsroom.channel, "timeline", "source", "sker")
        assert [choice["name"] for choice in found] == ["The Skerry Post"]


class TestRealIndex:
    """Over a real index of invented news."""

    @pytest.fixture
    def live(self, tmp_path: Path) -> Iterator[ScriptedLive]:
        """Serves the news."""
        (tmp_path / "strike").mkdir()
        searcher = opened(
            tmp_path / "strike",
            [
                News("Dockers of Calder will vote on a strike.", "2024-03-04", "Wire"),
                News("The dockers of Calder ended their strike.", "2024-04-02", "The *Post*"),
                News("A strike of dockers at Calder was once broken by the army."),
            ],
            load_encoder(),
        )
        yield ScriptedLive(searcher)
        searcher.close()

    async def test_undated_passages_are_counted(self, newsroom: Newsroom) -> None:
        """They are left out, and the reply says how many."""
        result = await newsroom.alice.slash(newsroom.channel, "timeline", topic=TOPIC)
        shown = texts(result.response)
        assert shown[1:3] == [
            "-# 1 undated passage left out.",
            "**A quote a day, oldest first:**",
        ]
        assert shown[3] == "**4 Mar 2024**"
        assert "\\*Post\\* · 2 Apr 2024" in shown[8]
        assert "army" not in plain(result.response)

    async def test_nothing_found_says_so(self, newsroom: Newsroom) -> None:
        """And names what nothing mentions."""
        result = await newsroom.alice.slash(newsroom.channel, "timeline", topic="Reykjavik")
        assert plain(result.response).split("\n")[1:3] == [
            "-# Nothing here mentions “Reykjavik”.",
            "Nothing found that has a date.",
        ]
        assert buttons(result.response) == {}


words = st.lists(
    st.sampled_from(["Kim", "*", "1.", "https://a.example/x", "\n", "<@1>", "> ", "\u202e", "🙂"]),
    min_size=1,
    max_size=30,
).map(" ".join)
one_word = st.tuples(st.sampled_from(["a", "*", "🙂"]), st.integers(1, 3000)).map(
    lambda pair: pair[0] * pair[1]
)
anything = (words | one_word).filter(str.strip)
citations = st.builds(
    Citation,
    st.builds(Place, anything, st.just(1), st.just(1), st.just(0), st.just(1)),
    st.just("0" * 64),
    st.builds(
        Metadata,
        title=st.none() | anything,
        outlet=st.none() | anything,
        published=st.datetimes(timezones=st.just(UTC)),
        url=st.sampled_from([None, "https://news.example/a_(b)", "http://a.example/" + "x" * 170]),
    ),
)
timelines = st.builds(
    Timeline,
    topic=anything,
    unit=st.sampled_from([Unit.DAY, Unit.MONTH, Unit.YEAR]),
    quotes=st.lists(
        st.builds(
            Quote,
            anything,
            anything,
            st.just(0.5),
            citations,
            also_in=st.lists(citations, max_size=3).map(tuple),
        ),
        max_size=7,
    ).map(tuple),
    undated=st.just(0),
    stale=st.just(()),
    snapshot=st.just(SNAPSHOT),
    notes=st.lists(anything, max_size=5).map(tuple),
)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@slow
@given(timelines)
async def test_pages_stay_within_limits(told: Timeline) -> None:
    """At most 40 components, 4,000 characters with the buttons'; nothing of a text takes effect."""
    reply = replies.from_timeline(told)
    for page in rendering.pages(reply):
        view = layout(page, reply, "0123456789abcdef", private=True)
        parts = list(walk_components(view.to_components()))
        assert len(parts) <= 40
        total = sum(size(part.get("content", "")) + size(part.get("label", "")) for part in parts)
        assert total <= rendering.MESSAGE_CHARS
        for block in page.texts:
            for line in block.split("\n"):
                if "[source](" not in line:
                    own = line.removeprefix("> ").removeprefix("-# ")
                    assert set(read(own).effects) <= {"`"}, line


@slow
@given(timelines)
def test_every_quote_has_its_heading_once(told: Timeline) -> None:
    """Also where a quote takes several pages."""
    pages = rendering.pages(replies.from_timeline(told))
    blocks = [block for page in pages for block in page.texts]
    looked_up = sum("-# /cite " in block for block in blocks)
    assert looked_up == len(told.quotes)


@slow
@given(timelines)
def test_a_timeline_survives_json(told: Timeline) -> None:
    """What the store keeps is what was sent."""
    reply = replies.from_timeline(told)
    assert replies.loads(replies.dumps(reply)) == reply


def test_the_longest_timeline_has_all_its_days() -> None:
    """Sixty days, each with a long quote and every line as long as it gets."""
    long = "word " * 150
    metadata = Metadata(long, long, FIRST, "https://a.example/" + "x" * 380)
    quote = Quote(long, "a" * 20, 0.5, Citation(Place("p" * 300, 1, 1, 0, 1), "", metadata))
    told = Timeline(long[:900], Unit.YEAR, (quote,) * 60, 0, (), SNAPSHOT, notes=(long,) * 5)
    pages = rendering.pages(replies.from_timeline(told))
    headings = sum(block == "**2024**" for page in pages for block in page.texts)
    assert headings == 60
    assert all(sum(map(size, page.texts)) <= rendering.MESSAGE_CHARS - 30 for page in pages)
