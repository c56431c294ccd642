"""Context, More and Newest: from a kept reply to more of the corpus, also after a restart."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import discord
import pytest

from bot import store
from bot.kept import rules
from dated_news import News, opened
from index.encoders.loading import load_encoder
from index.records import SnapshotInfo
from index.retrieval.recency import Sort
from scripted import BUILT, ScriptedLive, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simcord.results import InteractionResult

    from newsroom import Newsroom

QUESTION = "How many people were aboard the Calder ferry?"
FIRST = (
    "The Calder ferry left the harbor at noon. There were 41 people aboard the Calder ferry. "
    "It sank before night fell."
)
NEWS = (
    FIRST,
    "A bakery in Sorrel Street won the prize for rye bread.",
    "The ferry company of Calder said that its ferry had been checked in spring.",
)
DAYS = ("2024-03-04", "2024-03-05", "2024-03-06")
GONE = "has changed on disk since it was indexed and is not shown."
EXPIRED = "This answer is no longer kept. Please ask again."


def plain(message: object) -> str:
    """Return a message's text without its escapes and bold."""
    return "\n".join(texts(message)).replace("\\", "").replace("**", "")


def told(pressed: InteractionResult) -> str:
    """Return what a press is answered with, which must be in private."""
    (told, *_) = [*pressed.followups, pressed.response]
    assert told is not None
    assert told.ephemeral
    return plain(told)


class TestContext:
    """What stands around a quote, over a real index."""

    @pytest.fixture
    def live(self, tmp_path: Path) -> Iterator[ScriptedLive]:
        """Serves three items, a line each."""
        (tmp_path / "ferry").mkdir()
        news = [News(text, day) for text, day in zip(NEWS, DAYS, strict=True)]
        searcher = opened(tmp_path / "ferry", news, load_encoder())
        yield ScriptedLive(searcher)
        searcher.close()

    async def test_the_lines_around_stand_in_place(self, newsroom: Newsroom) -> None:
        """Before the quote the rest of its line, then the quote, its source, what comes after."""
        reply = await newsroom.ask(QUESTION)
        before = len(newsroom.channel.history())
        pressed = await newsroom.alice.click(reply, label="Context")
        assert pressed.followups == []
        assert len(newsroom.channel.history()) == before
        now = newsroom.channel.last_message
        shown = plain(now)
        parts = (
            "What stands around the quotes:",
            "-# Before it · `news.txt:1`\n> The Calder ferry left the harbor at noon.",
            "> There were 41 people aboard the Calder ferry.\n-# 4 Mar 2024 · `news.txt:1`",
            "-# After it · `news.txt:1-5`\n> It sank before night fell.",
        )
        places = [shown.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)

    async def test_pressed_again_it_goes_back(self, newsroom: Newsroom) -> None:
        """The button says Quotes then; the others stay, and the quotes come back as they were."""
        reply = await newsroom.ask(QUESTION)
        before, row = texts(reply), buttons(reply)
        await newsroom.alice.click(reply, label="Context")
        now = newsroom.channel.last_message
        assert now is not None
        assert buttons(now) == {("Quotes" if k == "Context" else k): v for k, v in row.items()}
        await newsroom.alice.click(now, label="Quotes")
        assert texts(newsroom.channel.last_message) == before
        assert buttons(newsroom.channel.last_message) == row

    async def test_others_get_it_in_private(self, newsroom: Newsroom) -> None:
        """What stands in the channel stays; their copy has no buttons."""
        reply = await newsroom.ask(QUESTION)
        before = texts(reply)
        pressed = await newsroom.bob.click(reply, label="Context")
        assert "left the harbor at noon" in told(pressed)
        assert buttons(pressed.followups[0]) == {}
        assert texts(newsroom.channel.last_message) == before
        await newsroom.alice.click(reply, label="Context")
        last = newsroom.channel.last_message
        assert last is not None
        assert told(await newsroom.bob.click(last, label="Quotes")).startswith("Only the person")

    async def test_it_works_after_a_restart(self, newsroom: Newsroom) -> None:
        """A new process shows and leaves the context of answers that it never gave."""
        reply = await newsroom.ask(QUESTION)
        await newsroom.restart()
        await newsroom.alice.click(reply, label="Context")
        assert "What stands around" in plain(newsroom.channel.last_message)
        await newsroom.restart()
        await newsroom.alice.click(reply, label="Quotes")
        assert "What stands around" not in plain(newsroom.channel.last_message)

    async def test_a_quote_that_is_gone_says_so(self, newsroom: Newsroom, tmp_path: Path) -> None:
        """Where the file changed or is gone, nothing around it is shown."""
        reply = await newsroom.ask(QUESTION)
        shutil.rmtree(tmp_path / "ferry" / "corpus")
        await newsroom.alice.click(reply, label="Context")
        now = plain(newsroom.channel.last_message)
        assert "The quotes have changed." in now
        assert "have changed on disk since they were indexed and are not shown." in now
        assert "ferry left" not in now

    async def test_another_snapshot_serves_meanwhile(
        self, newsroom: Newsroom, tmp_path: Path
    ) -> None:
        """The snapshot of the quotes is gone: the file still tells, and the newer is named."""
        reply = await newsroom.ask(QUESTION)
        encoder = load_encoder()
        (tmp_path / "later").mkdir()
        later = opened(tmp_path / "later", [News("Other news.", "2024-05-01")], encoder)
        corpus = tmp_path / "later" / "corpus"
        shutil.copy(tmp_path / "ferry" / "corpus" / "news.txt", corpus / "news.txt")
        newsroom.live.following.append(later)
        await newsroom.env.advance_time(newsroom.settings.reload_s)
        await newsroom.alice.click(reply, label="Context")
        now = texts(newsroom.channel.last_message)
        assert any("left the harbor at noon" in text for text in now)
        assert f"snapshot `{later.info.id}`" in now[-1]
        later.close()

    async def test_no_more_than_kept(
        self, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After thirty days the presser hears that, in private; the answer stays."""
        reply = await newsroom.ask(QUESTION)
        before = texts(reply)
        monkeypatch.setattr(store, "KEPT_S", -1)
        assert told(await newsroom.alice.click(reply, label="Context")) == EXPIRED
        assert texts(newsroom.channel.last_message) == before

    async def test_a_late_press_is_quiet(
        self, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A press that has expired (10062) costs one line of the log."""
        reply = await newsroom.ask(QUESTION)
        newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        with caplog.at_level(logging.WARNING, logger="bot"):
            await newsroom.alice.click(reply, label="Context")
        assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_context_of_the_second_page(newsroom: Newsroom) -> None:
    """Up to three of its quotes are shown, the others are said to have no room; Quotes leads to it.

    Seven quotes of one line each stand alone in the scripted index.
    """
    reply = await newsroom.ask("Kim?")
    await newsroom.alice.click(reply, label="Next")
    await newsroom.alice.click(reply, label="Context")
    now = plain(newsroom.channel.last_message)
    assert [n for n in range(1, 13) if f"number {n} " in now] == [6, 7, 8]
    assert "Other quotes of this page have no room here." in now
    assert "Nothing stands before or after it." in now
    last = newsroom.channel.last_message
    assert last is not None
    await newsroom.alice.click(last, label="Quotes")
    assert "number 10 " in plain(newsroom.channel.last_message)


async def test_a_quote_that_is_gone_leaves_the_others(newsroom: Newsroom) -> None:
    """One of five has changed; three of the others are shown."""
    reply = await newsroom.ask("Kim?")
    file = newsroom.searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"number 2 ", b"number 0 "))
    await newsroom.alice.click(reply, label="Context")
    now = plain(newsroom.channel.last_message)
    assert [n for n in range(13) if f"number {n} " in now] == [1, 3, 4]


