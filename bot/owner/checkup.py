"""What a check-up finds, and the part of it that needs no Discord: index, corpus and data file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.errors import StoreError
from bot.kept import databases, postgresql_schema, processes, schema
from bot.kept.tables import SYNCED
from bot.owner.telling import code_of
from bot.shards import numbers
from bot.store import Store
from index import snapshot
from index.commands.exits import Exit
from index.encoders.loading import load_encoder
from index.engines.milvus_server import named
from index.errors import NewsquoteError
from index.live import open_live

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings


class State(Enum):
    """How something is. A note keeps nothing from working."""

    OK = "ok"
    NOTE = "note"
    TO_FIX = "to_fix"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is, in a sentence; what to do about it; the exit code where it is to fix."""

    what: str
    state: State
    told: str
    remedy: str = ""
    code: Exit = Exit.DONE


def ok(what: str, told: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(what, State.OK, told)


def to_fix(what: str, told: str, remedy: str, code: Exit = Exit.WRONG_USE) -> Finding:
    """Say that something keeps the bot from working."""
    return Finding(what, State.TO_FIX, told, remedy, code)


def failed(what: str, error: NewsquoteError) -> Finding:
    """Turn an error into what is to fix."""
    return to_fix(what, error.message, error.remedy, code_of(error))


def not_checked(what: str, why: str) -> Finding:
    """Say that something could not be looked at."""
    return Finding(what, State.NOT_CHECKED, why)


def exit_code(findings: list[Finding]) -> Exit:
    """Return the code of the first thing to fix, DONE where there is none."""
    return next((each.code for each in findings if each.state is State.TO_FIX), Exit.DONE)


def look_here(settings: Settings) -> list[Finding]:
    """Check what is on this machine. Blocks for as long as it takes to load the model."""
    if settings.database_url is not None:
        return [_index(settings), _database(settings.database_url.get_secret_value())]
    return [_index(settings), _data_file(settings.data_file)]


def synced_hashes(settings: Settings) -> dict[int, str]:
    """Return the hash of the commands that were last synced, by application; {} without data."""
    if settings.database_url is not None:
        try:
            return asyncio.run(_synced(settings.database_url.get_secret_value()))
        except StoreError:
            return {}
    path = settings.data_file
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return dict(db.execute("SELECT application_id, tree_hash FROM synced"))
    except sqlite3.Error:
        return {}


def _index(settings: Settings) -> Finding:
    try:
        snapshot.current_id(settings.index)  # no model is loaded where there is no index
        searcher = open_live(
            settings.index, load_encoder(settings.model), milvus=named(settings.milvus_uri)
        ).current
    except NewsquoteError as error:
        return failed("index", error)
    if not searcher.root.is_dir():
        return to_fix(
            "index",
            f"The corpus {searcher.root} is gone, so no quote can be checked nor shown.",
            "Put it back, or run `newsquote rebuild` where it is now.",
            Exit.CORPUS_PROBLEM,
        )
    info = searcher.info
    return ok("index", f"Snapshot {info.id} is whole: {info.passages:,} passages.")


async def _synced(url: str) -> dict[int, str]:
    store = Store(databases.postgresql(url), time.time)
    try:
        rows = await store.rows(select(SYNCED.c.application_id, SYNCED.c.tree_hash))
    finally:
        await store.close()
    return {int(row[0]): str(row[1]) for row in rows}


def _database(url: str) -> Finding:
    """Look into PostgreSQL without changing anything there."""
    what = "database"
    try:
        version, running = asyncio.run(_looked_into(url))
    except StoreError as error:
        return to_fix(what, error.message, error.remedy, Exit.INDEX_PROBLEM)
    if version > len(postgresql_schema.MIGRATIONS):
        told = "PostgreSQL was written to by a newer version of newsquote."
        return to_fix(what, told, "Upgrade newsquote.", Exit.INDEX_PROBLEM)
    shards = " and ".join(sorted(map(numbers.told, running.values())))
    told = f" Now running: shard {shards}." if running else ""
    if not version:
        told = " The tables will be made when the bot starts."
    return ok(what, f"PostgreSQL can be reached.{told}")


async def _looked_into(url: str) -> tuple[int, dict[str, frozenset[int]]]:
    """Return the version of the tables, 0 where there are none, and which processes run."""
    store = Store(databases.postgresql(url), time.time)
    try:
        there = await store.row(select(func.to_regclass("newsquote_schema").is_not(None)))
        if there is None or not there[0]:
            return 0, {}
        version = postgresql_schema.VERSION.c.version
        row = await store.row(select(func.max(version)))
        return int(row[0] or 0) if row else 0, await processes.alive(store)
    finally:
        await store.close()


def _data_file(path: Path) -> Finding:
    what = "data file"
    remedy = "Check the file, its directory and the free space, or set NEWSQUOTE_DATA."
    if not path.exists():
        above = next(each for each in path.absolute().parents if each.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            return ok(what, f"{path} will be made when the bot starts.")
        told = f"{path} cannot be made: {above} cannot be written to."
        return to_fix(what, told, remedy, Exit.INDEX_PROBLEM)
    try:
        with closing(sqlite3.connect(path)) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            # Takes the right to write and gives it back: nothing is changed.
            db.execute("BEGIN IMMEDIATE")
            db.rollback()
    except sqlite3.Error as error:
        return to_fix(what, f"{path} cannot be used: {error}.", remedy, Exit.INDEX_PROBLEM)
    if version > len(schema.MIGRATIONS):
        told = f"{path} was written by a newer version of newsquote."
        remedy = "Upgrade newsquote, or name another file in NEWSQUOTE_DATA."
        return to_fix(what, told, remedy, Exit.INDEX_PROBLEM)
    return ok(what, f"{path} can be written to.")
