"""The menu Show…: under refusals, searches and timelines, one passage opens in private."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import walk_components

from bot.buttons.show_views import ShowSelect
from bot.escaping import size
from index.place import Place
from index.records import Citation, Metadata, Quote, Verdict
from scripted import ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from simcord.results import InteractionResult

    from newsroom import Newsroom

DAY = datetime(2026, 11, 17, tzinfo=UTC)


def options(message: object) -> list[dict[str, Any]]:
    """Return the options of the menu under a message, none where it has none."""
    components: list[Any] = list(getattr(message, "components", ()))
    parts = walk_components([c if isinstance(c, dict) else c.to_dict() for c in components])
    return [option for part in parts if part["type"] == 3 for option in part["options"]]


def told(pressed: InteractionResult) -> str:
    """Return what a choice is answered with, which must be in private."""
    assert pressed.response is not None
    assert pressed.response.ephemeral
    return "\n".join(texts(pressed.response)).replace("\\", "")


async def refuse(newsroom: Newsroom, lines: Sequence[str]) -> discord.Message:
    """Let the bot refuse a question; these lines are the closest."""
    root = newsroom.searcher.root
    closest = write_corpus(root, lines, "bus.txt")
    newsroom.live.following.append(ScriptedSearcher(root, closest, verdict=Verdict.NOT_FOUND))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    return await newsroom.ask("Where is Vermont?")


async def test_what_is_closest_is_listed_with_its_id(newsroom: Newsroom) -> None:
    """The id stands below each, for /cite; the menu names each by its words and its place."""
    refusal = await refuse(newsroom, ["A bus rolled over.", "A tram stood still."])
    assert [text for text in texts(refusal) if "/cite" in text] == [
        "-# `bus.txt:1`\n-# /cite `passage1`",
        "-# `bus.txt:2`\n-# /cite `passage2`",
    ]
    assert [(each["label"], each["value"], each["description"]) for each in options(refusal)] == [
        ("A bus rolled over.", "passage1", "bus.txt:1"),
        ("A tram stood still.", "passage2", "bus.txt:2"),
    ]


async def test_a_choice_opens_in_private(newsroom: Newsroom) -> None:
    """Whoever chooses sees the passage, its id and its place; the refusal stays; it can be shared.

    The press is taken first.
    """
    refusal = await refuse(newsroom, ["A bus rolled over.", "A tram stood still."])
    before, requests = texts(refusal), len(newsroom.env.http_requests)
    chosen = await newsroom.bob.select(refusal, ["passage2"])
    shown = told(chosen)
    assert shown.startswith("**Passage** `passage2`\n> A tram stood still.\n-# `bus.txt:2`")
    assert texts(newsroom.channel.last_message) == before
    first = newsroom.env.http_requests[requests]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert buttons(chosen.response) == {"Share": True}


async def test_a_shown_passage_is_shared(newsroom: Newsroom) -> None:
    """It is looked up again, and says who shared it."""
    refusal = await refuse(newsroom, ["A bus rolled over."])
    chosen = await newsroom.bob.select(refusal, ["passage1"])
    assert chosen.response is not None
    await newsroom.restart()
    await newsroom.bob.click(chosen.response, label="Share")
    shown = texts(newsroom.channel.last_message)
    assert shown[:3] == ["-# Shared by bob", "**Passage** `passage1`", "> A bus rolled over."]


async def test_it_works_after_a_restart_and_when_the_reply_is_gone(newsroom: Newsroom) -> None:
    """What a choice needs is in the message itself."""
    refusal = await refuse(newsroom, ["A bus rolled over."])
    async with newsroom.bot.store.writing() as db:
        await db.exec_driver_sql("DELETE FROM reply")
    await newsroom.restart()
    assert "A bus rolled over." in told(await newsroom.alice.select(refusal, ["passage1"]))


async def test_a_passage_that_is_gone_says_so(newsroom: Newsroom) -> None:
    """In its file, or from the index that serves by now."""
    refusal = await refuse(newsroom, ["A bus rolled over."])
    (newsroom.searcher.root / "bus.txt").unlink()
    chosen = await newsroom.alice.select(refusal, ["passage1"])
    assert "The passage `passage1` no longer stands" in told(chosen)
    root = newsroom.searcher.root
    newsroom.live.following.append(ScriptedSearcher(root, []))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert "No passage has the id `passage1`." in told(
        await newsroom.alice.select(refusal, ["passage1"])
    )


async def test_a_search_shows_what_its_page_lists(newsroom: Newsroom) -> None:
    """Five a page; the next page has its own."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim")
    page = result.response
    assert page is not None
    assert [each["value"] for each in options(page)] == [f"passage{n}" for n in range(1, 6)]
    await newsroom.alice.click(page, label="Next")
    assert [each["value"] for each in options(page)] == [f"passage{n}" for n in range(6, 11)]
    assert "number 7 " in told(await newsroom.bob.select(page, ["passage7"]))


async def test_a_timeline_shows_what_its_page_lists(newsroom: Newsroom) -> None:
    """As a search does."""
    result = await newsroom.alice.slash(newsroom.channel, "timeline", topic="Kim")
    assert len(options(result.response)) == 5


async def test_answers_have_none(newsroom: Newsroom) -> None:
    """Their quotes have Context."""
    assert options(await newsroom.ask("Kim?")) == []


async def test_a_late_choice_is_quiet(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """One that has expired (10062) costs one line of the log."""
    refusal = await refuse(newsroom, ["A bus rolled over."])
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.select(refusal, ["passage1"])
    assert [record.levelname for record in caplog.records] == ["WARNING"]


texts_of = st.text(min_size=1, max_size=300).filter(str.strip) | st.sampled_from(
    ["@everyone <@1>", "\u202egnp", "🙂" * 80, "[x](https://evil.example)", "\u200b"]
)
quotes = st.builds(
    Quote,
    texts_of,
    st.text("0123456789abcdef", min_size=20, max_size=20),
    st.just(0.5),
    st.builds(
        Citation,
        st.builds(Place, texts_of, st.just(1), st.just(2), st.just(0), st.just(1)),
        st.just(""),
        st.builds(Metadata, st.none() | texts_of, st.none() | texts_of, st.none() | st.just(DAY)),
    ),
)


@given(st.lists(quotes, min_size=1, max_size=5))
async def test_options_are_inside_discords_limits(shown: list[Quote]) -> None:
    """Label, description and value of 1 to 100 characters that can be sent; each passage once."""
    menu = ShowSelect([*shown, *shown]).to_component_dict()
    assert [each["value"] for each in menu["options"]] == list(
        dict.fromkeys(quote.passage_id for quote in shown)
    )
    for option in menu["options"]:
        for part in ("label", "description", "value"):
            assert 1 <= size(option[part]) <= 100
    json.dumps(menu).encode().decode("utf-8")
    assert "\u202e" not in json.dumps(menu, ensure_ascii=False)
