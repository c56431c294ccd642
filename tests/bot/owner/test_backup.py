"""Backups: taken while the bot writes, whole or not at all, and never put where they do not fit."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.alerts import watch_queue
from bot.errors import BackupError
from bot.kept import guilds, processes, rules, schema
from bot.owner import backup
from bot.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.store import Store

SECRET = "what somebody asked"  # noqa: S105  # made up


@pytest.fixture
async def running(tmp_path: Path) -> AsyncGenerator[Store]:
    """The store of a bot that runs: one server has a setting, one reply is kept."""
    store = await open_store(tmp_path / "data" / "bot.sqlite3")
    await guilds.set_keep_questions(store, 7, keep=True)
    await store.save_reply(5, SECRET)
    yield store
    await store.close()


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    """Where ``running`` keeps what it has."""
    return tmp_path / "data" / "bot.sqlite3"


def dump(path: Path) -> list[str]:
    """Return what a database holds, as SQL."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def rewritten(source: Path, receipt: dict[str, object], cut: int | None) -> Path:
    """Return a copy of a backup with another receipt, and a flipped bit at ``cut``."""
    copy = source.with_name("changed")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(copy, "w") as new:
        told = json.loads(old.read(backup.RECEIPT)) | receipt
        data = bytearray(old.read(backup.DATA))
        if cut is not None:
            data[cut] ^= 1
        new.writestr(backup.RECEIPT, json.dumps(told))
        new.writestr(backup.DATA, bytes(data))
    return copy


async def test_comes_back_as_it_was(running: Store, data_file: Path, tmp_path: Path) -> None:
    """Settings come back; what people asked is not in the backup, in no trace."""
    made = backup.make(data_file, tmp_path / "b.zip")
    await guilds.set_keep_questions(running, 7, keep=False)
    elsewhere = tmp_path / "new" / "bot.sqlite3"
    assert backup.restore(tmp_path / "b.zip", elsewhere) == made
    assert made.rows["guilds"] == 1
    restored = await open_store(elsewhere)
    assert await guilds.keeps_questions(restored, 7)
    await restored.close()
    assert SECRET.encode() not in elsewhere.read_bytes()
    assert set(os.listdir(tmp_path)) == {"b.zip", "data", "new"}  # noqa: PTH208  # nothing is left


async def test_works_in_the_middle_of_a_write(
    running: Store, data_file: Path, tmp_path: Path
) -> None:
    """What is not committed is not in the backup, and the bot's transaction goes on."""
    async with running.writing() as db:
        await db.exec_driver_sql("DELETE FROM guilds")
        made = backup.make(data_file, tmp_path / "b.zip")
    assert made.rows["guilds"] == 1
    assert backup.make(data_file, tmp_path / "c.zip").rows["guilds"] == 0


async def test_overwrites_nothing_unless_told(
    running: Store, data_file: Path, tmp_path: Path
) -> None:
    """Neither a backup nor the bot's file, without --force."""
    (tmp_path / "b.zip").write_text("precious")
    with pytest.raises(BackupError, match="exists"):
        backup.make(data_file, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "precious"
    backup.make(data_file, tmp_path / "b.zip", force=True)
    await running.close()
    before = dump(data_file)
    with pytest.raises(BackupError, match="exists"):
        backup.restore(tmp_path / "b.zip", data_file)
    assert dump(data_file) == before
    backup.restore(tmp_path / "b.zip", data_file, force=True)
    assert dump(data_file) != before


async def test_a_running_bot_keeps_its_file(
    running: Store, data_file: Path, tmp_path: Path
) -> None:
    """--force does not exchange the file below a bot that has it open."""
    backup.make(data_file, tmp_path / "b.zip")
    with pytest.raises(BackupError, match="in use"):
        backup.restore(tmp_path / "b.zip", data_file, force=True)
    assert await guilds.keeps_questions(running, 7)
    await guilds.set_keep_questions(running, 7, keep=False)  # it can still write


@pytest.mark.usefixtures("running")
def test_takes_the_place_of_a_broken_file(data_file: Path, tmp_path: Path) -> None:
    """That is what it is for; a log of the broken file does not survive it."""
    backup.make(data_file, tmp_path / "b.zip")
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database" * 1000)
    (tmp_path / "broken.sqlite3-wal").write_bytes(b"old")
    backup.restore(tmp_path / "b.zip", broken, force=True)
    assert not (tmp_path / "broken.sqlite3-wal").exists()
    assert any("guilds" in line for line in dump(broken))


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("receipt", "cut", "why"),
    [
        ({}, 100, "damaged"),
        ({}, -1, "damaged"),
        ({"sha256": "0" * 64}, None, "damaged"),
        ({"schema": "none"}, None, "damaged"),
        ({"schema": 1}, None, "damaged"),
        ({"schema": 99}, None, "newer version"),
        ({"format": 2}, None, "newer version"),
    ],
    ids=[
        "first page",
        "last page",
        "hash",
        "no schema",
        "other",
        "newer schema",
        "newer format",
    ],
)
def test_what_is_not_whole_is_refused(
    data_file: Path, tmp_path: Path, receipt: dict[str, object], *, cut: int | None, why: str
) -> None:
    """A backup that is damaged, or newer than we are, changes nothing."""
    backup.make(data_file, tmp_path / "b.zip")
    wrong = rewritten(tmp_path / "b.zip", receipt, cut)
    with pytest.raises(BackupError, match=why):
        backup.restore(wrong, tmp_path / "new.sqlite3")
    assert not (tmp_path / "new.sqlite3").exists()


