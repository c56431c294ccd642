"""The button "Any date": under answers out of a range of dates, also after a restart."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
import pytest

from bot import store
from index.errors import QueryError
from index.records import SnapshotInfo
from scripted import ANSWERED, BUILT, ScriptedLive, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsroom import Newsroom

RANGE = (datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
LINES = tuple(f"Sentence number {n} speaks of Kim." for n in range(1, 8))
QUESTION = "What did Kim say last week?"
SEARCHED = "-# Searched 17 to 23 Nov 2026."
WIDE = "-# Searched all dates."
UNDATED = {label: pressed for label, pressed in ANSWERED.items() if label != "Newest"}


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers every question out of a week, with seven quotes, which makes two pages."""
    return dated(tmp_path, LINES)


def dated(root: Path, lines: Sequence[str], name: str = "news.txt") -> ScriptedSearcher:
    """Return a searcher over these lines that searches a week first."""
    corpus = root / "corpus"
    info = SnapshotInfo(name, BUILT, None, len(lines))
    return ScriptedSearcher(
        corpus, write_corpus(corpus, lines, name), searched_range=RANGE, info=info
    )


@pytest.fixture
def live(searcher: ScriptedSearcher) -> ScriptedLive:
    """Serves ``searcher`` until told otherwise."""
    return ScriptedLive(searcher)


def plain(message: object) -> str:
    """Return a message's text without its escapes."""
    return "\n".join(texts(message)).replace("\\", "")


async def test_the_asker_gets_the_wider_answer_in_place(newsroom: Newsroom) -> None:
    """The reply says all dates then; it keeps Why? and its pages, and has no such button left."""
    reply = await newsroom.ask(QUESTION)
    assert texts(reply)[0] == SEARCHED
    assert buttons(reply) == {
        "Back": False,
        "Next": True,
        "Any date": True,
        **UNDATED,
    }
    before = len(newsroom.channel.history())
    pressed = await newsroom.alice.click(reply, label="Any date")
    assert pressed.followups == []
    assert len(newsroom.channel.history()) == before
    now = newsroom.channel.last_message
    assert texts(now)[0] == WIDE
    assert buttons(now) == {"Back": False, "Next": True, **UNDATED}
    assert newsroom.searcher.asked == [QUESTION] * 2
    assert newsroom.searcher.any_dates == [False, True]
    assert now is not None
    await newsroom.alice.click(now, label="Next")
    assert texts(newsroom.channel.last_message)[0] == WIDE
    assert "number 6" in plain(newsroom.channel.last_message)


async def test_others_get_a_copy_of_their_own(newsroom: Newsroom) -> None:
    """What stands in the channel is the asker's; the copy has the question, and its pages turn."""
    reply = await newsroom.ask(QUESTION)
    pressed = await newsroom.bob.click(reply, label="Any date")
    (copy,) = pressed.followups
    assert copy.ephemeral
    assert texts(copy)[:2] == [f"**Q** {QUESTION}", WIDE]
    assert texts(newsroom.channel.last_message)[0] == SEARCHED
    await newsroom.bob.click(copy, label="Next")
    assert "number 6" in plain(copy)


async def test_a_private_answer_stays_private(newsroom: Newsroom) -> None:
    """Under /ask with private set, the reply is edited and still seen by the asker alone."""
    result = await newsroom.alice.slash(newsroom.channel, "ask", question=QUESTION, private=True)
    assert result.response is not None
    await newsroom.alice.click(result.response, label="Any date")
    assert result.response.ephemeral
    assert texts(result.response)[:2] == [f"**Q** {QUESTION}", WIDE]


async def test_the_press_is_taken_before_anything_else(newsroom: Newsroom) -> None:
    """Discord hears of us at once, so that a slow index does not lose the press."""
    reply = await newsroom.ask(QUESTION)
    before = len(newsroom.env.http_requests)
    await newsroom.alice.click(reply, label="Any date")
    first, *others = newsroom.env.http_requests[before:]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_message_update.value
    assert [call.method for call in others] == ["PATCH"]


