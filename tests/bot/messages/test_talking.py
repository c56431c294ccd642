"""A reply follows its question: edited, deleted, over a restart, and while it is being answered."""

from __future__ import annotations

import logging
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot import rendering, store
from bot.kept import guilds
from scripted import texts, until

if TYPE_CHECKING:
    import discord

    from newsroom import Newsroom


def rows(newsroom: Newsroom) -> tuple[int, int]:
    """Count the kept answers, and the replies that follow a message."""
    db = sqlite3.connect(newsroom.settings.data_file)
    counted = db.execute("SELECT (SELECT count(*) FROM reply), (SELECT count(*) FROM asked)")
    answers, links = counted.fetchone()
    db.close()
    return answers, links


def said(newsroom: Newsroom) -> list[str]:
    """Return what the bot says in the channel: the text of each of its messages."""
    return [
        "\n".join(texts(message))
        for message in newsroom.channel.history()
        if message.author.id == newsroom.env.backend.bot_user.id
    ]


async def asks(newsroom: Newsroom, text: str) -> discord.Message:
    """Let alice mention the bot, and return what she wrote."""
    return await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} {text}")


async def edits(newsroom: Newsroom, message: discord.Message, text: str) -> None:
    """Let alice edit her question, which mentions the bot still."""
    await newsroom.alice.edit(message, f"{newsroom.mention} {text}")


async def test_an_edited_question_is_answered_in_the_same_reply(newsroom: Newsroom) -> None:
    """The reply changes in place; the answer to the earlier question is kept no more."""
    asked = await asks(newsroom, "Kim?")
    before = newsroom.channel.last_message
    await edits(newsroom, asked, "Putin?")
    after = newsroom.channel.last_message
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert len(newsroom.channel.history()) == 2
    assert "speaks of Kim and of **Putin**." in said(newsroom)[0]
    assert newsroom.searcher.asked == ["Kim?", "Putin?"]
    assert rows(newsroom) == (1, 1)
    await newsroom.alice.click(after, label="Next")
    assert "Sentence number 6" in said(newsroom)[0]


async def test_it_follows_after_a_restart(newsroom: Newsroom) -> None:
    """What belongs together is in the file, not in memory."""
    asked = await asks(newsroom, "Kim?")
    await newsroom.restart()
    await edits(newsroom, asked, "Putin?")
    assert len(newsroom.channel.history()) == 2
    assert "**Putin**" in said(newsroom)[0]
    await newsroom.restart()
    await newsroom.alice.delete(asked)
    assert newsroom.channel.history() == []
    assert rows(newsroom) == (0, 0)


async def test_it_follows_in_direct_messages(newsroom: Newsroom) -> None:
    """There no mention is needed."""
    asked = await newsroom.alice.send_dm("Kim?")
    await newsroom.alice.user.edit(asked, "Putin?")
    channel = newsroom.alice.user.dm_channel
    assert [message.author.bot for message in channel.history()] == [False, True]
    assert newsroom.searcher.asked == ["Kim?", "Putin?"]
    await newsroom.alice.user.delete(asked)
    assert channel.history() == []


async def test_a_bare_mention_becomes_a_question(newsroom: Newsroom) -> None:
    """What said how to ask becomes the answer."""
    asked = await asks(newsroom, "")
    assert said(newsroom)[0].replace("\\", "") == rendering.HOW_TO
    await edits(newsroom, asked, "Kim?")
    assert len(newsroom.channel.history()) == 2
    assert "**Kim**" in said(newsroom)[0]


async def test_what_asks_no_longer_loses_its_reply(newsroom: Newsroom) -> None:
    """Without our mention, the message is as if it had never asked."""
    asked = await asks(newsroom, "Kim?")
    await newsroom.alice.edit(asked, "never mind")
    assert said(newsroom) == []
    assert rows(newsroom) == (0, 0)
    await edits(newsroom, asked, "Putin?")
    assert said(newsroom) == []
    assert newsroom.searcher.asked == ["Kim?"]


async def test_a_deleted_question_takes_its_reply_along(newsroom: Newsroom) -> None:
    """Others' stay."""
    asked = await asks(newsroom, "Kim?")
    await newsroom.bob.send(newsroom.channel, f"{newsroom.mention} Putin?")
    await newsroom.alice.delete(asked)
    (left,) = said(newsroom)
    assert "**Putin**" in left
    assert rows(newsroom) == (1, 1)


