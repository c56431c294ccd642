"""The tables of the bot's SQLite file, and how a file of an earlier version gets them.

``PRAGMA user_version`` says how many of the migrations a file has; each is one transaction. Those
of PostgreSQL are in :mod:`bot.kept.postgresql_schema`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import OperationalError

from bot.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.kept.databases import Database

_REPLIES: Final = (
    # IF NOT EXISTS: a first start that was killed may have left tables without a version.
    """CREATE TABLE IF NOT EXISTS reply (
        id TEXT PRIMARY KEY, asker_id INTEGER NOT NULL, body TEXT NOT NULL, created_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS reply_age ON reply (created_at)",
    """CREATE TABLE IF NOT EXISTS synced (
        application_id INTEGER PRIMARY KEY, tree_hash TEXT NOT NULL
    ) STRICT""",
)
_VOTES: Final = (
    # The last three are null unless the question's text is kept: see bot/kept/votes.py.
    """CREATE TABLE vote (
        user_id INTEGER NOT NULL, reply_id TEXT NOT NULL, guild_id INTEGER, cast_at REAL NOT NULL,
        good INTEGER NOT NULL, reason TEXT, note TEXT NOT NULL, question_sha256 TEXT NOT NULL,
        snapshot_id TEXT NOT NULL, passage_ids TEXT NOT NULL, verdict TEXT NOT NULL,
        confidence REAL, asker_id INTEGER, question TEXT, quotes TEXT,
        PRIMARY KEY (user_id, reply_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX vote_age ON vote (cast_at)",
    """CREATE TABLE guilds (
        guild_id INTEGER PRIMARY KEY, keep_questions INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
)
_RULES: Final = (
    # Lists are JSON arrays.
    "ALTER TABLE guilds ADD COLUMN reply_mode TEXT NOT NULL DEFAULT 'here'",
    "ALTER TABLE guilds ADD COLUMN filters TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE guilds ADD COLUMN scope TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE guilds ADD COLUMN channels TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE guilds ADD COLUMN roles TEXT NOT NULL DEFAULT '[]'",
    """CREATE TABLE channels (
        channel_id INTEGER PRIMARY KEY, guild_id INTEGER NOT NULL, reply_mode TEXT,
        every_question INTEGER NOT NULL
    ) STRICT""",
)

_WATCHES: Final = (
    """CREATE TABLE watch (
        id TEXT PRIMARY KEY, guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
        role_id INTEGER, query TEXT NOT NULL, every_word INTEGER NOT NULL, digest_hour INTEGER,
        quiet_from INTEGER, quiet_to INTEGER, zone TEXT NOT NULL, created_at REAL NOT NULL,
        paused TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE watch_post (
        id TEXT PRIMARY KEY, watch_id TEXT NOT NULL REFERENCES watch, made_at REAL NOT NULL,
        state TEXT NOT NULL, message_id INTEGER
    ) STRICT, WITHOUT ROWID""",
    # A story waits as long as it has no post.
    """CREATE TABLE watch_story (
        watch_id TEXT NOT NULL REFERENCES watch, passage_id TEXT NOT NULL, story TEXT NOT NULL,
        rank INTEGER NOT NULL, found_at REAL NOT NULL, quote TEXT NOT NULL, more INTEGER NOT NULL,
        post_id TEXT,
        PRIMARY KEY (watch_id, passage_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX watch_story_waiting ON watch_story (watch_id) WHERE post_id IS NULL",
    "CREATE INDEX watch_story_told ON watch_story (watch_id, story)",
    """CREATE TABLE watch_known (
        one INTEGER PRIMARY KEY CHECK (one = 1), snapshot_id TEXT NOT NULL, marks BLOB NOT NULL
    ) STRICT""",
)

_ASKED: Final = (
    # See bot/kept/asked.py; reply_id is null where nothing is kept of the reply.
    """CREATE TABLE asked (
        message_id INTEGER PRIMARY KEY, asker_id INTEGER NOT NULL, guild_id INTEGER,
        channel_id INTEGER NOT NULL, sent_id INTEGER NOT NULL, question_sha256 TEXT NOT NULL,
        reply_id TEXT, asked_at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX asked_age ON asked (asked_at)",
    "CREATE INDEX asked_sent ON asked (sent_id)",
    "CREATE INDEX asked_place ON asked (channel_id, asked_at)",
)

_PROCESSES: Final = (
    # See bot/kept/processes.py and bot/kept/turns.py.
    "ALTER TABLE watch_post ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE shard (
        shard_id INTEGER PRIMARY KEY, shard_count INTEGER NOT NULL, owner TEXT NOT NULL,
        beat_at REAL NOT NULL
    ) STRICT""",
    "CREATE TABLE turn (name TEXT PRIMARY KEY, free_at REAL NOT NULL) STRICT, WITHOUT ROWID",
)

MIGRATIONS: Final = (_REPLIES, _VOTES, _WATCHES, _RULES, _ASKED, _PROCESSES)
"""``MIGRATIONS[n]`` takes a file of version n to n + 1. What was released stays as it is."""

_TRIES: Final = 40
_BETWEEN_TRIES_S: Final = 0.05


async def prepare(database: Database) -> None:
    """Bring a file up to date.

    Raises StoreError where a newer version of newsquote wrote it, and the database's failures.
    """
    await _log_ahead(database)
    while (version := await _version(database)) < len(MIGRATIONS):
        async with database.writing(durable=True).begin() as db:
            # Another process may have been first.
            if await _version_in(db) == version:
                for statement in MIGRATIONS[version]:
                    await db.exec_driver_sql(statement)
                await db.exec_driver_sql(f"PRAGMA user_version = {version + 1}")
    if version > len(MIGRATIONS):
        raise too_new(database)


def too_new(database: Database) -> StoreError:
    """Return the error of a database that only a newer version understands."""
    return StoreError(
        f"{database.name} was written by a newer version of newsquote.",
        remedy="Upgrade newsquote, or set NEWSQUOTE_DATA or NEWSQUOTE_DATABASE_URL to another.",
    )


async def _log_ahead(database: Database) -> None:
    """Let SQLite write into a log first, so that whoever reads need not wait for whoever writes.

    Another process that does so at the same time is not waited for by SQLite itself.
    """
    tries = 0
    while True:
        try:
            async with database.reading().connect() as db:
                await db.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            busy = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if tries == _TRIES or not busy:
                raise
            tries += 1
            await asyncio.sleep(_BETWEEN_TRIES_S)
        else:
            return


async def _version(database: Database) -> int:
    async with database.reading().connect() as db:
        return await _version_in(db)


async def _version_in(db: AsyncConnection) -> int:
    return int((await db.exec_driver_sql("PRAGMA user_version")).scalar_one())
