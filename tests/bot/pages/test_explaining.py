"""The button "Why?": under every answer, for everybody, also after a restart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot import store
from bot.escaping import size
from bot.kept import replies
from bot.pages import explaining
from index import build
from index.answering import operating_point
from index.answering.operating_point import OperatingPoint
from index.encoders.loading import load_encoder
from index.live import open_live
from index.search import open_searcher
from scripted import BUILT, buttons, texts

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answering import Following
    from index.encoders.protocol import Encoder
    from index.search import Searcher
    from newsroom import Newsroom

NEWS = """\
The ferry Alma Dore sank off Brightwater Quay on Sunday, and all 41 people aboard were rescued.
Harbour master Piet Lund said that the ferry had been inspected in March.

Mayor Ines Okafor opened the new tram line to the university on Monday morning.
The tram carries 9,000 people a day.

A bakery in Sorrel Street won the prize for the best rye bread.
"""
QUESTION = "How many people aboard the ferry Alma Dore were rescued?"
UNANSWERABLE = "Who won the chess championship in Reykjavik?"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture
def desk(tmp_path: Path, encoder: Encoder) -> Path:
    """A directory with the invented news and their index, which answers from 0.3 on."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "town.txt").write_text(NEWS, encoding="utf-8")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    operating_point.write(tmp_path / "index", OperatingPoint(0.3, 0.2))
    return tmp_path


@pytest.fixture
def following(desk: Path, encoder: Encoder) -> Following:
    """The real searcher."""
    return open_live(desk / "index", encoder)


@pytest.fixture
def searcher_now(desk: Path, encoder: Encoder) -> Searcher:
    """Another searcher over the same index."""
    return open_searcher(desk / "index", encoder)


def plain(message: object) -> str:
    """Return a message's text without escapes and bold."""
    return "\n".join(texts(message)).replace("\\", "").replace("**", "")


async def why(newsroom: Newsroom, question: str) -> str:
    """Let alice ask and press Why?; return what she alone reads."""
    reply = await newsroom.ask(question)
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    return plain(pressed.response)


async def test_an_answer_tells_thresholds_ranks_and_words(newsroom: Newsroom) -> None:
    """The verdict in words with both numbers, then of each quote how it was found."""
    told = (await why(newsroom, QUESTION)).split("\n")
    assert told[0].startswith("Answered. I answer from 0.3 on; this one has 0.")
    assert "It asks for a number." in told
    at = told.index("Quote 1 · `town.txt:1`")
    assert told[at + 1].startswith("Found 1st by meaning, 1st by words; read as 1st")
    assert "In it: people, aboard, ferry, Alma, Dore, rescued" in told[at + 2]
    assert "Not there" not in told[at + 2]


async def test_a_refusal_tells_what_it_fell_short_of(newsroom: Newsroom) -> None:
    """The lower threshold comes first, and what came closest lacks the question's words."""
    told = await why(newsroom, UNANSWERABLE)
    assert told.startswith(
        "Refused. I show what is close from 0.2 on and answer from 0.3 on; this one has 0."
    )
    assert "Found nowhere: chess, championship, Reykjavik." in told
    assert "Closest 1 · `town.txt:" in told


async def test_the_press_is_taken_before_the_question_is_asked_again(newsroom: Newsroom) -> None:
    """Discord hears of us at once, so that a slow index does not lose the press."""
    reply = await newsroom.ask(QUESTION)
    before = len(newsroom.env.http_requests)
    await newsroom.bob.click(reply, label="Why?")
    first, *others = newsroom.env.http_requests[before:]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert first.json["data"]["flags"] == discord.MessageFlags(ephemeral=True).value
    assert [call.method for call in others] == ["PATCH"]


async def test_everybody_may_ask_why(newsroom: Newsroom) -> None:
    """Who reads an answer may ask how it came about; the answer stays as it is."""
    reply = await newsroom.ask(QUESTION)
    before = texts(reply)
    pressed = await newsroom.bob.click(reply, label="Why?")
    assert plain(pressed.response).startswith("Answered.")
    assert texts(reply) == before