async def test_more_lists_what_is_not_quoted(newsroom: Newsroom, tmp_path: Path) -> None:
    """In private, the best passages of the same question without those that the answer quotes."""
    reply = await newsroom.ask("Kim?")
    root = tmp_path / "corpus"
    info = SnapshotInfo("later", BUILT, None, 20)
    lines = write_corpus(root, [f"Line {n} has Kim." for n in range(1, 16)], "more.txt")
    newsroom.live.following.append(ScriptedSearcher(root, lines, info=info))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    before = texts(reply)
    pressed = await newsroom.bob.click(reply, label="More")
    shown = told(pressed)
    assert [n for n in range(1, 16) if f"Line {n} " in shown] == [13, 14, 15]
    assert shown.startswith("Q Kim?\n-# The index has changed since that reply.")
    assert "-# Without the passages that the reply quotes." in shown
    assert "snapshot `later`" in shown
    assert texts(newsroom.channel.last_message) == before


async def test_nothing_more_says_so(newsroom: Newsroom) -> None:
    """Every passage found is quoted already; the same snapshot has not changed."""
    reply = await newsroom.ask("Kim?")
    shown = told(await newsroom.alice.click(reply, label="More"))
    assert shown.startswith("Q Kim?\n-# Without the passages that the reply quotes.\nNothing found")
    assert "The index has changed" not in shown


async def test_newest_sorts_by_date(newsroom: Newsroom) -> None:
    """The same question is searched again, by date, in private, after a restart too."""
    reply = await newsroom.ask("Kim?")
    await newsroom.restart()
    pressed = await newsroom.alice.click(reply, label="Newest")
    assert "Page 1 of 3" in told(pressed)
    assert newsroom.searcher.asked == ["Kim?", "Kim?"]
    assert newsroom.searcher.sorts == [Sort.NEWEST]


@pytest.mark.parametrize("label", ["More", "Newest"])
async def test_a_listing_keeps_to_what_the_server_allows(newsroom: Newsroom, label: str) -> None:
    """The outlets that questions are limited to, as they are set by now."""
    reply = await newsroom.ask("Kim?")
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire"])
    shown = told(await newsroom.alice.click(reply, label=label))
    assert newsroom.searcher.asked[-1] == "source:Wire Kim?"
    assert shown.startswith("Q Kim?\n-# Only Wire, as this server is set.")


async def test_pages_of_a_listing_turn(newsroom: Newsroom) -> None:
    """They belong to whoever pressed, and can be shared."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim")
    assert result.response is not None
    pressed = await newsroom.bob.click(result.response, label="Newest")
    assert pressed.response is not None
    assert buttons(pressed.response)["Share"]
    await newsroom.bob.click(pressed.response, label="Next")
    assert "number 6 " in plain(pressed.response)
    assert buttons(pressed.response)["Share"]


@pytest.mark.parametrize("label", ["More", "Newest"])
async def test_a_listing_of_what_is_no_longer_kept(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    """After thirty days the presser hears that."""
    reply = await newsroom.ask("Kim?")
    monkeypatch.setattr(store, "KEPT_S", -1)
    assert told(await newsroom.alice.click(reply, label=label)) == EXPIRED


@pytest.mark.parametrize("label", ["More", "Newest"])
async def test_a_press_is_taken_before_anything_is_asked(newsroom: Newsroom, label: str) -> None:
    """Discord hears of us at once, so that a slow index does not lose the press."""
    reply = await newsroom.ask("Kim?")
    before = len(newsroom.env.http_requests)
    await newsroom.alice.click(reply, label=label)
    first, *others = newsroom.env.http_requests[before:]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert [call.method for call in others] == ["PATCH"]