@pytest.mark.parametrize("content", [b"", b"no zip file", None])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Another file, or none."""
    if content is not None:
        (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BackupError):
        backup.restore(tmp_path / "b.zip", tmp_path / "new.sqlite3")
    assert not (tmp_path / "new.sqlite3").exists()


@pytest.mark.usefixtures("running")
def test_a_file_of_a_newer_version_is_not_backed_up(data_file: Path, tmp_path: Path) -> None:
    """We do not know what would have to be left out of it."""
    with closing(sqlite3.connect(data_file)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(BackupError, match="newer version"):
        backup.make(data_file, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_backup_of_an_earlier_version_is_migrated(tmp_path: Path) -> None:
    """It is restored as it was; the bot brings it up to date when it opens it."""
    first = tmp_path / "first.sqlite3"
    with closing(sqlite3.connect(first)) as db:
        for statement in (*schema.MIGRATIONS[0], *schema.MIGRATIONS[1]):
            db.execute(statement)
        db.execute("INSERT INTO guilds VALUES (7, 1)")
        db.execute("PRAGMA user_version = 2")
        db.commit()
    made = backup.make(first, tmp_path / "b.zip")
    assert (made.schema, made.rows) == (2, {"guilds": 1, "vote": 0})
    assert backup.restore(tmp_path / "b.zip", tmp_path / "new.sqlite3").schema == 2


@pytest.mark.usefixtures("running")
def test_commands_tell_what_they_did(
    data_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`backup` and `restore` name file and rows; what fails ends with 2 and what to do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSQUOTE_DATA", str(data_file))
    done = CliRunner().invoke(cli.app, ["backup", "b.zip"])
    assert done.exit_code == 0
    assert "guilds 1" in done.stdout
    again = CliRunner().invoke(cli.app, ["backup", "b.zip"])
    assert again.exit_code == 2
    assert "--force" in again.stderr
    monkeypatch.setenv("NEWSQUOTE_DATA", str(tmp_path / "new.sqlite3"))
    done = CliRunner().invoke(cli.app, ["restore", "b.zip", "--json"])
    assert json.loads(done.stdout)["rows"]["guilds"] == 1
    monkeypatch.setenv("NEWSQUOTE_DATA", str(tmp_path / "nowhere.sqlite3"))
    assert "nothing to back up" in CliRunner().invoke(cli.app, ["backup", "d.zip"]).stderr


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_file_moves_into_postgresql_and_back(database: str, tmp_path: Path) -> None:
    """Backed up as the one and restored as the other, every row is as it was."""

    async def fill(kept: Path | str) -> None:
        store = await open_store(kept)
        await guilds.set_keep_questions(store, 2**62, keep=True)
        await rules.set_scope(store, 2**62, ["Reuters"])
        await store.save_synced(5, "hash")
        assert await watch_queue.found(store, None, "snapshot", b"\0\xff", {})
        await store.save_reply(5, SECRET)
        await store.close()

    first = tmp_path / "first.sqlite3"
    asyncio.run(fill(first))
    made = backup.make(first, tmp_path / "a.zip")
    assert backup.restore(tmp_path / "a.zip", database) == made
    with pytest.raises(BackupError, match="holds something already"):
        backup.restore(tmp_path / "a.zip", database)
    backup.restore(tmp_path / "a.zip", database, force=True)
    again = backup.make(database, tmp_path / "b.zip")
    assert again.rows == made.rows == {"guilds": 1, "channels": 0, "watch": 0, "vote": 0}
    second = tmp_path / "second.sqlite3"
    backup.restore(tmp_path / "b.zip", second)
    restored = tmp_path / "restored.sqlite3"
    backup.restore(tmp_path / "a.zip", restored)
    assert dump(second) == dump(restored)
    assert SECRET not in "".join(dump(second))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nothing_is_restored_below_a_running_bot(database: str, tmp_path: Path) -> None:
    """One that is connected, and one that was heard of lately; its own data stay."""

    async def run() -> None:
        store = await open_store(database)
        await guilds.set_keep_questions(store, 1, keep=True)
        restoring = asyncio.to_thread(backup.restore, tmp_path / "b.zip", database, force=True)
        with pytest.raises(BackupError, match="in use by other connections"):
            await restoring
        assert await guilds.keeps_questions(store, 1)
        await processes.hold(store, "running", [0], 1, starting=True)
        await store.close()
        restoring = asyncio.to_thread(backup.restore, tmp_path / "b.zip", database, force=True)
        with pytest.raises(BackupError, match="in use by running bot processes: 1"):
            await restoring

    backup.make(database, tmp_path / "b.zip")
    asyncio.run(run())
