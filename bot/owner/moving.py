"""Copies everything from one database into another, table by table, whatever kind each is of.

A backup of PostgreSQL is the same file as that of SQLite: so the one can be restored as the other.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select, text

from bot.errors import BackupError
from bot.kept import databases, processes
from bot.kept.tables import METADATA, SHARD, TURN
from bot.store import Store

if TYPE_CHECKING:
    from collections.abc import Sized
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.kept.databases import Database

_ROWS: Final = 500
"""So many rows are in memory at a time."""
_OF_NOW: Final = (SHARD, TURN)
"""Tables that say who runs now."""
_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename = current_user AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES: Final = tuple(each for each in METADATA.sorted_tables if each not in _OF_NOW)


def dump(url: str, to: Path) -> None:
    """Write what PostgreSQL holds at one moment into a new SQLite file.

    Raises StoreError where one of them fails or has another version.
    """
    asyncio.run(_dump(url, to))


def load(source: Path, url: str, *, force: bool) -> None:
    """Write what a SQLite file holds into PostgreSQL, in one transaction.

    The file is brought up to date first. Raises StoreError as above, and BackupError where somebody
    is connected or a bot was heard of lately, or where something is kept there and ``force`` does
    not have it replaced.
    """
    asyncio.run(_load(source, url, force=force))


async def _dump(url: str, to: Path) -> None:
    into, out_of = databases.sqlite_file(to), databases.postgresql(url)
    # What is written meanwhile is left out of all tables alike.
    snapshot = out_of.engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    try:
        await out_of.prepare()
        await into.prepare()
        async with snapshot.connect() as source, into.writing(durable=True).begin() as target:
            await _copy(source, target)
    except into.failures as error:
        raise into.failed(error) from error
    except out_of.failures as error:
        raise out_of.failed(error) from error
    finally:
        await _close(into, out_of)


async def _load(source: Path, url: str, *, force: bool) -> None:
    out_of, into = databases.sqlite_file(source), databases.postgresql(url)
    try:
        await out_of.prepare()
        await into.prepare()
        alive = await processes.alive(Store(into, time.time))
        async with (
            out_of.reading().connect() as file,
            into.writing(durable=True).begin() as target,
        ):
            await _refuse_a_running_bot(target, alive, url=into.name)
            await _empty(target, url=into.name, force=force)
            await _copy(file, target)
    except out_of.failures as error:
        raise out_of.failed(error) from error
    except into.failures as error:
        raise into.failed(error) from error
    finally:
        await _close(into, out_of)


async def _copy(source: AsyncConnection, target: AsyncConnection) -> None:
    for table in _TABLES:
        streamed = await source.stream(select(table))
        async for rows in streamed.mappings().partitions(_ROWS):
            values: list[dict[str, Any]] = [dict(row) for row in rows]
            await target.execute(table.insert(), values)


async def _refuse_a_running_bot(target: AsyncConnection, alive: Sized, *, url: str) -> None:
    """Refuse where one is connected; or where one, also as another user, said so lately."""
    if count := (await target.execute(_OTHERS)).scalar_one():
        raise BackupError(
            f"{url} is in use by other connections of the same user: {count}.",
            remedy="Stop the bot, restore, start it again.",
        )
    if alive:
        raise BackupError(
            f"{url} is in use by running bot processes: {len(alive)}.",
            remedy="Stop them, restore, start them again; a killed one is forgotten in a minute.",
        )


async def _empty(target: AsyncConnection, *, url: str, force: bool) -> None:
    for table in _TABLES:
        count = (await target.execute(select(func.count()).select_from(table))).scalar_one()
        if count and not force:
            raise BackupError(
                f"{url} holds something already.", remedy="Name another database, or add --force."
            )
        await target.execute(delete(table))


async def _close(*opened: Database) -> None:
    for each in opened:
        await each.engine.dispose()
