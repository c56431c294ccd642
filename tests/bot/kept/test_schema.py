"""A file of every earlier version is brought up to date, and keeps what it holds."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreError
from bot.kept import databases, schema
from bot.store import open_store

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from bot.store import Store

VERSIONS = range(len(schema.MIGRATIONS))


def made(path: Path, version: int) -> None:
    """Make a file as that version left it, with a row in every table."""
    with closing(sqlite3.connect(path)) as db:
        for statements in schema.MIGRATIONS[:version]:
            for statement in statements:
                db.execute(statement)
        for table in tables(db):
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()
            values = [_value(str(kind), number) for number, _, kind, *_ in columns]
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608  # names of ours
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()


def tables(db: sqlite3.Connection) -> list[str]:
    """Return the names of the tables."""
    found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [str(name) for (name,) in found]


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table, by column."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")]  # noqa: S608  # as above
            for table in tables(db)
        }


def shape(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the columns of every table, and the indexes."""
    with closing(sqlite3.connect(path)) as db:
        found = {
            table: sorted(tuple(row[1:]) for row in db.execute(f"PRAGMA table_info({table})"))
            for table in tables(db)
        }
        indexes = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY 1")
        return found | {"indexes": indexes.fetchall()}


@pytest.mark.parametrize("version", VERSIONS)
async def test_nothing_is_lost_on_the_way_up(tmp_path: Path, version: int) -> None:
    """Every row that a version wrote is there afterwards, each of its columns as it was."""
    path = tmp_path / "old.sqlite3"
    made(path, version)
    before = rows(path)
    await (await open_store(path, lambda: 0.0)).close()
    after = rows(path)
    for table, held in before.items():
        assert [{key: row[key] for key in held[0]} for row in after[table]] == held
    assert len(before) == 0 or version > 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_way_up_leads_where_a_new_file_begins(tmp_path: Path, version: int) -> None:
    """A file that was migrated has the tables, columns, defaults and indexes of a new one."""
    made(tmp_path / "old.sqlite3", version)
    for name in ("old.sqlite3", "new.sqlite3"):
        await (await open_store(tmp_path / name)).close()
    assert shape(tmp_path / "old.sqlite3") == shape(tmp_path / "new.sqlite3")


def _value(kind: str, number: int) -> object:
    """Return a value of a column's type; 1 is what the one-row table allows."""
    return {"INTEGER": 1, "REAL": 1.5, "BLOB": b"\0"}.get(kind, f"text {number}")


@pytest.fixture
def held(tmp_path: Path) -> Generator[sqlite3.Connection]:
    """A connection of another process, which has a new file for itself."""
    with closing(sqlite3.connect(tmp_path / "new.sqlite3", isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN EXCLUSIVE")
        yield other


async def opened_in_haste(path: Path, monkeypatch: pytest.MonkeyPatch, tries: int) -> Store:
    """Open a file as where SQLite itself waits for nobody, which it does not in every case."""
    monkeypatch.setattr(schema, "_TRIES", tries)
    monkeypatch.setattr(databases, "BUSY_S", 0)
    return await open_store(path)


async def test_a_file_that_is_busy_is_waited_for(
    tmp_path: Path, held: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that start at once over a new file: the second begins a moment later."""
    asyncio.get_running_loop().call_later(0.15, held.execute, "COMMIT")
    store = await opened_in_haste(tmp_path / "new.sqlite3", monkeypatch, 40)
    await store.close()
    assert held.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)


@pytest.mark.usefixtures("held")
async def test_a_file_that_stays_busy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is waited for without end."""
    with pytest.raises(StoreError):
        await opened_in_haste(tmp_path / "new.sqlite3", monkeypatch, 2)