async def test_questions_deleted_together_take_their_replies_along(newsroom: Newsroom) -> None:
    """A moderator cleans up."""
    first, second = await asks(newsroom, "Kim?"), await asks(newsroom, "Putin?")
    newsroom.env.backend.bulk_delete_messages(newsroom.channel.id, [first.id, second.id])
    await newsroom.env.settle()
    assert newsroom.channel.history() == []
    assert rows(newsroom) == (0, 0)


async def test_a_deleted_reply_does_not_come_back(newsroom: Newsroom) -> None:
    """Who deletes our reply wants it gone, also where the question is edited afterwards."""
    asked = await asks(newsroom, "Kim?")
    reply = newsroom.channel.last_message
    assert reply is not None
    newsroom.env.backend.delete_message(newsroom.channel.id, reply.id)
    await newsroom.env.settle()
    await edits(newsroom, asked, "Putin?")
    assert said(newsroom) == []


async def test_a_reply_that_is_gone_is_no_error(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Deleted while we were away: then its question goes, too (10008)."""
    asked = await asks(newsroom, "Kim?")
    newsroom.env.inject_error("DELETE", "/channels/*/messages/*", status=404, code=10008)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.delete(asked)
    assert rows(newsroom) == (0, 0)
    assert caplog.records == []


@pytest.mark.parametrize("edited", [False, True])
async def test_an_unfolded_link_asks_nothing(newsroom: Newsroom, *, edited: bool) -> None:
    """Discord adds a preview to the message, which is no edit, or no new one."""
    asked = await asks(newsroom, "Kim? https://news.example/")
    if edited:
        await edits(newsroom, asked, "Putin? https://news.example/")
    before = list(newsroom.searcher.asked)
    preview = {"embeds": [{"type": "link", "url": "https://news.example/"}]}
    newsroom.env.backend.edit_message(newsroom.channel.id, asked.id, preview)
    await newsroom.env.settle()
    assert newsroom.searcher.asked == before


async def test_others_edits_ask_nothing(newsroom: Newsroom) -> None:
    """A message that we never replied to does not ask by being edited."""
    message = await newsroom.alice.send(newsroom.channel, "Kim?")
    await edits(newsroom, message, "Putin?")
    assert newsroom.searcher.asked == []


async def test_edits_count_for_the_cool_down(newsroom: Newsroom) -> None:
    """The reply says when to ask again, in place of an answer that is no longer asked for."""
    await newsroom.restart(newsroom.settings.model_copy(update={"user_rate": "2/60s"}))
    asked = await asks(newsroom, "one?")
    await edits(newsroom, asked, "two?")
    await edits(newsroom, asked, "three?")
    assert newsroom.searcher.asked == ["one?", "two?"]
    (reply,) = said(newsroom)
    assert "The corpus says" not in reply
    assert len(newsroom.channel.history()) == 2


async def test_nothing_follows_while_closing(newsroom: Newsroom) -> None:
    """From the moment that the bot drains, edits are left alone."""
    asked = await asks(newsroom, "Kim?")
    assert await newsroom.bot.in_flight.drain(1)
    await edits(newsroom, asked, "Putin?")
    assert newsroom.searcher.asked == ["Kim?"]


async def test_a_failing_store_stops_no_answer(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """The reply is sent and does not follow; lines of the log say so."""
    asked = await asks(newsroom, "Kim?")
    await newsroom.fill_disk()
    with caplog.at_level(logging.WARNING, logger="bot.messages.talking"):
        await edits(newsroom, asked, "Putin?")
        await newsroom.alice.delete(asked)
        await asks(newsroom, "Putin?")
    assert "**Putin**" in said(newsroom)[-1]
    logged = [record for record in caplog.records if record.name == "bot.messages.talking"]
    assert len(logged) >= 3
    assert {record.levelname for record in logged} == {"WARNING"}


async def test_what_is_too_old_follows_no_more(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link goes when the answer goes."""
    asked = await asks(newsroom, "Kim?")
    monkeypatch.setattr(store, "KEPT_S", -1)
    monkeypatch.setattr("bot.kept.asked.KEPT_S", -1)
    await edits(newsroom, asked, "Putin?")
    assert newsroom.searcher.asked == ["Kim?"]
    await newsroom.env.advance_time(3600)
    assert rows(newsroom) == (0, 0)


async def test_leaving_a_server_forgets_its_links(newsroom: Newsroom) -> None:
    """Nothing of the place is kept."""
    await asks(newsroom, "Kim?")
    await newsroom.alice.send_dm("Kim?")
    assert rows(newsroom) == (2, 2)
    await guilds.leave(newsroom.bot.store, newsroom.guild.id)
    assert rows(newsroom) == (2, 1)


class TestMeanwhile:
    """What comes while the question is being answered."""

    @pytest.fixture
    def gate(self, newsroom: Newsroom) -> threading.Event:
        """Holds every answer back until it is set."""
        newsroom.searcher.gate = threading.Event()
        return newsroom.searcher.gate

    async def begin(self, newsroom: Newsroom, text: str) -> Any:
        """Let alice ask, and wait until the question is being answered."""
        backend = newsroom.env.backend
        message = backend.create_message(
            newsroom.channel.id, newsroom.alice.id, f"{newsroom.mention} {text}"
        )
        await until(lambda: newsroom.searcher.asked)
        return message

    def edit(self, newsroom: Newsroom, message: Any, text: str) -> None:
        """Let alice edit, without waiting for the answer."""
        newsroom.env.backend.edit_message(
            newsroom.channel.id, message.id, {"content": f"{newsroom.mention} {text}"}
        )

    async def test_the_newest_edit_wins(self, newsroom: Newsroom, gate: threading.Event) -> None:
        """One reply, to what the message says now; what came between is never searched for."""
        message = await self.begin(newsroom, "one?")
        for text in ("two?", "three?", "number?"):
            self.edit(newsroom, message, text)
        threading.Timer(0.2, gate.set).start()
        await newsroom.env.settle()
        (reply,) = said(newsroom)
        assert "**number**" in reply
        assert newsroom.searcher.asked == ["one?", "number?"]
        assert rows(newsroom)[1] == 1
        await newsroom.restart()
        await newsroom.alice.delete(newsroom.channel.history()[0])
        assert newsroom.channel.history() == []

    async def test_an_edit_back_is_answered(
        self, newsroom: Newsroom, gate: threading.Event
    ) -> None:
        """Also where the message says again what was asked first."""
        message = await self.begin(newsroom, "number?")
        self.edit(newsroom, message, "two?")
        self.edit(newsroom, message, "number?")
        threading.Timer(0.2, gate.set).start()
        await newsroom.env.settle()
        (reply,) = said(newsroom)
        assert "**number**" in reply

    async def test_a_preview_does_not_disturb(
        self, newsroom: Newsroom, gate: threading.Event
    ) -> None:
        """The answer that is under way is sent."""
        message = await self.begin(newsroom, "number?")
        newsroom.env.backend.edit_message(
            newsroom.channel.id, message.id, {"embeds": [{"type": "link"}]}
        )
        threading.Timer(0.2, gate.set).start()
        await newsroom.env.settle()
        assert newsroom.searcher.asked == ["number?"]
        assert len(said(newsroom)) == 1

    async def test_a_deleted_question_gets_no_reply(
        self, newsroom: Newsroom, gate: threading.Event
    ) -> None:
        """What was said of its place in the queue would go, too."""
        message = await self.begin(newsroom, "one?")
        newsroom.env.backend.delete_message(newsroom.channel.id, message.id)
        threading.Timer(0.2, gate.set).start()
        await newsroom.env.settle()
        assert newsroom.channel.history() == []
        assert rows(newsroom)[1] == 0

    async def test_what_asks_no_longer_gets_no_reply(
        self, newsroom: Newsroom, gate: threading.Event
    ) -> None:
        """The mention went before the answer came."""
        message = await self.begin(newsroom, "one?")
        newsroom.env.backend.edit_message(newsroom.channel.id, message.id, {"content": "no"})
        threading.Timer(0.2, gate.set).start()
        await newsroom.env.settle()
        assert said(newsroom) == []
