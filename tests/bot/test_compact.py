"""NEWSQUOTE_STYLE=compact: less of the screen for the same quotes, places and promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import walk_components

from bot import rendering
from bot.kept.replies import Kind, Reply
from bot.pages import offering
from bot.pages.offering import ROW, Offer
from index.place import Place
from index.records import Citation, Metadata, Quote, Verdict
from scripted import SNAPSHOT, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from bot.settings import Settings
    from newsroom import Newsroom

HERE = Citation(Place("a.txt", 1, 1, 0, 5), "", Metadata("Kim", "Wire"))
QUOTE = Quote("Text.", "id", 0.5, HERE, also_in=(HERE,))
FEWER = {Offer.NEWEST, Offer.WHY, Offer.UP, Offer.DOWN}


def types(message: Any) -> list[int]:
    """Return the types of a message's components, nested ones included."""
    components: list[Any] = list(message.components)
    components = [c if isinstance(c, dict) else c.to_dict() for c in components]
    return [part["type"] for part in walk_components(components)]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As everywhere, in the compact style."""
    return settings.model_copy(update={"style": "compact"})


async def test_an_answer_is_one_text_without_a_box(newsroom: Newsroom) -> None:
    """Verdict, quotes, a line below each, as-of line; the buttons are one row."""
    reply = await newsroom.ask("Kim?")
    (told,) = texts(reply)
    lines = told.split("\n")
    assert lines[:3] == [
        "**The corpus says:**",
        "> Sentence number 1 speaks of **Kim** and of Putin.",
        "-# `news.txt:1`",
    ]
    assert lines[-1].startswith("-# Page 1 of 3 · As of ")
    assert types(reply) == [10, 1, 2, 2, 2, 2]
    assert buttons(reply) == {"Back": False, "Next": True, "Context": True, "More": True}


async def test_pages_and_context_keep_the_style(newsroom: Newsroom) -> None:
    """Also after a restart; quotes are checked as ever."""
    reply = await newsroom.ask("Kim?")
    file = newsroom.searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"number 7 ", b"number 0 "))
    await newsroom.restart()
    await newsroom.alice.click(reply, label="Next")
    (told,) = texts(newsroom.channel.last_message)
    assert "> Sentence number 6 " in told
    assert "number 7" not in told
    assert "changed on disk" in told
    await newsroom.alice.click(reply, label="Context")
    (told,) = texts(newsroom.channel.last_message)
    assert told.startswith("**What stands around the quotes:**\n> Sentence number 6 ")
    assert set(buttons(newsroom.channel.last_message)) == {"Back", "Next", "Quotes", "More"}
    await newsroom.alice.click(reply, label="Quotes")
    assert "> Sentence number 6 " in texts(newsroom.channel.last_message)[0]


async def test_a_refusal_keeps_its_menu(newsroom: Newsroom) -> None:
    """With the id in the one line below each headline."""
    root = newsroom.searcher.root
    closest = write_corpus(root, ["A bus rolled over."], "bus.txt")
    newsroom.live.following.append(ScriptedSearcher(root, closest, verdict=Verdict.NOT_FOUND))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    reply = await newsroom.ask("Where?")
    assert "> A bus rolled over.\n-# `bus.txt:1` · /cite `passage1`\n" in texts(reply)[0]
    assert types(reply) == [10, 1, 3]


async def test_what_is_private_can_be_shared(newsroom: Newsroom) -> None:
    """In the same style."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim", private=True)
    assert result.response is not None
    assert set(buttons(result.response)) == {"Back", "Next", "Share"}
    await newsroom.alice.click(result.response, label="Share")
    (told,) = texts(newsroom.channel.last_message)
    assert told.startswith("**Q** Kim\n-# Shared by alice\n")


def test_a_source_is_one_line() -> None:
    """Where else the words stand, and the id, too."""
    reply = Reply(Kind.REFUSAL, "Kim?", (QUOTE,), (), 0, SNAPSHOT, show_question=True)
    (page,) = rendering.pages(reply, compact=True)
    assert "-# Kim · Wire · `a.txt:1` · also in: Wire `a.txt:1` · /cite `id`" in page.texts


@given(st.sampled_from(Kind), st.integers(0, 12), st.booleans(), st.booleans())
def test_there_are_fewer_buttons(kind: Kind, count: int, private: bool, around: bool) -> None:
    """One row, but for the menu's; hardly any that the full style lacks, and some of its less."""
    reply = Reply(kind, "Kim?", (QUOTE,) * count, (), 0, SNAPSHOT, show_question=True)
    page = rendering.pages(reply)[0]
    full, compact = (
        offering.under(page, reply, private=private, around=around, compact=each)
        for each in (False, True)
    )
    offered = [offer for row in compact for offer in row]
    # A private refusal of several pages has room for Share only where it has fewer others.
    assert set(offered) <= {Offer.SHARE, *(offer for row in full for offer in row)} - FEWER
    assert private or Offer.SHARE not in offered
    assert all(1 <= len(row) <= ROW for row in compact)
    assert len(compact) <= 1 + (Offer.SHOW in offered)


async def test_the_style_of_other_pages_is_the_same(newsroom: Newsroom) -> None:
    """Only replies to what is asked are many."""
    result = await newsroom.alice.slash(newsroom.channel, "about")
    assert types(result.response)[0] == 17
