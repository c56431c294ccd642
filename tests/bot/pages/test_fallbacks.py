"""Where a layout cannot be sent: an embed, plain text, a reaction, a line of the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.builders import ChannelHandle

from bot import rendering
from bot.delivery import sending
from bot.delivery.standing import Standing
from bot.escaping import size
from bot.kept import replies
from bot.pages import fallbacks
from bot.pages.layouts import plain
from bot.rendering import Page
from scripted import BUILT, ScriptedSearcher, texts, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from newsroom import Newsroom

QUOTE = "> Sentence number 1 speaks of **Kim** and of Putin.\n-# `news.txt:1`"
COMPONENTS = "Invalid Form Body\nIn components.0: not supported here"


def posted(newsroom: Newsroom, method: str = "POST") -> list[dict[str, Any]]:
    """Return the bodies of the messages that the bot tried to send or edit."""
    return [
        dict(call.json)
        for call in newsroom.env.http_requests
        if call.method == method and "/messages" in call.path and call.json
    ]


def forms(bodies: list[dict[str, Any]]) -> list[str]:
    """Return which form each body has."""
    return [
        "layout" if body.get("components") else "embed" if body.get("embeds") else "text"
        for body in bodies
    ]


def room(newsroom: Newsroom, **allowed: bool) -> ChannelHandle:
    """Make a channel where everybody's permissions are as given."""
    return newsroom.guild.create_text_channel(
        "quiet", overwrites={newsroom.guild.default_role: discord.PermissionOverwrite(**allowed)}
    )


def refuse(newsroom: Newsroom, code: int, *, times: int, method: str = "POST") -> None:
    """Let Discord refuse so many messages."""
    path = "/channels/*/messages" if method == "POST" else "/channels/*/messages/*"
    status = 400 if code == 50035 else 403
    newsroom.env.inject_error(
        method, path, status=status, code=code, message=COMPONENTS, times=times
    )


@pytest.mark.parametrize("code", [50013, 50001, 50035])
async def test_an_embed_is_sent_where_the_layout_is_refused(newsroom: Newsroom, code: int) -> None:
    """It says the same in the same order, replies to the question, and pings nobody."""
    refuse(newsroom, code, times=1)
    reply = await newsroom.ask("Kim?")
    (embed,) = reply.embeds
    assert embed.description is not None
    assert QUOTE in embed.description
    assert embed.description.startswith("**The corpus says:**")
    assert embed.description.endswith(fallbacks.MORE)
    assert reply.reference is not None
    tried = posted(newsroom)
    assert forms(tried) == ["layout", "embed"]
    assert tried[-1]["allowed_mentions"] == {"parse": [], "replied_user": False}


@pytest.mark.parametrize("code", [50013, 50001, 50035])
async def test_plain_text_is_sent_where_the_embed_is_refused(newsroom: Newsroom, code: int) -> None:
    """Links in it show no preview."""
    refuse(newsroom, code, times=2)
    reply = await newsroom.ask("Kim?")
    assert QUOTE in reply.content
    assert fallbacks.MORE in reply.content
    assert reply.embeds == []
    assert reply.flags.suppress_embeds
    assert forms(posted(newsroom)) == ["layout", "embed", "text"]


async def test_no_embed_is_tried_where_none_may_be_sent(newsroom: Newsroom) -> None:
    """The permissions that the gateway told are enough to know."""
    channel = room(newsroom, embed_links=False)
    refuse(newsroom, 50013, times=1)
    await newsroom.alice.send(channel, f"{newsroom.mention} Kim?")
    assert forms(posted(newsroom)) == ["layout", "text"]


