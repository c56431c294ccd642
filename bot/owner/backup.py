"""The bot's settings, watches and feedback in one file, and back.

A backup is a zip file: ``bot.sqlite3``, taken through SQLite's online backup while the bot may go
on writing, and ``backup.json``, which says what it is and the hash that it has to have. Left out is
what passes by itself: the texts of replies, which message asked what, and who runs now. Of
PostgreSQL a backup is the same, so that it can be restored as a file, and a file as PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.errors import BackupError
from bot.kept.schema import MIGRATIONS
from bot.owner import moving
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Generator

FORMAT: Final = 1
DATA: Final = "bot.sqlite3"
RECEIPT: Final = "backup.json"
KEPT: Final = ("guilds", "channels", "watch", "vote")
"""The tables whose rows are counted, for whoever makes a backup."""
_PASSING: Final = ("reply", "asked", "shard", "turn")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; ``rows`` counts those of each table of :data:`KEPT`."""

    schema: int
    made_at: str
    rows: dict[str, int]


def make(kept: Path | str, to: Path, *, force: bool = False) -> Backup:
    """Write a backup of a file or of the PostgreSQL at a URL, at once whole.

    Raises BackupError, and StoreError of PostgreSQL; an existing file needs ``force``.
    """
    if not isinstance(kept, str) and not kept.is_file():
        raise BackupError(
            f"There is nothing to back up: {kept} does not exist.",
            remedy="The bot makes it at its first start; NEWSQUOTE_DATA says where.",
        )
    _may_write(to, force=force)
    with _told(f"{to} cannot be written"), _scratch(to) as scratch:
        copy = scratch / DATA
        if isinstance(kept, str):
            moving.dump(kept, copy)
            schema = len(MIGRATIONS)
        else:
            schema = _copied(kept, copy)
        with closing(sqlite3.connect(copy)) as db:
            _forget(db)
            made = Backup(schema, datetime.now(UTC).isoformat(timespec="seconds"), _rows(db))
        receipt = {
            "format": FORMAT,
            "newsquote": version("newsquote"),
            "schema": made.schema,
            "made_at": made.made_at,
            "rows": made.rows,
            "size_bytes": copy.stat().st_size,
            "sha256": _sha256(copy),
        }
        packed = scratch / "packed"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(RECEIPT, json.dumps(receipt, indent=2))
            archive.write(copy, DATA)
        _place(packed, to)
    return made


def restore(source: Path, kept: Path | str, *, force: bool = False) -> Backup:
    """Put a backup where the bot keeps its data, in one step: as a file, or into PostgreSQL.

    Raises BackupError where it is damaged or of a newer version, where something is there and
    ``force`` is not set, and where a bot has it open; StoreError of PostgreSQL.
    """
    if isinstance(kept, str):
        with _told(f"{source} cannot be restored"), tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / DATA
            backup = _unpacked(source, copy)
            moving.load(copy, kept, force=force)
        return backup
    with _told(f"{source} cannot be restored"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(kept) as scratch:
            copy = scratch / DATA
            backup = _unpacked(source, copy)
            _may_write(kept, force=force)
            if kept.exists():
                _detach(kept)
            _place(copy, kept)
    return backup


def _copied(data_file: Path, copy: Path) -> int:
    """Copy a file while the bot may go on writing; return which version it has."""
    with closing(sqlite3.connect(f"{data_file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        schema = _schema(db, data_file)
        with closing(sqlite3.connect(copy)) as into:
            db.backup(into)
    return schema


def _unpacked(source: Path, copy: Path) -> Backup:
    """Take a backup apart and check it. Raises BackupError."""
    try:
        with zipfile.ZipFile(source) as archive:
            receipt: dict[str, Any] = json.loads(archive.read(RECEIPT))
            wanted, size_bytes = str(receipt["sha256"]), int(receipt["size_bytes"])
            backup = Backup(int(receipt["schema"]), str(receipt["made_at"]), dict(receipt["rows"]))
            if int(receipt["format"]) > FORMAT or backup.schema > len(MIGRATIONS):
                raise BackupError(
                    f"{source} was made by a newer version of newsquote ({receipt['newsquote']}).",
                    remedy="Upgrade newsquote, then restore.",
                )
            # Never more than was written: a file may say that it is small and unpack to anything.
            if archive.getinfo(DATA).file_size != size_bytes:
                raise _damaged(source)
            with archive.open(DATA) as packed, copy.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
    except FileNotFoundError as error:
        raise BackupError(f"There is no {source}.", remedy="Name a backup.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise _damaged(source) from error
    if _sha256(copy) != wanted:
        raise _damaged(source)
    with closing(sqlite3.connect(copy)) as db:
        if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise _damaged(source)
        if _schema(db, source) != backup.schema:
            raise _damaged(source)
    return backup


def _detach(data_file: Path) -> None:
    """See to it that nobody has the file open, and that no log of it is left beside.

    SQLite gives up its log only to the one process that has the file open. A file that is no
    database is what a restore is for.
    """
    try:
        with closing(sqlite3.connect(data_file, timeout=0)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"{data_file} is in use: {error}.", remedy="Stop the bot, restore, start it again."
        ) from error
    except sqlite3.DatabaseError:
        pass
    for suffix in ("-wal", "-shm", "-journal"):
        data_file.with_name(data_file.name + suffix).unlink(missing_ok=True)


def _forget(db: sqlite3.Connection) -> None:
    """Leave out what passes by itself, and its traces, and the log beside the file."""
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("PRAGMA secure_delete = ON")
    for table in _tables(db).intersection(_PASSING):
        db.execute(f"DELETE FROM {table}")  # noqa: S608  # one of two names of ours
    db.commit()
    db.execute("VACUUM")


def _rows(db: sqlite3.Connection) -> dict[str, int]:
    there = _tables(db)
    counts = {
        table: db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # names of ours
        for table in KEPT
        if table in there
    }
    return {table: int(row[0]) for table, row in counts.items()}


def _tables(db: sqlite3.Connection) -> set[str]:
    return {str(name) for (name,) in db.execute("SELECT name FROM sqlite_schema")}


def _schema(db: sqlite3.Connection, path: Path) -> int:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if int(found) > len(MIGRATIONS):
        raise BackupError(
            f"{path} was written by a newer version of newsquote.", remedy="Upgrade newsquote."
        )
    return int(found)


def _may_write(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise BackupError(f"{path} exists.", remedy="Name another file, or add --force.")


def _place(draft: Path, path: Path) -> None:
    """Put a finished file in its place in one step, for good."""
    draft.chmod(0o600)
    durable.sync(draft)
    draft.replace(path)
    with suppress(OSError):  # it is in place; to fail now would say that it is not
        durable.sync(path.parent)


@contextmanager
def _scratch(beside: Path) -> Generator[Path]:
    """Make a directory on the same disk as a file, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix=".newsquote-", dir=beside.absolute().parent) as name:
        yield Path(name)


@contextmanager
def _told(what: str) -> Generator[None]:
    """Turn what the disk and SQLite say into our error."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            f"{what}: {error}.", remedy="Check the directory, its rights and the free space."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(source: Path) -> BackupError:
    return BackupError(
        f"{source} is no backup of newsquote, or it is damaged.", remedy="Take another one."
    )
