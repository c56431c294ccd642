"""What the bot keeps across restarts, in one SQLite file: replies, the synced commands.

Replies are kept for 30 days and at most :data:`MOST_REPLIES` of them; the oldest go first.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiosqlite

from bot.errors import ExpiredError, StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

KEPT_S = 30 * 24 * 3600
MOST_REPLIES = 10_000

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS reply (
    id TEXT PRIMARY KEY, asker_id INTEGER NOT NULL, body TEXT NOT NULL, created_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reply_age ON reply (created_at);
CREATE TABLE IF NOT EXISTS synced (
    application_id INTEGER PRIMARY KEY, tree_hash TEXT NOT NULL
) STRICT;
"""


class Store:
    """An open SQLite file. Every method raises StoreError where the file fails."""

    def __init__(self, connection: aiosqlite.Connection, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock
        self._transaction = asyncio.Lock()  # one connection, so one transaction at a time

    async def close(self) -> None:
        """Close the file; pending writes are finished first."""
        await self._connection.close()

    async def save_reply(self, asker_id: int, body: str) -> str:
        """Keep the body of a reply and return the random id under which it is found."""
        reply_id = secrets.token_hex(8)
        now = self._clock()
        async with self._writing() as db:
            await db.execute(
                "INSERT INTO reply VALUES (?, ?, ?, ?)", (reply_id, asker_id, body, now)
            )
            await db.execute("DELETE FROM reply WHERE created_at < ?", (now - KEPT_S,))
            await db.execute(
                "DELETE FROM reply WHERE id IN "
                "(SELECT id FROM reply ORDER BY created_at DESC LIMIT -1 OFFSET ?)",
                (MOST_REPLIES,),
            )
        return reply_id

    async def load_reply(self, reply_id: str) -> tuple[int, str]:
        """Return asker and body of a reply; ExpiredError where it is no longer kept."""
        row = await self._row(
            "SELECT asker_id, body FROM reply WHERE id = ? AND created_at >= ?",
            (reply_id, self._clock() - KEPT_S),
        )
        if row is None:
            raise ExpiredError(
                "The other pages of this reply are no longer kept.", remedy="Please ask again."
            )
        return int(row[0]), str(row[1])

    async def synced_hash(self, application_id: int) -> str | None:
        """Return the hash of the commands that were last synced, None before the first time."""
        row = await self._row(
            "SELECT tree_hash FROM synced WHERE application_id = ?", (application_id,)
        )
        return None if row is None else str(row[0])

    async def save_synced(self, application_id: int, tree_hash: str) -> None:
        """Remember the hash of the commands that were just synced."""
        async with self._writing() as db:
            await db.execute(
                "INSERT OR REPLACE INTO synced VALUES (?, ?)", (application_id, tree_hash)
            )

    async def _row(self, query: str, values: tuple[object, ...]) -> sqlite3.Row | None:
        try:
            async with self._connection.execute(query, values) as cursor:
                return await cursor.fetchone()
        except (sqlite3.Error, ValueError) as error:  # ValueError: the connection is closed
            raise _store_error(error) from error

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[aiosqlite.Connection]:
        async with self._transaction:
            try:
                yield self._connection
                await self._connection.commit()
            except sqlite3.Error as error:
                await self._connection.rollback()
                raise _store_error(error) from error
            except ValueError as error:  # the connection is closed
                raise _store_error(error) from error


async def open_store(path: Path, clock: Callable[[], float] = time.time) -> Store:
    """Open the SQLite file at ``path``, making it and its directory where they are missing.

    Raises StoreError where that fails or where a newer version of newsquote wrote the file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = await aiosqlite.connect(path)
    except (OSError, sqlite3.Error) as error:
        raise _store_error(error, path) from error
    try:
        await _prepare(connection, path)
    except sqlite3.Error as error:
        await connection.close()
        raise _store_error(error, path) from error
    except BaseException:
        await connection.close()
        raise
    return Store(connection, clock)


async def _prepare(connection: aiosqlite.Connection, path: Path) -> None:
    # A script is stepped to its end; a PRAGMA's unread row would keep its statement in progress.
    await connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    if row is None or row[0] > _SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer version of newsquote.",
            remedy="Upgrade newsquote, or name another file in NEWSQUOTE_DATA.",
        )
    await connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION};")


def _store_error(error: Exception, path: Path | None = None) -> StoreError:
    where = path or "The bot's SQLite file"
    return StoreError(
        f"{where} cannot be used: {error}.",
        remedy="Check the file, its directory and the free space, or set NEWSQUOTE_DATA.",
    )
