"""A question that leans on the one before it: in replies, in direct messages, over a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.messages import chain
from scripted import ScriptedSearcher, texts, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    import discord

    from newsroom import Newsroom

LEANS = "and when did he say that?"
FOLLOWED = f"{LEANS} Kim, Putin, Vladivostok, meet"


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers with one quote that has a name of its own."""
    root = tmp_path / "corpus"
    return ScriptedSearcher(
        root, write_corpus(root, ["On Monday Kim said he would meet Putin in Vladivostok."])
    )


async def first(newsroom: Newsroom) -> discord.Message:
    """Let alice ask, and return the answer."""
    return await newsroom.ask("Where will Kim meet Putin?")


async def test_a_reply_to_an_answer_is_searched_for_with_its_question(newsroom: Newsroom) -> None:
    """Whoever replies with a ping; the reply says what is searched for."""
    answer = await first(newsroom)
    await newsroom.bob.send(newsroom.channel, LEANS, reply_to=answer)
    assert newsroom.searcher.asked[-1] == FOLLOWED
    said = "\n".join(texts(newsroom.channel.last_message)).replace("\\", "")
    assert said.startswith(f"-# Searching: {FOLLOWED}\n**The corpus says:**")


async def test_a_mention_in_a_reply_leans_too(newsroom: Newsroom) -> None:
    """With the mention written out, and the ping."""
    answer = await first(newsroom)
    await newsroom.alice.send(newsroom.channel, f"{newsroom.mention} {LEANS}", reply_to=answer)
    assert newsroom.searcher.asked[-1] == FOLLOWED


async def test_a_chain_goes_on_after_a_restart(newsroom: Newsroom) -> None:
    """The third question knows what the first was about; nothing is read but our own file."""
    answer = await first(newsroom)
    await newsroom.restart()
    await newsroom.bob.send(newsroom.channel, LEANS, reply_to=answer)
    await newsroom.restart()
    second = newsroom.channel.last_message
    assert second is not None
    await newsroom.alice.send(newsroom.channel, "why?", reply_to=second)
    assert newsroom.searcher.asked[-1] == "why? Kim, Putin, Vladivostok, say, meet"
    read = [call for call in newsroom.env.http_requests if call.method == "GET"]
    assert not [call for call in read if "/channels/" in call.path]


async def test_a_question_that_stands_alone_stays_as_it_is(newsroom: Newsroom) -> None:
    """Also in a chain, and the reply says nothing of searching."""
    answer = await first(newsroom)
    await newsroom.bob.send(newsroom.channel, "Who won in Paris?", reply_to=answer)
    assert newsroom.searcher.asked[-1] == "Who won in Paris?"
    assert "Searching" not in "\n".join(texts(newsroom.channel.last_message))


async def test_without_a_chain_it_is_asked_as_it_stands(newsroom: Newsroom) -> None:
    """A mention beside the chain comes after nothing, whatever was asked a moment ago."""
    await first(newsroom)
    await newsroom.ask(LEANS)
    assert newsroom.searcher.asked[-1] == LEANS


async def test_what_is_no_longer_kept_is_no_error(newsroom: Newsroom) -> None:
    """After /forget the question is asked as it stands."""
    answer = await first(newsroom)
    shown = await newsroom.alice.slash(newsroom.channel, "forget")
    assert shown.response is not None
    await newsroom.alice.click(shown.response, label="Delete")
    await newsroom.bob.send(newsroom.channel, LEANS, reply_to=answer)
    assert newsroom.searcher.asked[-1] == LEANS
    assert "The corpus says" in "\n".join(texts(newsroom.channel.last_message))


async def test_a_direct_message_leans_on_the_one_before(newsroom: Newsroom) -> None:
    """Soon after the answer, and no longer."""
    await newsroom.alice.send_dm("Where will Kim meet Putin?")
    await newsroom.alice.send_dm(LEANS)
    assert newsroom.searcher.asked[-1] == FOLLOWED
    await newsroom.bob.send_dm(LEANS)
    assert newsroom.searcher.asked[-1] == LEANS


async def test_a_direct_message_long_after_stands_alone(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody remembers what it was about."""
    monkeypatch.setattr(chain, "AFTERWARDS_S", -1)
    await newsroom.alice.send_dm("Where will Kim meet Putin?")
    await newsroom.alice.send_dm(LEANS)
    assert newsroom.searcher.asked[-1] == LEANS


async def test_an_edited_follow_up_leans_on_the_same_question(newsroom: Newsroom) -> None:
    """Not on what was asked since."""
    await newsroom.alice.send_dm("Where will Kim meet Putin?")
    second = await newsroom.alice.send_dm("why?")
    await newsroom.alice.send_dm("Who won in Paris?")
    await newsroom.alice.user.edit(second, LEANS)
    assert newsroom.searcher.asked[-1] == FOLLOWED
