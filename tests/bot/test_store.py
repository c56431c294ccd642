"""What the bot keeps, for how long, and what happens when the file fails."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from bot import store
from bot.errors import ExpiredError, StoreError
from bot.kept import databases, expiring, guilds, schema
from bot.store import open_store
from databases import on_every_connection

if TYPE_CHECKING:
    from pathlib import Path


FIRST_VERSION = """
CREATE TABLE reply (
    id TEXT PRIMARY KEY, asker_id INTEGER NOT NULL, body TEXT NOT NULL, created_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_age ON reply (created_at);
CREATE TABLE synced (application_id INTEGER PRIMARY KEY, tree_hash TEXT NOT NULL) STRICT;
INSERT INTO reply VALUES ('0123456789abcdef', 7, 'old body', 999999000);
INSERT INTO synced VALUES (5, 'hash');
PRAGMA user_version = 1;
"""


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


async def test_replies_are_found_again(tmp_path: Path) -> None:
    """Another process over the same file finds the reply; the directory is made where missing."""
    path = tmp_path / "deep" / "bot.sqlite3"
    first = await open_store(path)
    reply_id = await first.save_reply(7, "body")
    await first.close()
    second = await open_store(path)
    assert await second.load_reply(reply_id) == (7, "body")
    await second.close()


async def test_replies_expire(tmp_path: Path) -> None:
    """After 30 days a reply is gone, also from the file once another one is kept."""
    clock = Clock()
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path, clock)
    reply_id = await kept.save_reply(7, "old")
    clock.now += store.KEPT_S + 1
    with pytest.raises(ExpiredError):
        await kept.load_reply(reply_id)
    await kept.save_reply(7, "new")
    await kept.close()
    assert bodies(path) == ["new"]


async def test_oldest_replies_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file does not grow without end."""
    monkeypatch.setattr(store, "MOST_REPLIES", 2)
    clock = Clock()
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path, clock)
    for body in ("a", "b", "c"):
        clock.now += 1
        await kept.save_reply(7, body)
    await kept.close()
    assert sorted(bodies(path)) == ["b", "c"]


async def test_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """We do not write into what we do not understand."""
    path = tmp_path / "bot.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer version"):
        await open_store(path)


async def test_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """What it holds stays; afterwards it has all tables and says so, once and for all."""
    path = tmp_path / "bot.sqlite3"
    with sqlite3.connect(path) as db:
        db.executescript(FIRST_VERSION)
    db.close()
    kept = await open_store(path, lambda: 1e9)
    assert await kept.load_reply("0123456789abcdef") == (7, "old body")
    assert await kept.synced_hash(5) == "hash"
    await kept.close()
    again = await open_store(path, lambda: 1e9)
    assert await guilds.set_keep_questions(again, 3, keep=True) == 0
    await again.close()
    fresh = tmp_path / "fresh.sqlite3"
    await (await open_store(fresh)).close()
    assert shape(path) == shape(fresh)
    assert shape(path)[0] == len(schema.MIGRATIONS)


async def test_first_start_that_was_killed_is_finished(tmp_path: Path) -> None:
    """Tables of the first version without its number are no obstacle."""
    path = tmp_path / "bot.sqlite3"
    with sqlite3.connect(path) as db:
        db.executescript(f"{FIRST_VERSION} PRAGMA user_version = 0;")
    db.close()
    await (await open_store(path)).close()
    assert shape(path)[0] == len(schema.MIGRATIONS)


async def test_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is one transaction: half a version is none."""
    path = tmp_path / "bot.sqlite3"
    await (await open_store(path)).close()
    before = shape(path)
    broken = (*schema.MIGRATIONS, ("CREATE TABLE half (x INTEGER)", "CREATE TABLE reply (x)"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(StoreError, match="already exists"):
        await open_store(path)
    assert shape(path) == before


async def test_two_processes_may_open_a_file_at_once(tmp_path: Path) -> None:
    """As `newsquote bot` and `newsquote sync` may: one migrates, the other finds it done."""
    path = tmp_path / "bot.sqlite3"
    opened = await asyncio.gather(*(open_store(path) for _ in range(4)))
    for each in opened:
        await each.close()
    assert shape(path)[0] == len(schema.MIGRATIONS)


async def test_what_is_too_old_goes_by_itself(tmp_path: Path) -> None:
    """Answers after a month, votes after a year, also out of the file's free pages."""
    clock = Clock()
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path, clock)
    await kept.save_reply(7, "zyzzyva")
    assert b"zyzzyva" in content(tmp_path)
    assert await expiring.expire(kept) == 0
    clock.now += store.KEPT_S + 1
    assert await expiring.expire(kept) == 1
    assert b"zyzzyva" not in content(tmp_path)
    await kept.close()


