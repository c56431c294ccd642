"""The tables of the bot's SQLite file, and how a file of an earlier version gets them.

``PRAGMA user_version`` says how many of the migrations a file has; each is one transaction.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    import aiosqlite

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

MIGRATIONS: Final = (_REPLIES, _VOTES, _WATCHES, _RULES, _ASKED)
"""``MIGRATIONS[n]`` takes a file of version n to n + 1. What was released stays as it is."""

_TRIES: Final = 40
_BETWEEN_TRIES_S: Final = 0.05


async def prepare(connection: aiosqlite.Connection, path: Path) -> None:
    """Bring an open file up to date.

    Raises StoreError where a newer version of newsquote wrote it, and what SQLite raises.
    """
    await _set_up(connection)
    while (version := await _version(connection)) < len(MIGRATIONS):
        await connection.execute("BEGIN IMMEDIATE")
        # Another process may have been first.
        if await _version(connection) == version:
            for statement in MIGRATIONS[version]:
                await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {version + 1}")
        await connection.commit()
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer version of newsquote.",
            remedy="Upgrade newsquote, or name another file in NEWSQUOTE_DATA.",
        )


async def _set_up(connection: aiosqlite.Connection) -> None:
    """Choose how SQLite writes. What is deleted is overwritten: /forget promises that it is gone.

    Another process that does so at the same time is not waited for by SQLite itself.
    """
    # A script is stepped to its end; a PRAGMA's unread row would keep its statement in progress.
    script = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;"
    for _ in range(_TRIES):
        try:
            await connection.executescript(script)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(_BETWEEN_TRIES_S)
        else:
            return
    await connection.executescript(script)


async def _version(connection: aiosqlite.Connection) -> int:
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    return 0 if row is None else int(row[0])
