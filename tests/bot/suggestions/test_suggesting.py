"""Autocomplete in Discord: headlines and dates of the index that serves, from memory."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.kept import rules
from dated_news import News, opened
from index.encoders.loading import load_encoder
from index.errors import NoSnapshotError
from index.records import SnapshotInfo
from scripted import BUILT, NoIndex, ScriptedLive, ScriptedSearcher, texts, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsroom import Newsroom

HEADLINES = (("Kim meets Putin", "Wire"), ("Ferry sinks", "The Post"), ("Kim leaves", None))


async def offered(
    newsroom: Newsroom, option: str, typed: str, command: str = "search"
) -> list[str]:
    """Return the values that alice is offered for an option."""
    choices = await newsroom.alice.autocomplete(newsroom.channel, command, option, typed)
    return [choice["value"] for choice in choices]


async def serve(newsroom: Newsroom, name: str = "two") -> ScriptedSearcher:
    """Let the bot find a snapshot with headlines, and read them."""
    info = SnapshotInfo(name, BUILT, None, 1)
    searcher = ScriptedSearcher(newsroom.searcher.root, [], info=info)
    searcher.titled = HEADLINES
    searcher.published = (date(2024, 5, 2), date(2024, 5, 1))
    newsroom.live.following.append(searcher)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await until(lambda: newsroom.bot.answering.headlines.titles)
    return searcher


@pytest.mark.parametrize(("command", "option"), [("search", "query"), ("timeline", "topic")])
async def test_headlines_are_suggested_from_memory(
    newsroom: Newsroom, command: str, option: str
) -> None:
    """Also while every worker is busy: nothing is asked of the index."""
    searcher = await serve(newsroom)
    searcher.gate = threading.Event()
    assert await offered(newsroom, option, "", command) == [title for title, _ in HEADLINES]
    assert await offered(newsroom, option, "kim", command) == ["Kim meets Putin", "Kim leaves"]
    assert await offered(newsroom, option, "ferri", command) == ["Ferry sinks"]
    assert searcher.asked == []


@pytest.mark.parametrize("typed", ['"kim', "kim -pu", "source:wire kim", "after:2024", "on:x k"])
async def test_where_operators_were_typed_nothing_is_suggested(
    newsroom: Newsroom, typed: str
) -> None:
    """A headline would take the place of all that was typed; an open mark is but a mark."""
    await serve(newsroom)
    assert await offered(newsroom, "query", typed) == (
        ["Kim meets Putin", "Kim leaves"] if typed == '"kim' else []
    )


@pytest.mark.parametrize("command", ["search", "timeline"])
@pytest.mark.parametrize("option", ["after", "before"])
async def test_dates_are_suggested(newsroom: Newsroom, command: str, option: str) -> None:
    """Usual ones and the newest of the index."""
    await serve(newsroom)
    everything = await offered(newsroom, option, "", command)
    assert everything[:2] == ["today", "yesterday"]
    assert everything[-2:] == ["2024-05-02", "2024-05-01"]
    assert await offered(newsroom, option, "2024-05-0", command) == ["2024-05-02", "2024-05-01"]


async def test_a_server_that_is_limited_sees_its_own_headlines(newsroom: Newsroom) -> None:
    """Those of the outlets that its questions are limited to."""
    await serve(newsroom)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Post"])
    assert await offered(newsroom, "query", "") == ["Ferry sinks"]


async def test_a_server_that_is_limited_sees_its_own_outlets(newsroom: Newsroom) -> None:
    """Another one would be refused."""
    info = SnapshotInfo("two", BUILT, None, 1)
    known = ("Wire", "The Post", "Post Bag")
    newsroom.live.following.append(
        ScriptedSearcher(newsroom.searcher.root, [], info=info, outlets=known)
    )
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await until(lambda: newsroom.bot.answering.outlets)
    assert await offered(newsroom, "source", "") == list(known)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Post"])
    assert await offered(newsroom, "source", "") == ["The Post", "Post Bag"]
    assert await offered(newsroom, "source", "wi") == []


async def test_headlines_that_cannot_be_read_leave_the_others(newsroom: Newsroom) -> None:
    """What was known before is suggested on, and outlets are read all the same."""
    await serve(newsroom)
    broken = await serve(newsroom, "three")
    broken.titled = RuntimeError("no")
    info = SnapshotInfo("four", BUILT, None, 1)
    fourth = ScriptedSearcher(newsroom.searcher.root, [], info=info, outlets=("Wire",))
    fourth.titled = RuntimeError("no")
    newsroom.live.following.append(fourth)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await until(lambda: newsroom.bot.answering.outlets)
    assert await offered(newsroom, "query", "ferry") == ["Ferry sinks"]


async def test_a_failing_store_suggests_nothing(newsroom: Newsroom) -> None:
    """Typing is no reason for an error."""
    await serve(newsroom)
    await newsroom.bot.store.close()
    assert await offered(newsroom, "query", "kim") == []
    assert await offered(newsroom, "source", "w") == []


class TestWithoutIndex:
    """The bot before the first `newsquote rebuild`."""

    @pytest.fixture
    def following(self) -> NoIndex:
        """An index that cannot be opened."""
        return NoIndex(NoSnapshotError("There is no index.", remedy="Run `newsquote rebuild`."))

    async def test_usual_dates_are_suggested_and_no_headlines(self, newsroom: Newsroom) -> None:
        """What needs no index."""
        assert await offered(newsroom, "query", "kim") == []
        assert (await offered(newsroom, "after", ""))[:1] == ["today"]


class TestRealIndex:
    """Over a real index."""

    @pytest.fixture
    def live(self, tmp_path: Path) -> Iterator[ScriptedLive]:
        """Serves three items, two of one title."""
        (tmp_path / "ferry").mkdir()
        news = [
            News("The ferry left at noon.", "2024-03-04", "Wire", "Ferry: “gone” -and forgotten"),
            News("It was seen at night.", "2024-03-06", "Post", "A ferry at night"),
            News("It was seen again.", "2024-03-05", "Post", "A ferry at night"),
            News("A bakery won a prize."),
        ]
        searcher = opened(tmp_path / "ferry", news, load_encoder())
        yield ScriptedLive(searcher)
        searcher.close()

    async def test_what_is_suggested_is_found(self, newsroom: Newsroom) -> None:
        """The newest first, each once; a headline with operators in it finds its own item."""
        await until(lambda: newsroom.bot.answering.headlines.titles)
        values = await offered(newsroom, "query", "ferry")
        assert values == ["Ferry gone and forgotten", "A ferry at night"]
        assert await offered(newsroom, "query", "") == list(reversed(values))
        result = await newsroom.alice.slash(newsroom.channel, "search", query=values[0])
        assert "> The ferry left at noon." in texts(result.response)[2].replace("**", "")
        days = (await offered(newsroom, "after", "2024"))[1:]
        assert days == ["2024-03-06", "2024-03-05", "2024-03-04"]
