"""The menus of a message: what the corpus says of it, and whether its words stand there."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot.kept import rules
from dated_news import News, opened
from index.encoders.loading import load_encoder
from index.errors import QuestionError
from index.proofs.wording import Checked, Standing
from scripted import ScriptedLive, buttons, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simcord.results import InteractionResult

    from newsroom import Newsroom

COVER, VERIFY = "Find coverage", "Verify quote"
FERRY = "The ferry Alma Dore left Brannock at noon with forty sheep."


def told(result: InteractionResult) -> str:
    """Return what a menu is answered with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "").replace("**", "")


async def choose(newsroom: Newsroom, menu: str, content: str) -> InteractionResult:
    """Let bob write a message, and alice choose a menu of it."""
    sent = await newsroom.bob.send(newsroom.channel, content)
    return await newsroom.alice.context_menu(newsroom.channel, menu, sent)


async def test_coverage_is_searched_for_the_words_of_a_message(newsroom: Newsroom) -> None:
    """In private, with its pages and a button to share; operators in it mean nothing."""
    result = await choose(
        newsroom, COVER, 'BREAKING: "Kim" -said source:x after:2024 https://a.example/x'
    )
    shown = told(result)
    assert newsroom.searcher.asked == ["BREAKING Kim said source x after 2024"]
    assert shown.startswith("Q BREAKING Kim said source x after 2024\nFound, best first:")
    assert {"Next": True, "Share": True}.items() <= buttons(result.response).items()


async def test_coverage_can_be_shared(newsroom: Newsroom) -> None:
    """It then says who did that, also after a restart."""
    result = await choose(newsroom, COVER, "Kim met Putin.")
    assert result.response is not None
    await newsroom.restart()
    await newsroom.alice.click(result.response, label="Share")
    shown = newsroom.channel.last_message
    assert texts(shown)[0] == "**Q** Kim met Putin.\n-# Shared by alice"


async def test_of_a_long_message_the_beginning_is_searched_for(newsroom: Newsroom) -> None:
    """As much as a question may have, cut behind a word, and that is told."""
    result = await choose(newsroom, COVER, "ferry " * 300)
    (asked,) = newsroom.searcher.asked
    assert asked == " ".join(["ferry"] * 167)[:1000].rpartition(" ")[0] or len(asked) <= 1000
    assert set(asked.split()) == {"ferry"}
    assert "Searched for the first 1,000 characters of the message." in told(result)


@pytest.mark.parametrize("menu", [COVER, VERIFY])
@pytest.mark.parametrize("content", ["🙂", "https://a.example/x"])
async def test_a_message_without_words_says_so(newsroom: Newsroom, menu: str, content: str) -> None:
    """There is nothing to look for."""
    assert told(await choose(newsroom, menu, content)).startswith("There are no words in this")


