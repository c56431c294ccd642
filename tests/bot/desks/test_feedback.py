"""Votes under an answer: who may cast them, what is kept of them, and what is not."""

from __future__ import annotations

import asyncio
import gc
import logging
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.components import validate_modal

from bot import store
from bot.buttons import feedback_views
from bot.buttons.feedback_views import form
from bot.kept import guilds, votes
from bot.kept.votes import Kept, Reason, Vote, question_hash
from bot.store import open_store
from index.records import Verdict
from scripted import ANSWERED, VOTES, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import InteractionResult

    from newsroom import Newsroom

THANKS = "Thank you, that is noted."
INSTEAD = "Thank you, that is noted. It replaces your earlier vote."
EXPIRED = "This answer is no longer kept. Please ask again."
QUESTION = "Where is  Kim?"


def told(result: InteractionResult) -> str:
    """Return what a press or a form is answered with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


async def praise(newsroom: Newsroom, reply: Any) -> str:
    """Let alice press 👍."""
    return told(await newsroom.alice.click(reply, label="👍"))


async def criticise(newsroom: Newsroom, reply: Any, reason: str, note: str = "") -> str:
    """Let alice press 👎 and send in the form."""
    shown = await newsroom.alice.click(reply, label="👎")
    values = {"reason": reason, "note": note}
    return told(await newsroom.alice.submit_modal(shown, values))


async def cast(newsroom: Newsroom) -> list[Vote]:
    """Return the votes that are kept."""
    return await votes.since(newsroom.bot.store)


async def keep_questions(newsroom: Newsroom) -> None:
    """Let the server keep questions."""
    await guilds.set_keep_questions(newsroom.bot.store, newsroom.guild.id, keep=True)


async def test_every_answer_has_both_buttons_and_searches_have_none(newsroom: Newsroom) -> None:
    """Beside Why?; on every page; two rows of at most five."""
    reply = await newsroom.ask(QUESTION)
    row = {"Back": False, "Next": True, **ANSWERED}
    assert buttons(reply) == row
    assert [len(each["components"]) for each in _rows(reply)] == [5, 3]
    await newsroom.alice.click(reply, label="Next")
    assert buttons(newsroom.channel.last_message) == {**row, "Back": True}
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim")
    assert not VOTES.keys() & buttons(result.response).keys()


async def test_praise_is_kept_with_what_it_is_about(newsroom: Newsroom) -> None:
    """Person, server, answer, hash, snapshot, passages, verdict, confidence; no question."""
    reply = await newsroom.ask(QUESTION)
    assert await praise(newsroom, reply) == THANKS
    (vote,) = await cast(newsroom)
    assert vote == Vote(
        user_id=newsroom.alice.id,
        reply_id=vote.reply_id,
        guild_id=newsroom.guild.id,
        cast_at=vote.cast_at,
        good=True,
        reason=None,
        note="",
        question_sha256=question_hash("where is kim?"),
        snapshot_id=newsroom.searcher.info.id,
        passage_ids=tuple(f"passage{n}" for n in range(1, 13)),
        verdict=Verdict.ANSWERED,
        confidence=0.9,
        kept=None,
    )
    assert "Kim" not in _dump(newsroom.settings.data_file, "vote")


async def test_criticism_asks_what_was_wrong(newsroom: Newsroom) -> None:
    """The form offers the reasons and room for a note, and is kept when it is sent in."""
    reply = await newsroom.ask(QUESTION)
    shown = await newsroom.alice.click(reply, label="👎")
    assert shown.modal is not None
    radio, note = (part["component"] for part in shown.modal["components"])
    assert [option["value"] for option in radio["options"]] == [
        "wrong",
        "outdated",
        "should_refuse",
        "other",
    ]
    assert (note["required"], note["max_length"]) == (False, votes.NOTE_CHARS)
    assert await cast(newsroom) == []
    values = {"reason": "outdated", "note": " That was in May. "}
    assert told(await newsroom.alice.submit_modal(shown, values)) == THANKS
    (vote,) = await cast(newsroom)
    assert (vote.good, vote.reason, vote.note) == (False, Reason.OUTDATED, "That was in May.")


async def test_of_a_refusal_other_reasons_are_offered(newsroom: Newsroom) -> None:
    """What was refused cannot have been refused too little."""
    root = newsroom.searcher.root
    closest = write_corpus(root, ["A bus rolled over in New York."], "bus.txt")
    newsroom.live.following.append(ScriptedSearcher(root, closest, verdict=Verdict.NOT_FOUND))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    reply = await newsroom.ask(QUESTION)
    assert await criticise(newsroom, reply, "missed") == THANKS
    (vote,) = await cast(newsroom)
    assert (vote.verdict, vote.reason, vote.confidence) == (
        Verdict.NOT_FOUND,
        Reason.MISSED,
        0.1,
    )


async def test_the_last_vote_counts(newsroom: Newsroom) -> None:
    """One a person and answer: 👎 takes the place of 👍, and the other way round."""
    reply = await newsroom.ask(QUESTION)
    assert await praise(newsroom, reply) == THANKS
    assert await criticise(newsroom, reply, "wrong", "no") == INSTEAD
    (vote,) = await cast(newsroom)
    assert (vote.good, vote.reason) == (False, Reason.WRONG)
    assert await praise(newsroom, reply) == INSTEAD
    (vote,) = await cast(newsroom)
    assert (vote.good, vote.reason, vote.note) == (True, None, "")


async def test_everybody_has_a_vote(newsroom: Newsroom) -> None:
    """Two people on one answer, one person on two answers: three votes."""
    first, second = await newsroom.ask(QUESTION), await newsroom.ask("And Putin?")
    await praise(newsroom, first)
    await praise(newsroom, second)
    assert told(await newsroom.bob.click(first, label="👍")) == THANKS
    assert len(await cast(newsroom)) == 3


async def test_buttons_and_forms_outlive_a_restart(newsroom: Newsroom) -> None:
    """A new process takes presses and forms that it never sent, also an hour later."""
    reply = await newsroom.ask(QUESTION)
    shown = await newsroom.alice.click(reply, label="👎")
    await newsroom.restart()
    await newsroom.env.advance_time(3600)
    values = {"reason": "other"}
    assert told(await newsroom.alice.submit_modal(shown, values)) == THANKS
    assert await praise(newsroom, reply) == INSTEAD


async def test_forms_leave_nothing_in_memory(newsroom: Newsroom) -> None:
    """A form that is opened and never sent in is not kept by discord.py."""
    reply = await newsroom.ask(QUESTION)
    for _ in range(3):
        await newsroom.alice.click(reply, label="👎")
    gc.collect()
    assert not any(type(each) is discord.ui.Modal for each in gc.get_objects())


async def test_what_is_no_longer_kept_says_so(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thirty days neither button does anything, a form neither."""
    reply = await newsroom.ask(QUESTION)
    shown = await newsroom.alice.click(reply, label="👎")
    monkeypatch.setattr(store, "KEPT_S", -1)
    assert await praise(newsroom, reply) == EXPIRED
    assert told(await newsroom.alice.click(reply, label="👎")) == EXPIRED
    assert told(await newsroom.alice.submit_modal(shown, {"reason": "wrong"})) == EXPIRED
    assert await cast(newsroom) == []


