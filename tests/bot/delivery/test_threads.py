"""Answers in threads, channels where every question is answered, and posts of a forum."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.builders import ChannelHandle

from bot.delivery import threads
from bot.escaping import size
from bot.kept import rules
from bot.kept.rules import ChannelRules, ReplyMode
from bot.messages.questions import asks
from scripted import texts

if TYPE_CHECKING:
    from newsroom import Newsroom

ANSWER = "**The corpus says:**"
LEANS = "and when did he say that"


def thread_of(newsroom: Newsroom) -> ChannelHandle:
    """Return the one thread that there is."""
    guild = newsroom.env.backend.get_guild(newsroom.guild.id)
    (thread_id,) = guild.thread_ids
    thread = newsroom.env.backend.get_channel(thread_id)
    return ChannelHandle(newsroom.env, newsroom.guild, thread)


def answers(channel: ChannelHandle) -> list[str]:
    """Return what the bot answers in a channel or thread."""
    said = ["\n".join(texts(message)) for message in channel.history() if message.author.bot]
    return [text for text in said if ANSWER in text]


async def in_threads(newsroom: Newsroom) -> None:
    """Let the server want its answers in threads."""
    await rules.set_reply_mode(newsroom.bot.store, newsroom.guild.id, ReplyMode.THREAD)


async def reading_everything(newsroom: Newsroom) -> None:
    """Start the bot with the message-content intent."""
    await newsroom.restart(newsroom.settings.model_copy(update={"message_content": True}))


async def every_question(newsroom: Newsroom, channel_id: int) -> None:
    """Let every question in a channel be answered."""
    own = ChannelRules(every_question=True)
    await rules.set_channel(newsroom.bot.store, newsroom.guild.id, channel_id, own)


async def test_the_answer_goes_into_a_thread_on_the_question(newsroom: Newsroom) -> None:
    """Named by the question; in the channel stands nothing but the question."""
    await in_threads(newsroom)
    asked = await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Where is  Kim?")
    thread = thread_of(newsroom)
    assert thread.id == asked.id
    assert newsroom.env.backend.get_channel(thread.id).name == "Where is Kim?"
    assert len(answers(thread)) == 1
    assert answers(newsroom.channel) == []


async def test_buttons_work_in_the_thread(newsroom: Newsroom) -> None:
    """Pages turn there."""
    await in_threads(newsroom)
    await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Kim?")
    thread = thread_of(newsroom)
    assert thread.last_message is not None
    await newsroom.alice.click(thread.last_message, label="Next")
    assert "Sentence number 6" in "\n".join(texts(thread.last_message))


async def test_a_follow_up_in_the_thread_leans_on_the_answer(newsroom: Newsroom) -> None:
    """Without the intent it takes a mention; it opens no thread of its own, nor after a restart."""
    await in_threads(newsroom)
    await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Where will Kim meet Putin?")
    thread = thread_of(newsroom)
    await newsroom.restart()
    await newsroom.bob.send(thread, LEANS)
    assert len(newsroom.searcher.asked) == 1
    await newsroom.bob.send(thread, f"{newsroom.mention} {LEANS}")
    assert newsroom.searcher.asked[-1] == f"{LEANS} Kim, Putin, meet"
    assert len(answers(thread_of(newsroom))) == 2


async def test_a_follow_up_needs_no_mention_where_content_is_delivered(newsroom: Newsroom) -> None:
    """What asks nothing is left alone."""
    await in_threads(newsroom)
    await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Where will Kim meet Putin?")
    await reading_everything(newsroom)
    thread = thread_of(newsroom)
    await newsroom.bob.send(thread, "Thank you!")
    assert len(newsroom.searcher.asked) == 1
    await newsroom.bob.send(thread, LEANS)
    assert newsroom.searcher.asked[-1] == f"{LEANS} Kim, Putin, meet"


async def test_others_threads_are_left_alone(newsroom: Newsroom) -> None:
    """Although their content is delivered."""
    await reading_everything(newsroom)
    backend = newsroom.env.backend
    thread = backend.create_thread(newsroom.channel.id, "aside", newsroom.alice.id)
    handle = ChannelHandle(newsroom.env, newsroom.guild, thread)
    await newsroom.bob.send(handle, "Where is Kim?")
    assert newsroom.searcher.asked == []


async def test_where_no_thread_may_be_opened_the_answer_stands_in_place(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Known from the gateway: Discord is asked nothing that it must refuse."""
    await in_threads(newsroom)
    closed = discord.PermissionOverwrite(create_public_threads=False)
    channel = newsroom.guild.create_text_channel(
        "closed", overwrites={newsroom.guild.default_role: closed}
    )
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.send(channel, f"{newsroom.mention} Kim?")
    assert len(answers(channel)) == 1
    assert caplog.records == []


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (400, 160006), (404, 10008)])
async def test_a_refused_thread_leaves_the_answer_in_place(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    """One line of the log says why."""
    await in_threads(newsroom)
    path = "/channels/*/messages/*/threads"
    newsroom.env.inject_error("POST", path, status=status, code=code, message="refused")
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.ask("Kim?")
    assert len(answers(newsroom.channel)) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_thread_that_is_refused_to_write_in_leaves_the_answer_in_place(
    newsroom: Newsroom,
) -> None:
    """It was locked in the moment between (50013)."""
    await in_threads(newsroom)
    asked = newsroom.env.backend.create_message(
        newsroom.channel.id, newsroom.alice.id, f"{newsroom.mention} Kim?"
    )
    newsroom.env.inject_error(
        "POST", f"/channels/{asked.id}/messages", status=403, code=50013, times=3
    )
    await newsroom.env.settle()
    assert len(answers(newsroom.channel)) + len(answers(thread_of(newsroom))) == 1


async def test_direct_messages_have_no_threads(newsroom: Newsroom) -> None:
    """Nor rules: the answer stands there."""
    await in_threads(newsroom)
    await newsroom.alice.send_dm("Kim?")
    assert len(answers(newsroom.alice.user.dm_channel)) == 1


async def test_an_edit_and_a_deletion_reach_into_the_thread(newsroom: Newsroom) -> None:
    """The reply changes where it stands, also after a restart; the thread stays when it goes."""
    await in_threads(newsroom)
    asked = await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Kim?")
    await newsroom.restart()
    await newsroom.alice.edit(asked, f"{newsroom.mention} Putin?")
    thread = thread_of(newsroom)
    (answer,) = answers(thread)
    assert "**Putin**" in answer
    assert answers(newsroom.channel) == []
    await newsroom.alice.delete(asked)
    assert answers(thread) == []


async def test_every_question_of_a_channel_is_answered(newsroom: Newsroom) -> None:
    """What asks nothing is left alone; other channels are."""
    await every_question(newsroom, newsroom.channel.id)
    await reading_everything(newsroom)
    other = newsroom.guild.create_text_channel("other")
    await newsroom.alice.send(newsroom.channel, "Where is Kim?")
    await newsroom.alice.send(newsroom.channel, "Kim is there.")
    await newsroom.alice.send(other, "Where is Putin?")
    assert newsroom.searcher.asked == ["Where is Kim?"]
    assert len(answers(newsroom.channel)) == 1


async def test_without_the_intent_there_is_nothing_to_read(newsroom: Newsroom) -> None:
    """The setting alone does nothing; a mention is answered as ever."""
    await every_question(newsroom, newsroom.channel.id)
    await newsroom.alice.send(newsroom.channel, "Where is Kim?")
    assert newsroom.searcher.asked == []
    await newsroom.ask("Where is Kim?")
    assert newsroom.searcher.asked == ["Where is Kim?"]


async def test_an_overheard_question_follows_its_message(newsroom: Newsroom) -> None:
    """Edited it is answered anew; where it asks nothing any more, the reply goes."""
    await every_question(newsroom, newsroom.channel.id)
    await reading_everything(newsroom)
    asked = await newsroom.alice.send(newsroom.channel, "Where is Kim?")
    await newsroom.alice.edit(asked, "Where is Putin?")
    assert newsroom.searcher.asked == ["Where is Kim?", "Where is Putin?"]
    await newsroom.alice.edit(asked, "Never mind.")
    assert answers(newsroom.channel) == []


async def test_a_mention_taken_out_elsewhere_ends_the_answer(newsroom: Newsroom) -> None:
    """That we can read the message does not make it a question to us."""
    await reading_everything(newsroom)
    asked = await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Where is Kim?")
    await newsroom.alice.edit(asked, "Where is Kim?")
    assert answers(newsroom.channel) == []


async def test_who_did_not_ask_us_hears_nothing_of_a_lock(newsroom: Newsroom) -> None:
    """Where we may not write, questions of others get no reaction."""
    silent = discord.PermissionOverwrite(send_messages=False)
    channel = newsroom.guild.create_text_channel(
        "silent", overwrites={newsroom.guild.default_role: silent}
    )
    await every_question(newsroom, channel.id)
    await reading_everything(newsroom)
    newsroom.env.backend.create_message(channel.id, newsroom.alice.id, "Where is Kim?")
    await newsroom.env.settle()
    assert channel.history()[-1].reactions == []
    assert newsroom.searcher.asked == []


async def post(newsroom: Newsroom, forum: ChannelHandle, title: str, text: str) -> ChannelHandle:
    """Let alice open a post of a forum: its first message has the thread's id, as in Discord."""
    backend = newsroom.env.backend
    starter: Any = backend.prepare_message(forum.id, newsroom.alice.id, text)
    thread = backend.create_thread(
        forum.id, title, newsroom.alice.id, message_id=starter.id, broadcast=False
    )
    starter.channel_id = thread.id
    backend.announce_thread_create(thread)
    backend.commit_message(starter)
    await newsroom.env.settle()
    return ChannelHandle(newsroom.env, newsroom.guild, thread)


async def test_a_forum_post_that_mentions_us_is_answered_there(newsroom: Newsroom) -> None:
    """Also where answers go into threads: a post is one."""
    await in_threads(newsroom)
    forum = newsroom.guild.create_forum_channel("questions")
    thread = await post(newsroom, forum, "Help", f"{newsroom.mention} Where is Kim?")
    assert newsroom.searcher.asked == ["Where is Kim?"]
    assert len(answers(thread)) == 1


async def test_a_bare_mention_in_a_post_asks_its_title(newsroom: Newsroom) -> None:
    """Who puts the question into the title need not write it again."""
    forum = newsroom.guild.create_forum_channel("questions")
    thread = await post(newsroom, forum, "Kim's summit", newsroom.mention)
    assert newsroom.searcher.asked == ["Kim's summit"]
    assert len(answers(thread)) == 1
    await newsroom.bob.send(thread, newsroom.mention)
    assert newsroom.searcher.asked == ["Kim's summit"]


async def test_every_post_of_a_forum_is_answered_where_that_is_wanted(newsroom: Newsroom) -> None:
    """By its text, or by its title where only that asks."""
    forum = newsroom.guild.create_forum_channel("questions")
    await every_question(newsroom, forum.id)
    await reading_everything(newsroom)
    await post(newsroom, forum, "Kim", "Where is Kim?")
    await post(newsroom, forum, "Where is Putin?", "I would like to know.")
    await post(newsroom, forum, "Hello", "I am new here.")
    assert newsroom.searcher.asked == ["Where is Kim?", "Where is Putin?"]


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("Where is Kim", True),
        ("whats new in Kyiv", True),
        ("And when did he say that", True),
        ("Kim went to Russia?", True),
        ("Did he? 🤔", True),
        ("Really?!", True),
        ("Wherever he is, fine.", False),
        ("Whoever", False),
        ("I wonder what he said.", False),
        ("Why? Because.", True),
        ("https://news.example/?page=1", False),
        ("", False),
    ],
)
def test_what_asks(text: str, *, is_question: bool) -> None:
    """A question mark at the end, or an interrogative at the beginning."""
    assert asks(text) is is_question


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Where is Kim?", "Where is Kim?"),
        ("Where\n is\u202e Kim\u200b?", "Where is Kim?"),
        ("\u200b", "Answer"),
        ("word " * 40, "word " * 19 + "word…"),
        ("x" * 300, "x" * 49 + "…"),
    ],
)
def test_a_thread_is_named_by_what_is_seen_of_the_question(question: str, named: str) -> None:
    """On one line, without what hides or reorders text, cut behind a word."""
    assert threads.name(question) == named


@given(st.text(max_size=400))
def test_names_stay_within_the_limit(question: str) -> None:
    """Discord takes 1 to 100 characters."""
    assert 0 < size(threads.name(question)) <= threads.NAME_CHARS
