"""/privacy says what the file holds, /forget empties it of a person, and neither says too much."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

import pytest

from bot import rendering, store
from bot.desks.forgetting import Held
from bot.errors import StoreError
from bot.escaping import size
from bot.kept import guilds, votes
from bot.owner.sync import payload
from bot.pages import privacy_page
from bot.pages.privacy_page import Here
from scripted import buttons, texts

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.actors import MemberActor
    from simcord.results import InteractionResult

    from newsroom import Newsroom

KEEPS = "This server keeps the text of questions that are voted on."
KEEPS_NOT = "This server does not keep the text of questions that are voted on."

COLUMNS = {
    "reply": {"id", "asker_id", "body", "created_at"},
    "asked": {
        "message_id",
        "asker_id",
        "guild_id",
        "channel_id",
        "sent_id",
        "question_sha256",
        "reply_id",
        "asked_at",
    },
    "vote": {
        "user_id",
        "reply_id",
        "guild_id",
        "cast_at",
        "good",
        "reason",
        "note",
        "question_sha256",
        "snapshot_id",
        "passage_ids",
        "verdict",
        "confidence",
        "asker_id",
        "question",
        "quotes",
    },
    "watch": {
        "id",
        "guild_id",
        "channel_id",
        "role_id",
        "query",
        "every_word",
        "digest_hour",
        "quiet_from",
        "quiet_to",
        "zone",
        "created_at",
        "paused",
    },
    "watch_story": {
        "watch_id",
        "passage_id",
        "story",
        "rank",
        "found_at",
        "quote",
        "more",
        "post_id",
    },
    "watch_post": {"id", "watch_id", "made_at", "state", "message_id", "owner"},
    "watch_known": {"one", "snapshot_id", "marks"},
    "guilds": {
        "guild_id",
        "keep_questions",
        "reply_mode",
        "filters",
        "scope",
        "channels",
        "roles",
    },
    "channels": {"channel_id", "guild_id", "reply_mode", "every_question"},
    "synced": {"application_id", "tree_hash"},
    "shard": {"shard_id", "shard_count", "owner", "beat_at"},
    "turn": {"name", "free_at"},
}
"""The columns that /privacy was written for: who adds one looks at its line again."""


def told(result: InteractionResult) -> str:
    """Return what a command answers with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


async def privacy(newsroom: Newsroom, who: MemberActor) -> str:
    """Let somebody use /privacy."""
    return told(await who.slash(newsroom.channel, "privacy"))


async def test_every_table_and_column_is_told_of(newsroom: Newsroom) -> None:
    """A table without a line in /privacy, or a column that nobody looked at, fails here."""
    db = sqlite3.connect(newsroom.settings.data_file)
    found = db.execute(
        "SELECT m.name, i.name FROM sqlite_master m, pragma_table_info(m.name) i"
        " WHERE m.type = 'table'"
    ).fetchall()
    db.close()
    columns: dict[str, set[str]] = {}
    for table, column in found:
        columns.setdefault(table, set()).add(column)
    assert columns.keys() == privacy_page.TABLES.keys()
    assert columns == COLUMNS
    said = await privacy(newsroom, newsroom.alice)
    for line in privacy_page.TABLES.values():
        assert line in said


async def test_times_and_numbers_are_those_of_the_code(newsroom: Newsroom) -> None:
    """Days and most rows are the constants that the store deletes by."""
    said = await privacy(newsroom, newsroom.alice)
    assert f"for {store.KEPT_S // 86400} days, at most the newest {store.MOST_REPLIES:,}" in said
    assert f"For {votes.KEPT_S // 86400} days, at most the newest {votes.MOST_VOTES:,}" in said