async def test_a_reaction_says_that_we_may_not_write(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is searched for and nothing sent; the log has one line."""
    channel = room(newsroom, send_messages=False)
    backend = newsroom.env.backend
    with caplog.at_level(logging.WARNING, logger="bot"):
        asked = backend.create_message(channel.id, newsroom.alice.id, f"{newsroom.mention} Kim?")
        await newsroom.env.settle()
    assert posted(newsroom) == []
    assert newsroom.searcher.asked == []
    (only,) = channel.history()
    assert only.id == asked.id
    assert [str(reaction.emoji) for reaction in only.reactions] == [sending.LOCKED]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_without_the_permission_to_react_only_the_log_has_a_line(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Discord is asked nothing that it must refuse."""
    channel = room(newsroom, send_messages=False, add_reactions=False)
    with caplog.at_level(logging.WARNING, logger="bot"):
        newsroom.env.backend.create_message(
            channel.id, newsroom.alice.id, f"{newsroom.mention} Kim?"
        )
        await newsroom.env.settle()
    assert channel.history()[-1].reactions == []
    assert not [call for call in newsroom.env.http_requests if "reactions" in call.path]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_permission_lost_meanwhile_ends_in_a_reaction(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Where only Discord's answer tells: every form is refused (50013), then the message has 🔒."""
    refuse(newsroom, 50013, times=3)
    with caplog.at_level(logging.WARNING, logger="bot"):
        asked = await newsroom.ask("Kim?")
    assert [str(reaction.emoji) for reaction in asked.reactions] == [sending.LOCKED]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_thread_has_a_permission_of_its_own(newsroom: Newsroom) -> None:
    """Who may write in a channel may not always write in its threads."""
    channel = room(newsroom, send_messages_in_threads=False)
    thread = newsroom.env.backend.create_thread(channel.id, "aside", newsroom.alice.id)
    handle = ChannelHandle(newsroom.env, newsroom.guild, thread)
    newsroom.env.backend.create_message(handle.id, newsroom.alice.id, f"{newsroom.mention} Kim?")
    await newsroom.env.settle()
    assert posted(newsroom) == []
    await newsroom.alice.send(channel, f"{newsroom.mention} Kim?")
    assert forms(posted(newsroom)) == ["layout"]


async def test_a_command_is_answered_in_another_form(newsroom: Newsroom) -> None:
    """The embed stands where "is thinking" stood."""
    newsroom.env.inject_error("PATCH", "/webhooks/*", status=400, code=50035, message=COMPONENTS)
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    assert forms(posted(newsroom, "PATCH")) == ["layout", "embed"]
    assert result.response is not None
    (embed,) = result.response.embeds
    assert "**Q** Kim?" in str(embed.description)


async def test_what_cannot_become_an_embed_is_said_anew(newsroom: Newsroom) -> None:
    """A message that was sent as a layout stays one: it goes, and the answer is sent instead."""
    asked = await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} Kim?")
    sent = await newsroom.bot.get_partial_messageable(newsroom.channel.id).fetch_message(
        newsroom.channel.history()[-1].id
    )
    standing = Standing(asked, sent)
    refuse(newsroom, 50035, times=3, method="PATCH")
    await standing.show(plain(rendering.notice("News.")))
    assert [texts(message) for message in newsroom.channel.history()[1:]] == [["News."]]


def pages(lines: list[str], root: Path) -> tuple[Page, ...]:
    """Render an answer with these quotes."""
    searcher = ScriptedSearcher(root, write_corpus(root, lines))
    reply = replies.from_answer(searcher.ask("Kim?"), show_question=True, asked_at=BUILT)
    return rendering.pages(reply)


words = st.text(st.sampled_from("aK*`\\>.#🙂é"), min_size=1, max_size=12)
quotes = st.lists(words, min_size=1, max_size=260).map(lambda found: " ".join(("Kim", *found)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(quotes, min_size=1, max_size=8))
def test_both_forms_stay_within_limits(tmp_path: Path, lines: list[str]) -> None:
    """However long the quotes are; and nothing is lost without a word about it."""
    for page in pages(lines, tmp_path):
        assert 0 < size(fallbacks.description(page)) <= fallbacks.EMBED_CHARS
        told = fallbacks.content(page)
        assert 0 < size(told) <= fallbacks.CONTENT_CHARS
        if any(text not in told for text in page.texts):
            assert told.endswith(fallbacks.MORE)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(quotes, min_size=1, max_size=8))
def test_no_word_is_cut_and_no_quote_is_without_its_source(
    tmp_path: Path, lines: list[str]
) -> None:
    """Each line of plain text is one of the page's, or the beginning of one up to a space."""
    for page in pages(lines, tmp_path):
        own = {line for text in page.texts for line in text.split("\n")}
        told = fallbacks.content(page).split("\n")
        for line in told:
            if line in own or line in {"", fallbacks.MORE, "-# The quote goes on."}:
                continue
            bare = line.removesuffix("**")
            assert any(each.startswith((line + " ", bare + " ")) for each in own), line
        quoted = [i for i, line in enumerate(told) if line.startswith("> ")]
        for i in quoted:
            assert told[i + 1].startswith(("-# ", "> ")), told[i : i + 2]


def test_a_long_quote_is_shortened_and_says_so(tmp_path: Path) -> None:
    """Its source stays, its bold is closed."""
    (page, *_) = pages(["Kim " + "said so " * 120], tmp_path)
    quote = page.groups[1][0]
    assert size("\n".join(page.groups[0])) + size(quote) < fallbacks.EMBED_CHARS
    long = Page((("x" * 1500,), *page.groups[1:]))
    told = fallbacks.content(long)
    assert "\n-# The quote goes on.\n-# `news.txt:1`" in told
    assert told.count("**") % 2 == 0


def test_a_short_page_is_told_whole() -> None:
    """Without a line about more, since there is none."""
    page = rendering.notice("Too many questions are waiting.")
    assert fallbacks.content(page) == fallbacks.description(page) == page.texts[0]


def test_a_page_of_one_long_group_keeps_its_beginning() -> None:
    """Texts that have no room are left out whole."""
    page = Page((("first", "y" * 3000, "last"),))
    assert fallbacks.content(page) == f"first\nlast\n\n{fallbacks.MORE}"
