"""What the bot keeps, for how long, and what happens when the file fails."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from bot import store
from bot.errors import ExpiredError, StoreError
from bot.store import open_store

if TYPE_CHECKING:
    from pathlib import Path


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