async def test_the_question_is_kept_where_the_server_wants_it(newsroom: Newsroom) -> None:
    """With who asked and the quotes."""
    await keep_questions(newsroom)
    reply = await newsroom.ask(QUESTION)
    await newsroom.bob.click(reply, label="👍")
    (vote,) = await cast(newsroom)
    assert vote.kept is not None
    assert (vote.kept.asker_id, vote.kept.question) == (newsroom.alice.id, "Where is Kim?")
    assert vote.kept.quotes[0] == "Sentence number 1 speaks of Kim and of Putin."


async def test_private_answers_and_direct_messages_stay_private(newsroom: Newsroom) -> None:
    """Their text is never kept with a vote, whatever the server wants."""
    await keep_questions(newsroom)
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?", private=True)
    await praise(newsroom, result.response)
    await newsroom.alice.send_dm("Kim?")
    direct = newsroom.alice.user
    await direct.click(direct.dm_channel.last_message, label="👍")
    kept = [(vote.guild_id, vote.kept) for vote in await cast(newsroom)]
    assert kept == [(newsroom.guild.id, None), (None, None)]


async def test_no_more_keeping_forgets_what_was_kept(newsroom: Newsroom) -> None:
    """The votes stay, without text; those of another server are not touched."""
    await keep_questions(newsroom)
    await praise(newsroom, await newsroom.ask(QUESTION))
    (vote,) = await cast(newsroom)
    elsewhere = replace(vote, guild_id=1, reply_id="0" * 16)
    await votes.save(newsroom.bot.store, elsewhere)
    assert await guilds.set_keep_questions(newsroom.bot.store, newsroom.guild.id, keep=False) == 1
    assert {vote.guild_id: vote.kept is None for vote in await cast(newsroom)} == {
        newsroom.guild.id: True,
        1: False,
    }


async def test_a_server_that_we_leave_is_forgotten(newsroom: Newsroom) -> None:
    """Its setting goes, and the questions that it kept."""
    await keep_questions(newsroom)
    await praise(newsroom, await newsroom.ask(QUESTION))
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    newsroom.bot.dispatch("guild_remove", guild)
    async with asyncio.timeout(10):
        while await guilds.keeps_questions(newsroom.bot.store, newsroom.guild.id):  # noqa: ASYNC110  # the bot has no event to set
            await asyncio.sleep(0.01)
    assert [vote.kept for vote in await cast(newsroom)] == [None]


