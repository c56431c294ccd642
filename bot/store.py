"""What the bot keeps across restarts, in one SQLite file; here replies and the synced commands.

Replies are kept for 30 days and at most :data:`MOST_REPLIES` of them; the oldest go first. Votes,
servers' settings and whatever else has a table (:mod:`bot.kept.schema`) have modules of their own.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiosqlite

from bot.errors import ExpiredError, StoreError
from bot.kept import schema

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable
    from pathlib import Path

    Values = tuple[object, ...] | dict[str, object]

KEPT_S = 30 * 24 * 3600
MOST_REPLIES = 10_000


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
        async with self.writing() as db:
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
        row = await self.row(
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
        row = await self.row(
            "SELECT tree_hash FROM synced WHERE application_id = ?", (application_id,)
        )
        return None if row is None else str(row[0])

    async def save_synced(self, application_id: int, tree_hash: str) -> None:
        """Remember the hash of the commands that were just synced."""
        async with self.writing() as db:
            await db.execute(
                "INSERT OR REPLACE INTO synced VALUES (?, ?)", (application_id, tree_hash)
            )

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._clock()

    async def row(self, query: str, values: Values = ()) -> sqlite3.Row | None:
        """Return the first row of a query, None where there is none."""
        for row in await self.rows(query, values):
            return row
        return None

    async def rows(self, query: str, values: Values = ()) -> Iterable[sqlite3.Row]:
        """Return the rows of a query."""
        try:
            async with self._connection.execute(query, values) as cursor:
                return await cursor.fetchall()
        except (sqlite3.Error, ValueError) as error:  # ValueError: the connection is closed
            raise _store_error(error) from error

    @asynccontextmanager
    async def writing(self, *, durable: bool = False) -> AsyncGenerator[aiosqlite.Connection]:
        """Open a transaction, which ends with the block.

        A power cut may take back what was written last, though never a part of it; where
        ``durable``, nothing of it once the block has ended.
        """
        async with self._transaction:
            try:
                if durable:
                    await self._connection.execute("PRAGMA synchronous = FULL")
                yield self._connection
                await self._connection.commit()
                if durable:
                    await self._connection.execute("PRAGMA synchronous = NORMAL")
            except ValueError as error:  # the connection is closed
                raise _store_error(error) from error
            except BaseException as error:
                with suppress(sqlite3.Error, ValueError):  # the connection may be closed meanwhile
                    await self._connection.rollback()
                if isinstance(error, sqlite3.Error):
                    raise _store_error(error) from error
                raise

    async def flush(self) -> None:
        """Move what was written out of the log beside the file, so that the log is empty."""
        async with self.writing() as db:
            await db.executescript("PRAGMA wal_checkpoint(TRUNCATE);")


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
        await schema.prepare(connection, path)
    except sqlite3.Error as error:
        await connection.close()
        raise _store_error(error, path) from error
    except BaseException:
        await connection.close()
        raise
    return Store(connection, clock)


def _store_error(error: Exception, path: Path | None = None) -> StoreError:
    where = path or "The bot's SQLite file"
    return StoreError(
        f"{where} cannot be used: {error}.",
        remedy="Check the file, its directory and the free space, or set NEWSQUOTE_DATA.",
    )
