"""Questions in messages: where we answer, what we ignore, and what a failure looks like."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from simcord.backend.models.message import AllowedMentions
from simcord.builders import ChannelHandle

from bot import rendering
from index.errors import NoSnapshotError, QuestionError
from scripted import NoIndex, texts

if TYPE_CHECKING:
    import discord

    from newsroom import Newsroom


FIRST = ["> Sentence number 1 speaks of **Kim** and of Putin.", "-# `news.txt:1`"]


def is_answer(message: discord.Message | None) -> bool:
    """Whether the message holds the first quote with its source line."""
    return message is not None and texts(message)[1:3] == FIRST


async def test_mention_in_a_channel_is_answered_as_a_reply(newsroom: Newsroom) -> None:
    """The bot types, replies to the very message, pings nobody, and leaves its mention out."""
    asked = await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Where is Kim ?")
    reply = newsroom.channel.last_message
    assert is_answer(reply)
    assert reply is not None
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert reply.mentions == []
    assert newsroom.searcher.asked == ["Where is Kim ?"]
    calls = [call.path for call in newsroom.env.http_requests if call.method == "POST"]
    assert [path.rsplit("/", 1)[1] for path in calls[-2:]] == ["typing", "messages"]


async def test_no_message_may_ping(newsroom: Newsroom) -> None:
    """Every message that we send forbids every kind of ping."""
    await newsroom.ask("Kim?")
    (sent,) = [c.json for c in newsroom.env.http_requests if c.path.endswith("/messages")]
    assert sent is not None
    assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_mention_in_a_thread_is_answered_there(newsroom: Newsroom) -> None:
    """A question in a thread is answered in the thread."""
    backend = newsroom.env.backend
    thread = backend.create_thread(newsroom.channel.id, "aside", newsroom.alice.id)
    handle = ChannelHandle(newsroom.env, newsroom.guild, thread)
    await newsroom.alice.send(handle, f"{newsroom.mention} Kim?")
    assert is_answer(handle.last_message)


async def test_mention_in_a_forum_post_is_answered_there(newsroom: Newsroom) -> None:
    """A question in a forum's post is answered in the post."""
    forum = newsroom.guild.create_forum_channel("questions")
    post = newsroom.env.backend.create_thread(forum.id, "Kim", newsroom.alice.id)
    handle = ChannelHandle(newsroom.env, newsroom.guild, post)
    await newsroom.alice.send(handle, f"{newsroom.mention} Kim?")
    assert is_answer(handle.last_message)


async def test_direct_message_needs_no_mention(newsroom: Newsroom) -> None:
    """In a direct message everything is a question."""
    await newsroom.alice.send_dm("What about Kim ?")
    assert is_answer(newsroom.alice.user.dm_channel.last_message)
    assert newsroom.searcher.asked == ["What about Kim ?"]


async def test_reply_with_a_ping_is_a_question(newsroom: Newsroom) -> None:
    """Who replies to the bot with a ping need not write its name."""
    first = await newsroom.ask("Kim?")
    await newsroom.bob.send(newsroom.channel, "Where will Kim go?", reply_to=first)
    assert newsroom.searcher.asked[-1] == "Where will Kim go?"
    assert is_answer(newsroom.channel.last_message)


async def test_reply_without_a_ping_is_not_for_us(newsroom: Newsroom) -> None:
    """A reply whose ping is switched off goes unanswered."""
    first = await newsroom.ask("Kim?")
    before = len(newsroom.channel.history())
    newsroom.env.backend.create_message(
        newsroom.channel.id,
        newsroom.bob.id,
        "I see.",
        reference={"channel_id": str(newsroom.channel.id), "message_id": str(first.id)},
        allowed_mentions=AllowedMentions(replied_user=False),
    )
    await newsroom.env.settle()
    assert len(newsroom.channel.history()) == before + 1


@pytest.mark.parametrize("text", ["@everyone Kim?", "@here Kim?", "Kim?", "<@&{role}> Kim?"])
async def test_others_are_not_answered(newsroom: Newsroom, text: str) -> None:
    """@everyone, a role's mention and plain talk are not questions to us."""
    role = newsroom.guild.create_role("readers", mentionable=True)
    await newsroom.alice.send(newsroom.channel, text.format(role=role.id))
    assert len(newsroom.channel.history()) == 1


async def test_bots_are_not_answered(newsroom: Newsroom) -> None:
    """Another bot that mentions us gets no answer, so that two bots cannot talk for ever."""
    robot = newsroom.guild.add_member(newsroom.env.create_user("robot", bot=True))
    await robot.send(newsroom.channel, f"{newsroom.mention} Kim?")
    assert newsroom.searcher.asked == []


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_bare_mention_gets_the_how_to(newsroom: Newsroom, text: str) -> None:
    """A mention without a question is told how to ask."""
    reply = await newsroom.ask(text)
    assert texts(reply)[0].replace("\\", "") == rendering.HOW_TO
    assert newsroom.searcher.asked == []


