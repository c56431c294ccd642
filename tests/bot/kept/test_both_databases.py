"""A file and PostgreSQL keep the same, forget the same, and fail with the same error."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select

from bot import store as replies
from bot.desks import forgetting
from bot.desks.forgetting import Held
from bot.errors import ExpiredError, StoreError
from bot.kept import asked, databases, expiring, guilds, postgresql_schema, rules, schema, votes
from bot.kept.asked import Asked
from bot.kept.rules import DEFAULTS, ChannelRules, ReplyMode, Rules
from bot.kept.tables import ASKED, METADATA, REPLY, VOTE
from bot.kept.votes import Kept, Reason, Vote
from bot.store import open_store
from databases import BOTH, SQLITE
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store import Store

pytestmark = BOTH

Shape = tuple[dict[str, bool], list[str]]
BIG_ID = 2**62 + 1  # ids of Discord's have more bits than most integers


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture
async def store(database: Path | str, clock: Clock) -> AsyncGenerator[Store]:
    """An open database."""
    opened = await open_store(database, clock)
    yield opened
    await opened.close()


def vote(user_id: int, reply_id: str = "r", *, cast_at: float = 1e9, good: bool = True) -> Vote:
    """Return a vote on an answer whose question is kept."""
    kept = Kept(BIG_ID, "Who won?", ("Nobody won.",))
    reason = None if good else Reason.WRONG
    return Vote(
        user_id, reply_id, BIG_ID, cast_at, good, reason, "", "0" * 64, "s", ("p",),
        Verdict.ANSWERED, 0.5, kept,
    )  # fmt: skip


async def test_replies_are_kept_for_their_time(store: Store, clock: Clock) -> None:
    """Asker and body come back as they were, and not at all once the time is over."""
    reply_id = await store.save_reply(BIG_ID, "bödy \N{NEWSPAPER}")
    assert await store.load_reply(reply_id) == (BIG_ID, "bödy \N{NEWSPAPER}")
    clock.now += replies.KEPT_S + 1
    with pytest.raises(ExpiredError):
        await store.load_reply(reply_id)
    assert await expiring.expire(store) == 1
    assert await store.rows(select(REPLY)) == []


async def test_the_oldest_give_way(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of replies, of messages that asked and of votes."""
    monkeypatch.setattr(replies, "MOST_REPLIES", 2)
    monkeypatch.setattr(asked, "MOST_REPLIES", 2)
    monkeypatch.setattr(votes, "MOST_VOTES", 2)
    for number in (1, 2, 3):
        clock.now += 1
        reply_id = await store.save_reply(number, "body")
        await asked.save(store, Asked(number, 7, None, 5, number, "0" * 64, reply_id))
        await votes.save(store, vote(number, cast_at=clock.now))
    assert {row[0] for row in await store.rows(select(REPLY.c.asker_id))} == {2, 3}
    assert {row[0] for row in await store.rows(select(ASKED.c.message_id))} == {2, 3}
    assert [each.user_id for each in await votes.since(store)] == [2, 3]


async def test_a_channel_goes_before_its_server(store: Store) -> None:
    """Each is looked up, whichever of them has anything set."""
    channel = 2**62 + 3
    assert await rules.rules(store, BIG_ID, channel) == DEFAULTS
    await rules.set_channel(store, BIG_ID, channel, ChannelRules(every_question=True))
    assert await rules.rules(store, BIG_ID, channel) == Rules(every_question=True)
    await rules.set_reply_mode(store, BIG_ID, ReplyMode.THREAD)
    await rules.set_filters(store, BIG_ID, "after:30d")
    held = Rules(ReplyMode.THREAD, filters="after:30d")
    assert await rules.rules(store, BIG_ID, channel) == replace(held, every_question=True)
    await rules.set_channel(store, BIG_ID, channel, ChannelRules(ReplyMode.HERE))
    assert await rules.rules(store, BIG_ID, channel) == replace(held, reply_mode=ReplyMode.HERE)
    assert await rules.rules(store, BIG_ID, None) == held
    assert await rules.rules(store, 1, channel) == DEFAULTS


async def test_a_person_has_one_vote_an_answer(store: Store) -> None:
    """The last one counts, whatever is in it; what was kept comes back whole."""
    assert not await votes.save(store, vote(1))
    assert await votes.save(store, vote(1, good=False))
    assert await votes.since(store) == [vote(1, good=False)]


async def test_who_asked_what_is_found_by_either_message(store: Store) -> None:
    """In place of an earlier reply, whose kept answer goes."""
    first = await store.save_reply(7, "first")
    second = await store.save_reply(7, "second")
    for sent_id, reply_id in ((20, first), (21, second)):
        await asked.save(store, Asked(BIG_ID, 7, None, 5, sent_id, "0" * 64, reply_id))
    found = await asked.of_message(store, BIG_ID)
    assert found == await asked.of_sent(store, 21) == await asked.last_in(store, 5, BIG_ID + 1)
    assert found is not None
    assert found.reply_id == second
    assert await asked.of_sent(store, 20) is None
    with pytest.raises(ExpiredError):
        await store.load_reply(first)
    await asked.forget(store, BIG_ID)
    assert await asked.of_message(store, BIG_ID) is None