async def test_what_is_too_old_is_deleted_by_the_hour(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody asks any more; an error does not end that."""
    await newsroom.ask("Kim?")
    monkeypatch.setattr(store, "KEPT_S", -1)
    with monkeypatch.context() as failing:
        failing.setattr("bot.kept.expiring.expire", _fail)
        await newsroom.env.advance_time(3600)
    assert rows(newsroom) == (1, 0)
    await newsroom.env.advance_time(3600)
    assert rows(newsroom) == (0, 0)


async def _fail(_: object) -> int:
    raise StoreError("The disk is full.", remedy="Make room.")


@pytest.mark.parametrize("logs", [True, False])
def test_the_log_is_told_as_it_is(*, logs: bool) -> None:
    """Where the owner has questions logged, /privacy says so."""
    said = "\n".join(privacy_page.privacy(Here(logs)).texts)
    assert ("log holds the text of questions" in said) is logs


async def test_the_log_setting_reaches_the_page(newsroom: Newsroom) -> None:
    """NEWSQUOTE_LOG_QUESTIONS=1 is told."""
    await newsroom.restart(newsroom.settings.model_copy(update={"log_questions": True}))
    assert "log holds the text of questions" in await privacy(newsroom, newsroom.alice)


@pytest.mark.parametrize(
    ("database", "where"),
    [("sqlite", "in one file on the machine"), ("postgresql", "in a PostgreSQL database")],
    indirect=["database"],
)
async def test_where_it_is_kept_is_told(newsroom: Newsroom, where: str) -> None:
    """One file, or the database that processes on several machines share."""
    assert where in await privacy(newsroom, newsroom.alice)


async def test_what_the_server_keeps_is_told(newsroom: Newsroom) -> None:
    """And where that is set, also after a restart."""
    assert f"{KEEPS_NOT} Who manages it sets that" in await privacy(newsroom, newsroom.alice)
    await guilds.set_keep_questions(newsroom.bot.store, newsroom.guild.id, keep=True)
    await newsroom.restart()
    assert f"{KEEPS} Who manages it sets that" in await privacy(newsroom, newsroom.alice)


async def test_direct_messages_have_no_server_to_tell_of(newsroom: Newsroom) -> None:
    """There the page ends with /forget."""
    said = told(await newsroom.alice.user.slash("privacy"))
    assert said.endswith("`/forget` deletes what is stored about you.")


async def test_forget_asks_first_and_then_deletes(newsroom: Newsroom) -> None:
    """Answers, votes, and the question in somebody else's vote; others' data stays."""
    await guilds.set_keep_questions(newsroom.bot.store, newsroom.guild.id, keep=True)
    await newsroom.alice.send_dm("zyzzyva?")
    reply = await newsroom.ask("zyzzyva?")
    await newsroom.alice.click(reply, label="👍")
    await newsroom.bob.click(reply, label="👍")
    await newsroom.bob.slash(newsroom.channel, "ask", question="Kim?")
    assert rows(newsroom) == (3, 2)
    shown = await newsroom.alice.slash(newsroom.channel, "forget")
    assert told(shown).startswith(
        "This deletes 2 kept answers, 1 vote, 1 question kept with a vote,"
        " 2 links of questions to replies. The buttons under"
    )
    assert rows(newsroom) == (3, 2)
    assert shown.response is not None
    await newsroom.alice.click(shown.response, label="Delete")
    assert told(shown) == (
        "Deleted 6 rows: 2 kept answers, 1 vote, 1 question kept with a vote,"
        " 2 links of questions to replies."
    )
    assert buttons(shown.response) == {}
    assert rows(newsroom) == (1, 1)
    (vote,) = await votes.since(newsroom.bot.store)
    assert (vote.user_id, vote.kept) == (newsroom.bob.id, None)
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert told(pressed) == "This answer is no longer kept. Please ask again."


async def test_nothing_is_left_in_the_file(newsroom: Newsroom) -> None:
    """Not in free pages and not in the log beside it."""
    await newsroom.ask("zyzzyva?")
    shown = await newsroom.alice.slash(newsroom.channel, "forget")
    assert shown.response is not None
    assert b"zyzzyva" in content(newsroom.settings.data_file)
    await newsroom.alice.click(shown.response, label="Delete")
    assert b"zyzzyva" not in content(newsroom.settings.data_file)


async def test_who_has_nothing_gets_no_button(newsroom: Newsroom) -> None:
    """There is nothing to confirm."""
    shown = await newsroom.bob.slash(newsroom.channel, "forget")
    assert told(shown) == "Nothing about you is stored."
    assert buttons(shown.response) == {}


async def test_forget_works_in_direct_messages_and_after_a_restart(newsroom: Newsroom) -> None:
    """The button carries whose data it is; a second press has nothing left to do."""
    await newsroom.alice.send_dm("Kim?")
    shown = await newsroom.alice.user.slash("forget")
    assert shown.response is not None
    await newsroom.restart()
    await newsroom.alice.user.click(shown.response, label="Delete")
    assert told(shown) == "Deleted 2 rows: 1 kept answer, 1 link of a question to its reply."
    assert rows(newsroom) == (0, 0)


async def test_a_failing_store_is_told(newsroom: Newsroom) -> None:
    """Neither command is silent, and nothing is said to be deleted that is not."""
    await newsroom.ask("Kim?")
    shown = await newsroom.alice.slash(newsroom.channel, "forget")
    assert shown.response is not None
    await newsroom.bot.store.close()
    pressed = await newsroom.alice.click(shown.response, label="Delete")
    (whispered,) = pressed.followups
    assert "incident" in "\n".join(texts(whispered))
    assert told(shown).startswith("This deletes 1 kept answer, 1 link of a question to its reply.")
    for command in ("privacy", "forget"):
        assert "incident" in told(await newsroom.alice.slash(newsroom.channel, command))


@pytest.mark.parametrize("command", ["privacy", "forget"])
async def test_late_commands_are_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    """An interaction that has expired (10062) costs one line of the log."""
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.slash(newsroom.channel, command)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_late_press_deletes_nothing(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be confirmed is not done."""
    await newsroom.ask("Kim?")
    shown = await newsroom.alice.slash(newsroom.channel, "forget")
    assert shown.response is not None
    newsroom.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with caplog.at_level(logging.WARNING, logger="bot"):
        await newsroom.alice.click(shown.response, label="Delete")
    assert rows(newsroom) == (1, 0)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Held(0, 0, 0), "Deleted 0 rows."),
        (Held(1, 0, 0), "Deleted 1 row: 1 kept answer."),
        (Held(0, 1200, 2), "Deleted 1,202 rows: 1,200 votes, 2 questions kept with votes."),
    ],
)
def test_rows_are_counted_in_plain_words(held: Held, said: str) -> None:
    """Only what there was is listed."""
    assert privacy_page.forgotten(held).texts == (said,)


def test_pages_stay_within_limits() -> None:
    """The longest page is one message."""
    page = privacy_page.privacy(
        Here(logs_questions=True, keeps_questions=False, in_postgresql=True)
    )
    assert sum(map(size, page.texts)) <= rendering.MESSAGE_CHARS


async def test_commands_are_offered_everywhere(newsroom: Newsroom) -> None:
    """Both work in servers and direct messages, for installs of servers and of people."""
    commands = {each["name"]: each for each in payload(newsroom.bot)}
    for name in ("privacy", "forget"):
        assert commands[name]["integration_types"] == [0, 1]
        assert commands[name]["contexts"] == [0, 1, 2]


def rows(newsroom: Newsroom) -> tuple[int, int]:
    """Count the kept answers and the votes."""
    db = sqlite3.connect(newsroom.settings.data_file)
    counts = "SELECT (SELECT count(*) FROM reply), (SELECT count(*) FROM vote)"
    answers, cast = db.execute(counts).fetchone()
    db.close()
    return answers, cast


def content(path: Path) -> bytes:
    """Return what is in the file and in the log beside it."""
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
