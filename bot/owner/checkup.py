"""What a check-up finds, and the part of it that needs no Discord: index, corpus and data file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bot.kept import schema
from bot.owner.telling import code_of
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
    return [_index(settings), _data_file(settings.data_file)]


def synced_hashes(path: Path) -> dict[int, str]:
    """Return the hash of the commands that were last synced, by application; {} without a file."""
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