async def test_it_works_after_a_restart(newsroom: Newsroom) -> None:
    """A new process over the same file explains answers that it never sent."""
    reply = await newsroom.ask(QUESTION)
    await newsroom.restart()
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert plain(pressed.response).startswith("Answered.")


async def test_what_is_no_longer_kept_says_so(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thirty days there is nothing to explain, and the presser hears that."""
    reply = await newsroom.ask(QUESTION)
    monkeypatch.setattr(store, "KEPT_S", -1)
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert plain(pressed.response) == "This answer is no longer kept. Please ask again."


async def test_another_verdict_since_is_told(newsroom: Newsroom, desk: Path) -> None:
    """The question is asked of the index as it is now; where that judges otherwise, we say so."""
    reply = await newsroom.ask(QUESTION)
    operating_point.write(desk / "index", OperatingPoint(1.0, 0.2))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    pressed = await newsroom.alice.click(reply, label="Why?")
    told = plain(pressed.response)
    assert told.startswith("May not answer. I show what is close from 0.2 on")
    assert told.endswith("The index or its thresholds have changed since; so this is answered now.")


async def test_searches_have_no_such_button(newsroom: Newsroom) -> None:
    """A search has no verdict to explain, and nothing of it is kept for one."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="ferry")
    assert buttons(result.response) == {}
    assert "Why?" in buttons(await newsroom.ask(QUESTION))


async def test_an_answer_that_cannot_be_kept_is_still_sent(newsroom: Newsroom) -> None:
    """On a full disk there is an answer of one page, and no button."""
    await newsroom.fill_disk()
    reply = await newsroom.ask(QUESTION)
    assert "41 people aboard" in plain(reply)
    assert buttons(reply) == {}


def test_each_part_of_a_question_is_judged(searcher_now: Searcher) -> None:
    """Of two questions in one, each has its own verdict, and the quotes say whose they are."""
    explanation = searcher_now.explain(f"{QUESTION} Who won the chess title in Reykjavik?")
    reply = replies.from_answer(explanation.answer, show_question=False, asked_at=BUILT)
    told = "\n".join(explaining.page(explanation, reply).texts).replace("**", "")
    assert told.count("Answered. ") == 1
    assert told.count("Refused. ") == 1
    assert "Quote 1 · `town.txt:1`" in told


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (
            OperatingPoint(0.9, 0.001),
            "Refused. I show what is close from 0.001 on; this one has 0.",
        ),
        (OperatingPoint(0.001, 0.001), "May not answer. I answer from 0.001 on; this one has 0."),
    ],
)
def test_what_is_lost_for_an_unknown_name_says_so(
    searcher_now: Searcher, point: OperatingPoint, said: str
) -> None:
    """The confidence would have done, but the only name asked about stands nowhere here."""
    explanation = searcher_now.at(point).explain(UNANSWERABLE)
    reply = replies.from_answer(explanation.answer, show_question=False, asked_at=BUILT)
    told = "\n".join(explaining.page(explanation, reply).texts).replace("**", "").split("\n")[0]
    assert told.startswith(said)
    only = "only " if said.startswith("Refused") else ""
    assert told.endswith(f", but names {only}what nothing here mentions.")


def test_it_stays_short(searcher_now: Searcher) -> None:
    """However long the question, the page keeps its limit, and its end says what has changed."""
    question = " ".join(f"@{n}*{'x' * 30}" for n in range(25))
    explanation = searcher_now.explain(f"{QUESTION} {question}")
    reply = replies.from_answer(explanation.answer, show_question=False, asked_at=BUILT)
    old = replace(reply, snapshot=replace(reply.snapshot, id="another"))
    written = explaining.page(explanation, old).texts
    assert sum(map(size, written)) <= explaining.PAGE_CHARS
    assert written[-1].startswith("-# The index or its thresholds have changed")
    assert "@1" not in "".join(written).replace("\\@", "")
