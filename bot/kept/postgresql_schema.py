"""The tables of the bot's PostgreSQL database, and how an earlier version gets them.

``newsquote_schema`` says how many of the migrations a database has. All that are missing are one
transaction: PostgreSQL takes tables back like rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Integer, MetaData, Table, func, select
from sqlalchemy.schema import CreateTable

from bot.kept import schema

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.kept.databases import Database

_FIRST: Final = (
    """CREATE TABLE reply (
        id TEXT PRIMARY KEY, asker_id BIGINT NOT NULL, body TEXT NOT NULL,
        created_at DOUBLE PRECISION NOT NULL
    )""",
    "CREATE INDEX reply_age ON reply (created_at)",
    "CREATE TABLE synced (application_id BIGINT PRIMARY KEY, tree_hash TEXT NOT NULL)",
    """CREATE TABLE vote (
        user_id BIGINT NOT NULL, reply_id TEXT NOT NULL, guild_id BIGINT,
        cast_at DOUBLE PRECISION NOT NULL, good BOOLEAN NOT NULL, reason TEXT, note TEXT NOT NULL,
        question_sha256 TEXT NOT NULL, snapshot_id TEXT NOT NULL, passage_ids TEXT NOT NULL,
        verdict TEXT NOT NULL, confidence DOUBLE PRECISION, asker_id BIGINT, question TEXT,
        quotes TEXT,
        PRIMARY KEY (user_id, reply_id)
    )""",
    "CREATE INDEX vote_age ON vote (cast_at)",
    """CREATE TABLE guilds (
        guild_id BIGINT PRIMARY KEY, keep_questions BOOLEAN NOT NULL DEFAULT FALSE,
        reply_mode TEXT NOT NULL DEFAULT 'here', filters TEXT NOT NULL DEFAULT '',
        scope TEXT NOT NULL DEFAULT '[]', channels TEXT NOT NULL DEFAULT '[]',
        roles TEXT NOT NULL DEFAULT '[]'
    )""",
    """CREATE TABLE channels (
        channel_id BIGINT PRIMARY KEY, guild_id BIGINT NOT NULL, reply_mode TEXT,
        every_question BOOLEAN NOT NULL
    )""",
    """CREATE TABLE watch (
        id TEXT PRIMARY KEY, guild_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, role_id BIGINT,
        query TEXT NOT NULL, every_word BOOLEAN NOT NULL, digest_hour INTEGER, quiet_from INTEGER,
        quiet_to INTEGER, zone TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL, paused TEXT
    )""",
    """CREATE TABLE watch_post (
        id TEXT PRIMARY KEY, watch_id TEXT NOT NULL, made_at DOUBLE PRECISION NOT NULL,
        state TEXT NOT NULL, message_id BIGINT, owner TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX watch_post_pending ON watch_post (made_at) WHERE state = 'pending'",
    """CREATE TABLE watch_story (
        watch_id TEXT NOT NULL, passage_id TEXT NOT NULL, story TEXT NOT NULL,
        rank INTEGER NOT NULL, found_at DOUBLE PRECISION NOT NULL, quote TEXT NOT NULL,
        more INTEGER NOT NULL, post_id TEXT,
        PRIMARY KEY (watch_id, passage_id)
    )""",
    "CREATE INDEX watch_story_waiting ON watch_story (watch_id) WHERE post_id IS NULL",
    "CREATE INDEX watch_story_told ON watch_story (watch_id, story)",
    "CREATE INDEX watch_story_post ON watch_story (post_id)",
    """CREATE TABLE watch_known (
        one INTEGER PRIMARY KEY CHECK (one = 1), snapshot_id TEXT NOT NULL, marks BYTEA NOT NULL
    )""",
    """CREATE TABLE asked (
        message_id BIGINT PRIMARY KEY, asker_id BIGINT NOT NULL, guild_id BIGINT,
        channel_id BIGINT NOT NULL, sent_id BIGINT NOT NULL, question_sha256 TEXT NOT NULL,
        reply_id TEXT, asked_at DOUBLE PRECISION NOT NULL
    )""",
    "CREATE INDEX asked_age ON asked (asked_at)",
    "CREATE INDEX asked_sent ON asked (sent_id)",
    "CREATE INDEX asked_place ON asked (channel_id, asked_at)",
    """CREATE TABLE shard (
        shard_id INTEGER PRIMARY KEY, shard_count INTEGER NOT NULL, owner TEXT NOT NULL,
        beat_at DOUBLE PRECISION NOT NULL
    )""",
    "CREATE TABLE turn (name TEXT PRIMARY KEY, free_at DOUBLE PRECISION NOT NULL)",
)

MIGRATIONS: Final = (_FIRST,)
"""``MIGRATIONS[n]`` takes a database of version n to n + 1. What was released stays as it is."""

VERSION: Final = Table("newsquote_schema", MetaData(), Column("version", Integer))
"""Says of which version the tables are: the largest number in it."""

_ONE_AT_A_TIME: Final = 0x6E657773
"""The number of the lock that whoever migrates holds; others wait."""


async def prepare(database: Database) -> None:
    """Bring a database up to date.

    Raises StoreError where a newer version of newsquote wrote it, and the database's failures.
    """
    async with database.writing(durable=True).begin() as db:
        await db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        version = await _version(db)
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                await db.exec_driver_sql(statement)
        if version < len(MIGRATIONS):
            await db.execute(VERSION.insert().values(version=len(MIGRATIONS)))
    if version > len(MIGRATIONS):
        raise schema.too_new(database)


async def _version(db: AsyncConnection) -> int:
    await db.execute(CreateTable(VERSION, if_not_exists=True))
    found = await db.execute(select(func.max(VERSION.c.version)))
    return found.scalar_one() or 0