async def test_it_works_after_a_restart(newsroom: Newsroom) -> None:
    """A new process over the same file widens answers that it never gave."""
    reply = await newsroom.ask(QUESTION)
    await newsroom.restart()
    await newsroom.alice.click(reply, label="Any date")
    assert texts(newsroom.channel.last_message)[0] == WIDE
    assert newsroom.searcher.asked == [QUESTION] * 2


async def test_the_index_of_the_moment_answers(newsroom: Newsroom, tmp_path: Path) -> None:
    """After a hot reload in between, the wider answer is the new snapshot's, and says so."""
    reply = await newsroom.ask(QUESTION)
    newsroom.live.following.append(dated(tmp_path, ["Kim said it anew."], "new.txt"))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await newsroom.restart()
    await newsroom.alice.click(reply, label="Any date")
    now = texts(newsroom.channel.last_message)
    assert now[0] == WIDE
    assert "> **Kim** said it anew." in now
    assert "snapshot `new.txt`" in now[-1]


async def test_why_explains_the_answer_that_stands(newsroom: Newsroom) -> None:
    """Before, how the week answers; afterwards, how all dates do."""
    reply = await newsroom.ask(QUESTION)
    await newsroom.alice.click(reply, label="Why?")
    await newsroom.alice.click(reply, label="Any date")
    last = newsroom.channel.last_message
    assert last is not None
    await newsroom.alice.click(last, label="Why?")
    assert newsroom.searcher.any_dates == [False, False, True, True]


async def test_what_is_no_longer_kept_says_so(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thirty days the presser hears that, in private; the answer stays."""
    reply = await newsroom.ask(QUESTION)
    monkeypatch.setattr(store, "KEPT_S", -1)
    pressed = await newsroom.alice.click(reply, label="Any date")
    (told,) = pressed.followups
    assert told.ephemeral
    assert plain(told) == "This answer is no longer kept. Please ask again."
    assert texts(newsroom.channel.last_message)[0] == SEARCHED


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("/srv/x"), "Something went wrong (incident "),
        (QueryError("no", remedy="Do.", query="on:x", column=4, width=1), "on:x: no. Do."),
    ],
)
async def test_a_failure_leaves_the_answer_as_it_is(
    newsroom: Newsroom, error: Exception, said: str
) -> None:
    """Whatever goes wrong is told in private."""
    reply = await newsroom.ask(QUESTION)
    newsroom.searcher.error = error
    pressed = await newsroom.alice.click(reply, label="Any date")
    (told,) = pressed.followups
    assert told.ephemeral
    assert plain(told).startswith(said)
    assert texts(newsroom.channel.last_message)[0] == SEARCHED


async def test_a_late_press_is_quiet(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A press that has expired (10062) costs one line of the log and no answer."""
    reply = await newsroom.ask(QUESTION)
    newsroom.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.click(reply, label="Any date")
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert newsroom.searcher.asked == [QUESTION]


async def test_it_is_on_every_page(newsroom: Newsroom) -> None:
    """Also the second page can be widened, to the first of the wider answer."""
    reply = await newsroom.ask(QUESTION)
    await newsroom.alice.click(reply, label="Next")
    last = newsroom.channel.last_message
    assert last is not None
    assert buttons(last)["Any date"]
    await newsroom.alice.click(last, label="Any date")
    assert "number 1" in plain(newsroom.channel.last_message)


async def test_where_no_time_was_searched_there_is_no_button(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    """An answer over all dates, and a search, cannot be widened."""
    root = tmp_path / "corpus"
    newsroom.live.following.append(ScriptedSearcher(root, write_corpus(root, ["Kim."], "k.txt")))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert buttons(await newsroom.ask("Kim?")) == ANSWERED
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim")
    assert buttons(result.response) == {"Newest": True}