async def test_block_that_fails_writes_nothing(tmp_path: Path) -> None:
    """An error between two statements undoes the first, and the next transaction is clean."""
    kept = await open_store(tmp_path / "bot.sqlite3")
    with contextlib.suppress(ZeroDivisionError):
        async with kept.writing() as db:
            await db.exec_driver_sql("INSERT INTO synced VALUES (1, 'x')")
            raise ZeroDivisionError
    await kept.save_synced(2, "y")
    assert (await kept.synced_hash(1), await kept.synced_hash(2)) == (None, "y")
    await kept.close()


async def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Garbage is named with its path."""
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"bot\.sqlite3"):
        await open_store(path)


async def test_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file where the directory should be is an error, not a crash."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        await open_store(tmp_path / "file" / "bot.sqlite3")


async def test_closed_store_raises_our_error(tmp_path: Path) -> None:
    """Reading and writing after the end raise StoreError, so that callers need know no other."""
    kept = await open_store(tmp_path / "bot.sqlite3")
    await kept.close()
    with pytest.raises(StoreError):
        await kept.load_reply("x")
    with pytest.raises(StoreError):
        await kept.save_reply(1, "x")


def bodies(path: Path) -> list[str]:
    """Return the bodies that the file holds."""
    db = sqlite3.connect(path)
    rows = db.execute("SELECT body FROM reply").fetchall()
    db.close()
    return [row[0] for row in rows]


def shape(path: Path) -> tuple[int, set[tuple[str, str]]]:
    """Return a file's version, and the columns of its tables and indexes."""
    db = sqlite3.connect(path)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    columns = db.execute(
        "SELECT m.name, i.name FROM sqlite_master m, pragma_table_info(m.name) i"
        " UNION ALL SELECT m.name, x.name FROM sqlite_master m, pragma_index_info(m.name) x"
    ).fetchall()
    db.close()
    return version, set(columns)


def content(directory: Path) -> bytes:
    """Return what is in all files of a directory."""
    return b"".join(each.read_bytes() for each in directory.iterdir())


async def test_file_that_another_process_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read is still read; a write waits a while, then is refused; later ones work."""
    monkeypatch.setattr(databases, "BUSY_S", 0.02)
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path)
    reply_id = await kept.save_reply(1, "before")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await kept.save_reply(1, "meanwhile")
    assert await kept.load_reply(reply_id) == (1, "before")
    other.execute("ROLLBACK")
    other.close()
    assert await kept.load_reply(await kept.save_reply(1, "after")) == (1, "after")
    await kept.close()


async def test_file_that_is_full_is_told(tmp_path: Path) -> None:
    """What was kept stays readable, and the next start finds it whole."""
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path)
    reply_id = await kept.save_reply(1, "before")
    # SQLite takes what the file has already.
    await on_every_connection(kept, "PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="full"):
        await kept.save_reply(1, "x" * 1_000_000)
    assert await kept.load_reply(reply_id) == (1, "before")
    await kept.close()
    again = await open_store(path)
    assert await again.load_reply(reply_id) == (1, "before")
    await again.close()


async def test_file_that_is_damaged_meanwhile_is_told(tmp_path: Path) -> None:
    """Reading and writing raise StoreError; nothing else is raised, nothing is made up."""
    path = tmp_path / "bot.sqlite3"
    kept = await open_store(path)
    reply_id = await kept.save_reply(1, "x" * 50_000)
    await kept.flush()
    await on_every_connection(kept, "PRAGMA cache_size = 0")
    await on_every_connection(kept, "PRAGMA shrink_memory")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreError, match="malformed"):
        await kept.load_reply(reply_id)
    with pytest.raises(StoreError):
        await kept.save_reply(1, "after")
    await kept.close()
