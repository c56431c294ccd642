"""What the bot keeps across restarts, in one database; here replies and the synced commands.

Replies are kept for 30 days and at most :data:`MOST_REPLIES` of them; the oldest go first. Votes,
servers' settings and whatever else has a table (:mod:`bot.kept.tables`) have modules of their own.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.errors import ExpiredError, StoreError
from bot.kept import databases, tables
from bot.kept.tables import REPLY, SYNCED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from sqlalchemy import Table
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.kept.databases import Database
    from bot.kept.tables import Query, Row

KEPT_S = 30 * 24 * 3600
MOST_REPLIES = 10_000


class Store:
    """An open database. Every method raises StoreError where it fails."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._transaction = asyncio.Lock()  # two of ours would wait for each other in the file
        self._uses = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def close(self) -> None:
        """Close the database; what is being read and written is finished first."""
        self._closed = True
        await self._idle.wait()
        await self._database.engine.dispose()

    async def save_reply(self, asker_id: int, body: str) -> str:
        """Keep the body of a reply and return the random id under which it is found."""
        reply_id = secrets.token_hex(8)
        now = self._clock()
        row = {"id": reply_id, "asker_id": asker_id, "body": body, "created_at": now}
        async with self.writing() as db:
            await db.execute(REPLY.insert(), row)
            await db.execute(
                tables.outdated(REPLY.c.id, REPLY.c.created_at, now - KEPT_S, MOST_REPLIES)
            )
        return reply_id

    async def load_reply(self, reply_id: str) -> tuple[int, str]:
        """Return asker and body of a reply; ExpiredError where it is no longer kept."""
        row = await self.row(
            select(REPLY.c.asker_id, REPLY.c.body).where(
                REPLY.c.id == reply_id, REPLY.c.created_at >= self._clock() - KEPT_S
            )
        )
        if row is None:
            raise ExpiredError(
                "The other pages of this reply are no longer kept.", remedy="Please ask again."
            )
        return int(row[0]), str(row[1])

    async def synced_hash(self, application_id: int) -> str | None:
        """Return the hash of the commands that were last synced, None before the first time."""
        row = await self.row(
            select(SYNCED.c.tree_hash).where(SYNCED.c.application_id == application_id)
        )
        return None if row is None else str(row[0])

    async def save_synced(self, application_id: int, tree_hash: str) -> None:
        """Remember the hash of the commands that were just synced."""
        async with self.writing() as db:
            await db.execute(
                self.insert(SYNCED)
                .values(application_id=application_id, tree_hash=tree_hash)
                .on_conflict_do_update(
                    index_elements=["application_id"], set_={"tree_hash": tree_hash}
                )
            )

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._clock()

    def insert(self, table: Table) -> Insert:
        """Return an insertion that can say what happens where the row is there already."""
        return tables.insert(table, self._database.dialect)

    async def row(self, query: Query) -> Row | None:
        """Return the first row of a query, None where there is none."""
        for row in await self.rows(query):
            return row
        return None

    async def rows(self, query: Query) -> Sequence[Row]:
        """Return the rows of a query."""
        async with self._using(), self._database.reading().connect() as db:
            return (await db.execute(query)).all()

    @asynccontextmanager
    async def writing(self, *, durable: bool = False) -> AsyncGenerator[AsyncConnection]:
        """Open a transaction, which ends with the block.

        A power cut may take back what was written last, though never a part of it; where
        ``durable``, nothing of it once the block has ended.
        """
        begun = self._database.writing(durable=durable).begin
        async with self._using(), self._turn(), begun() as db:
            yield db

    async def flush(self) -> None:
        """Move what was written out of the log beside a file, so that the log is empty."""
        if self._database.dialect != "sqlite":
            return
        async with self._using(), self._transaction, self._database.reading().connect() as db:
            await db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _turn(self) -> AbstractAsyncContextManager[object]:
        """Wait for our other transaction, which in PostgreSQL nobody needs to."""
        return self._transaction if self._database.dialect == "sqlite" else nullcontext()

    @asynccontextmanager
    async def _using(self) -> AsyncGenerator[None]:
        """Keep the database open for the block, and turn its failures into our error."""
        if self._closed:
            raise StoreError(f"{self._database.name} is closed.", remedy="Start the bot again.")
        self._uses += 1
        self._idle.clear()
        try:
            yield
        except self._database.failures as error:
            raise self._database.failed(error) from error
        finally:
            self._uses -= 1
            if not self._uses:
                self._idle.set()


async def open_store(where: Path | str, clock: Callable[[], float] = time.time) -> Store:
    """Open the SQLite file at a path, made where it is missing, or PostgreSQL at a URL.

    Raises StoreError where that fails or where a newer version of newsquote wrote it.
    """
    database = databases.database(where)
    try:
        await database.prepare()
    except database.failures as error:
        await database.engine.dispose()
        raise database.failed(error) from error
    except BaseException:
        await database.engine.dispose()
        raise
    return Store(database, clock)