async def test_settings_of_the_server_hold_for_both(newsroom: Newsroom) -> None:
    """The outlets that questions are limited to."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Harbor Wire"])
    await choose(newsroom, COVER, "Kim met Putin.")
    assert newsroom.searcher.asked == ['source:"Harbor Wire" Kim met Putin.']
    newsroom.searcher.checked = (Checked("Kim met Putin.", Standing.NOT, 3),)
    shown = told(await choose(newsroom, VERIFY, "Kim met Putin."))
    assert newsroom.searcher.sources == ("Harbor Wire",)
    assert "Looked for in Harbor Wire only." in shown


@pytest.mark.parametrize("menu", [COVER, VERIFY])
async def test_the_menu_is_taken_before_anything_is_asked(newsroom: Newsroom, menu: str) -> None:
    """Discord hears of us at once, in private."""
    sent = await newsroom.bob.send(newsroom.channel, "Kim met Putin.")
    before = len(newsroom.env.http_requests)
    await newsroom.alice.context_menu(newsroom.channel, menu, sent)
    first, *others = newsroom.env.http_requests[before:]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert first.json["data"]["flags"] == discord.MessageFlags(ephemeral=True).value
    assert [call.method for call in others] == ["PATCH"]


@pytest.mark.parametrize("menu", [COVER, VERIFY])
async def test_an_error_is_one_sentence(newsroom: Newsroom, menu: str) -> None:
    """What the user can act on as it is, all else as an incident."""
    newsroom.searcher.error = QuestionError("That is too long.", remedy="Cut it.")
    assert told(await choose(newsroom, menu, "Kim met Putin.")) == "That is too long. Cut it."
    newsroom.searcher.error = ZeroDivisionError()
    assert "(incident " in told(await choose(newsroom, menu, "Kim met Putin."))


@pytest.mark.parametrize("menu", [COVER, VERIFY])
async def test_a_late_choice_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, menu: str
) -> None:
    """One that has expired (10062) costs one line of the log."""
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await choose(newsroom, menu, "Kim met Putin.")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert newsroom.searcher.asked == []


class TestRealIndex:
    """Verify quote over a real index."""

    @pytest.fixture
    def live(self, tmp_path: Path) -> Iterator[ScriptedLive]:
        """Serves two items."""
        (tmp_path / "ferry").mkdir()
        news = [
            News(FERRY, "2024-03-04", "Harbor *Wire*", "Sheep"),
            News("A bakery in Sorrel Street won the prize for rye bread.", "2024-03-05"),
        ]
        searcher = opened(tmp_path / "ferry", news, load_encoder())
        yield ScriptedLive(searcher)
        searcher.close()

    async def test_each_quoted_stretch_is_told(self, newsroom: Newsroom) -> None:
        """Whole, in part and not at all; what is quoted are the corpus's words, with their id."""
        said = '"the FERRY alma dore left" … "left Brannock at noon with sixty" … "no such words"'
        shown = told(await choose(newsroom, VERIFY, said))
        lines = shown.split("\n")
        assert lines[0] == "Does it stand in the sources, word for word?"
        assert lines[1:4] == [
            "1. The message says: the FERRY alma dore left",
            "It stands word for word:",
            "> The ferry Alma Dore left",
        ]
        assert lines[4].startswith("-# Sheep · Harbor *Wire* · 4 Mar 2024 · `news.txt:1`")
        assert lines[4].endswith("(part of a longer sentence)")
        assert lines[5].startswith("-# /cite `")
        assert "It stands in part: 5 of its 6 words, one after the other:" in shown
        assert "> left Brannock at noon with\n" in shown
        assert "3. The message says: no such words\nIt does not stand there.\n" in shown

    async def test_without_quotation_marks_sentences_are_looked_for(
        self, newsroom: Newsroom
    ) -> None:
        """A block quote as people paste it, too."""
        shown = told(await choose(newsroom, VERIFY, f"> {FERRY}\nNo way."))
        assert f"It stands word for word:\n> {FERRY}" in shown

    async def test_what_is_gone_says_so(self, newsroom: Newsroom, tmp_path: Path) -> None:
        """Its words are not shown."""
        (tmp_path / "ferry" / "corpus" / "news.txt").write_text("New.", "utf-8")
        shown = told(await choose(newsroom, VERIFY, f'"{FERRY}"'))
        assert "It stood there when that was indexed; `news.txt:1` has changed since." in shown
        assert "\n> " not in shown

    async def test_an_answer_of_ours_is_verified(self, newsroom: Newsroom) -> None:
        """Escapes and bold in what we wrote do not matter."""
        reply = await newsroom.ask("When did the ferry Alma Dore leave Brannock?")
        result = await newsroom.bob.context_menu(newsroom.channel, VERIFY, reply)
        assert "It stands word for word" in told(result)


async def test_what_has_no_room_comes_in_further_messages(newsroom: Newsroom) -> None:
    """All in private, in order."""
    quote = newsroom.searcher.ask("Kim").quotes[0]
    long = replace(quote, text="word " * 90)
    newsroom.searcher.checked = tuple(
        Checked(f"stretch {n}", Standing.WHOLE, 90, 90, (long, long)) for n in range(1, 6)
    )
    result = await choose(newsroom, VERIFY, "Kim met Putin.")
    assert result.response is not None
    shown = [result.response, *result.followups]
    assert len({each.id for each in shown}) > 1
    assert all(each.ephemeral for each in shown)
    whole = "\n".join("\n".join(texts(each)) for each in dict.fromkeys(shown))
    assert [whole.count(f"stretch {n}") for n in range(1, 6)] == [1] * 5