async def test_a_press_is_taken_before_anything_is_written(newsroom: Newsroom) -> None:
    """Discord hears of us at once, so that a slow disk does not lose the vote."""
    reply = await newsroom.ask(QUESTION)
    before = len(newsroom.env.http_requests)
    await newsroom.alice.click(reply, label="👍")
    first, *others = newsroom.env.http_requests[before:]
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert [call.method for call in others] == ["PATCH"]
    assert texts(reply) == texts(newsroom.channel.last_message)


async def test_a_failing_store_costs_the_vote_and_not_the_answer(newsroom: Newsroom) -> None:
    """The answer is there; whoever votes hears of an incident."""
    reply = await newsroom.ask(QUESTION)
    await newsroom.fill_disk()
    assert "incident" in await praise(newsroom, reply)
    answer = await newsroom.ask(QUESTION)
    assert "The corpus says" in "\n".join(texts(answer))
    assert buttons(answer) == {}
    await newsroom.bot.store.close()
    assert "incident" in told(await newsroom.alice.click(reply, label="👎"))


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
@pytest.mark.parametrize("label", ["👍", "👎"])
async def test_a_press_that_comes_too_late_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, status: int, code: int, label: str
) -> None:
    """An expired interaction costs one line of the log; no vote is cast behind one's back."""
    reply = await newsroom.ask(QUESTION)
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.click(reply, label=label)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert await cast(newsroom) == []


async def test_a_form_that_comes_too_late_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """As with a press."""
    shown = await newsroom.alice.click(await newsroom.ask(QUESTION), label="👎")
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.submit_modal(shown, {"reason": "wrong"})
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert await cast(newsroom) == []


@pytest.mark.parametrize("refusal", [False, True])
async def test_forms_are_inside_discords_limits(*, refusal: bool) -> None:
    """Titles and labels of 45 characters, descriptions and options of 100, an id of 100."""
    modal = form("0123456789abcdef", refusal=refusal).to_dict()
    validate_modal(modal)
    assert len(modal["title"]) <= 45
    assert len(modal["custom_id"]) <= 100
    for label in modal["components"]:
        assert len(label["label"]) <= 45
        assert len(label.get("description") or "") <= 100
        options = label["component"].get("options", [])
        assert all(len(option["label"]) <= 100 for option in options)


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ({"custom_id": "another"}, None),
        ({}, None),
        ({"custom_id": "newsquote:reason:0123456789abcdef"}, (Reason.OTHER, "")),
        (
            {
                "custom_id": "newsquote:reason:0123456789abcdef",
                "components": [
                    {"type": 18, "component": {"custom_id": "reason", "value": "bribed"}},
                    {"type": 18, "component": {"custom_id": "note", "value": "x" * 999}},
                    {"type": 10},
                ],
            },
            (Reason.OTHER, "x" * votes.NOTE_CHARS),
        ),
    ],
)
def test_whatever_is_sent_in_is_read(data: dict[str, Any], read: object) -> None:
    """Forms of others are left alone; what no form of ours can send is bounded."""

    class SentIn:
        type = discord.InteractionType.modal_submit

    SentIn.data = data  # pyright: ignore[reportAttributeAccessIssue]  # as far as it is looked at
    found = feedback_views.sent_in(SentIn())  # pyright: ignore[reportArgumentType]  # likewise
    assert (found and found[1:]) == read


async def test_votes_are_kept_for_a_year_and_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is older is not read and goes with the next vote; the oldest give way to the newest."""
    monkeypatch.setattr(votes, "MOST_VOTES", 2)
    now = 2e9
    kept = await open_store(tmp_path / "bot.sqlite3", lambda: now)
    vote = Vote(
        user_id=1,
        reply_id="",
        guild_id=None,
        cast_at=now,
        good=True,
        reason=None,
        note="",
        question_sha256="ab",
        snapshot_id="s",
        passage_ids=(),
        verdict=Verdict.CLOSE,
        confidence=None,
        kept=Kept(1, "Q", ("q",)),
    )
    for n in range(3):
        assert not await votes.save(kept, replace(vote, user_id=n, cast_at=now + n))
    assert [each.user_id for each in await votes.since(kept)] == [1, 2]
    assert [each.user_id for each in await votes.since(kept, now + 2)] == [2]
    now += votes.KEPT_S + 2
    assert [each.user_id for each in await votes.since(kept)] == [2]
    await votes.save(kept, replace(vote, user_id=9, cast_at=now))
    await kept.close()
    assert _dump(tmp_path / "bot.sqlite3", "vote").count("\n") == 1


def _rows(message: discord.Message) -> list[dict[str, Any]]:
    """Return the rows of buttons below a message."""
    parts: list[dict[str, Any]] = [part.to_dict() for part in message.components]  # pyright: ignore[reportAssignmentType]  # typed by kind
    return [part for part in parts if part["type"] == 1]


def _dump(path: Path, table: str) -> str:
    """Return a table's rows as text, one a line."""
    db = sqlite3.connect(path)
    rows = db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # a name of ours
    db.close()
    return "\n".join(map(str, rows))