async def test_a_person_is_forgotten(store: Store) -> None:
    """Others' votes on the person's answers stay, without the question."""
    await store.save_reply(BIG_ID, "body")
    await votes.save(store, vote(BIG_ID))
    await votes.save(store, vote(1))
    await asked.save(store, Asked(1, BIG_ID, None, 5, 20, "0" * 64, None))
    counted = Held(1, 1, 1, 1)
    assert await forgetting.held(store, BIG_ID) == counted
    assert await forgetting.forget(store, BIG_ID) == counted
    assert await forgetting.held(store, BIG_ID) == Held(0, 0, 0, 0)
    assert [(each.user_id, each.kept) for each in await votes.since(store)] == [(1, None)]


async def test_a_server_that_keeps_no_questions_forgets_them(store: Store) -> None:
    """At once, and says how many there were."""
    await guilds.set_keep_questions(store, BIG_ID, keep=True)
    await votes.save(store, vote(1))
    assert await guilds.keeps_questions(store, BIG_ID)
    assert await guilds.set_keep_questions(store, BIG_ID, keep=False) == 1
    assert not await guilds.keeps_questions(store, BIG_ID)


async def test_a_block_that_fails_writes_nothing(store: Store) -> None:
    """An error undoes what came before it, and the next transaction is clean."""
    with contextlib.suppress(ZeroDivisionError):
        async with store.writing(durable=True) as db:
            await db.execute(VOTE.delete())
            await db.execute(REPLY.insert().values(id="x", asker_id=1, body="", created_at=1e9))
            raise ZeroDivisionError
    await store.save_synced(2, "y")
    await store.save_synced(2, "z")
    assert await store.rows(select(REPLY)) == []
    assert (await store.synced_hash(1), await store.synced_hash(2)) == (None, "z")


async def test_what_the_database_refuses_is_our_error(store: Store) -> None:
    """Also what it refuses about a value; a closed store refuses everything."""
    with pytest.raises(StoreError, match="cannot be used"):
        async with store.writing() as db:
            await db.execute(REPLY.insert().values(id="x", asker_id=1, created_at=1e9))
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.load_reply("x")
    with pytest.raises(StoreError, match="closed"):
        await store.save_reply(1, "x")


async def test_many_write_at_once(store: Store, database: Path | str, clock: Clock) -> None:
    """Two processes' worth of stores: everything that was written is there."""
    other = await open_store(database, clock)
    work = [
        votes.save(each, vote(number, good=bool(number % 2)))
        for number in range(20)
        for each in (store, other)
    ]
    await asyncio.gather(*work)
    assert len(await votes.since(other)) == 20
    await other.close()


async def test_a_newer_version_is_refused(database: Path | str) -> None:
    """We do not write into what we do not understand."""
    raw = databases.database(database)
    await raw.prepare()
    newer = "PRAGMA user_version = 99"
    if raw.dialect != SQLITE:
        newer = "INSERT INTO newsquote_schema VALUES (99)"
    async with raw.writing(durable=True).begin() as db:
        await db.exec_driver_sql(newer)
    await raw.engine.dispose()
    with pytest.raises(StoreError, match="newer version"):
        await open_store(database)


async def test_several_may_open_it_at_once(database: Path | str) -> None:
    """One makes the tables, the others find them made."""
    opened = await asyncio.gather(*(open_store(database) for _ in range(3)))
    for each in opened:
        await each.close()
    assert len(schema.MIGRATIONS) == 6
    assert len(postgresql_schema.MIGRATIONS) == 1


async def test_the_tables_are_those_that_queries_are_built_of(database: Path | str) -> None:
    """Each with its columns, which may be empty where they may be, and with its key."""
    raw = databases.database(database)
    await raw.prepare()

    def shapes(connection: Connection) -> dict[str, Shape]:
        looked = inspect(connection)
        return {
            name: without_key(
                {each["name"]: each["nullable"] for each in looked.get_columns(name)},
                looked.get_pk_constraint(name)["constrained_columns"],
            )
            for name in looked.get_table_names()
            if name != "newsquote_schema"
        }

    async with raw.reading().connect() as db:
        found = await db.run_sync(shapes)
    await raw.engine.dispose()
    assert found == {
        name: without_key(
            {each.name: bool(each.nullable) for each in table.columns},
            [each.name for each in table.primary_key],
        )
        for name, table in METADATA.tables.items()
    }


def without_key(columns: dict[str, bool], key: list[str]) -> Shape:
    """Leave out whether a key's columns may be empty: SQLite's declarations say so, wrongly."""
    return {each: may for each, may in columns.items() if each not in key}, key