async def test_names_stand_for_mentions(newsroom: Newsroom) -> None:
    """Other people, channels and custom emoji reach the searcher as their names."""
    await newsroom.ask(f"did {newsroom.bob.mention} say <:kim:123> in <#{newsroom.channel.id}>?")
    assert newsroom.searcher.asked == ["did bob say :kim: in #news?"]


async def test_question_error_is_shown_as_it_is(newsroom: Newsroom) -> None:
    """What is wrong with a question is said in the error's own words."""
    newsroom.searcher.error = QuestionError(
        "The question has no word in it.", remedy="Ask in words."
    )
    reply = await newsroom.ask("🙂")
    assert texts(reply) == ["The question has no word in it. Ask in words."]


async def test_unexpected_error_names_an_incident(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """The user reads one sentence with an id; the log has the traceback under that id."""
    newsroom.searcher.error = RuntimeError("secret path /srv/x")
    with caplog.at_level(logging.ERROR):
        (text,) = texts(await newsroom.ask("Kim?"))
    assert text.startswith("Something went wrong \\(incident ")
    incident = text.split("incident ")[1][:6]
    (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert record.getMessage() == f"incident {incident}"
    assert record.exc_info is not None
    assert "srv" not in text


async def test_question_is_not_logged(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """By default no record holds the question's text, not even at DEBUG or after an error."""
    newsroom.searcher.error = RuntimeError("boom")
    with caplog.at_level(logging.DEBUG, logger="bot"):
        await newsroom.ask("zyzzyva?")
    assert caplog.records
    assert "zyzzyva" not in caplog.text


async def test_question_is_logged_where_the_owner_wants_it(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """NEWSQUOTE_LOG_QUESTIONS=1 puts the text into the log."""
    await newsroom.restart(newsroom.settings.model_copy(update={"log_questions": True}))
    with caplog.at_level(logging.INFO, logger="bot"):
        await newsroom.ask("zyzzyva?")
    assert "zyzzyva" in caplog.text


async def test_busy_is_said_at_once(newsroom: Newsroom) -> None:
    """When every place is taken, the next one is told so, and those inside are answered."""
    settings = newsroom.settings.model_copy(update={"workers": 1, "queue": 0})
    await newsroom.restart(settings)
    newsroom.searcher.gate = threading.Event()
    backend, channel = newsroom.env.backend, newsroom.channel.id
    backend.create_message(channel, newsroom.alice.id, f"{newsroom.mention} one?")
    backend.create_message(channel, newsroom.bob.id, f"{newsroom.mention} two?")
    threading.Timer(0.3, newsroom.searcher.gate.set).start()
    await newsroom.env.settle()
    replies = [texts(m)[0] for m in newsroom.channel.history()[2:]]
    assert replies == [
        "Too many questions are waiting. Please ask again in a minute.",
        "**The corpus says:**",
    ]


async def test_missing_typing_permission_does_not_stop_the_answer(newsroom: Newsroom) -> None:
    """A refused typing indicator is no reason not to answer."""
    newsroom.env.inject_error("POST", "/channels/*/typing", status=403, code=50013)
    assert is_answer(await newsroom.ask("Kim?"))


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (403, 50001), (404, 10003)])
async def test_refused_reply_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    """Where we may not write, one line of the log says so and nothing is raised."""
    newsroom.env.inject_error(
        "POST", "/channels/*/messages", status=status, code=code, message="refused", times=None
    )
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Kim?")
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert len(newsroom.channel.history()) == 1


@pytest.mark.parametrize(("status", "code"), [(400, 50035), (404, 10008), (400, 160002)])
async def test_lost_reference_is_left_out(newsroom: Newsroom, status: int, code: int) -> None:
    """When the asking message is gone, the answer is sent without a reference to it."""
    newsroom.env.inject_error(
        "POST", "/channels/*/messages", status=status, code=code, message="unknown message"
    )
    reply = await newsroom.ask("Kim?")
    assert is_answer(reply)
    assert reply.reference is None


async def test_nothing_is_answered_while_closing(newsroom: Newsroom) -> None:
    """From the moment that the bot drains, new messages are left alone."""
    assert await newsroom.bot.in_flight.drain(1)
    await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Kim?")
    assert newsroom.searcher.asked == []


class TestWithoutIndex:
    """The bot before the first `newsquote rebuild`."""

    @pytest.fixture
    def following(self) -> NoIndex:
        """An index that cannot be opened."""
        return NoIndex(
            NoSnapshotError("There is no index in .newsquote.", remedy="Run `newsquote rebuild`.")
        )

    async def test_user_hears_that_the_index_is_away(self, newsroom: Newsroom) -> None:
        """The sentence names no path and no command of the owner."""
        (text,) = texts(await newsroom.ask("Kim?"))
        assert text.startswith("The index cannot be used just now \\(incident ")
