"""How a database is opened and written to, and what is told where it fails (SQLAlchemy).

A transaction of SQLite's takes the right to write at its beginning: one that takes it half-way may
fail at once where another process writes, however long it would wait.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StoreError
from bot.kept import postgresql_schema, schema

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

BUSY_S: Final = 5.0
"""So long a write waits for another process to finish its own."""

ANSWER_S: Final = 20.0
"""So long PostgreSQL may take for one statement."""
CONNECTIONS: Final = 2
"""One may write while one reads; to a file each is a thread."""
_LEVEL: Final = "synchronous"


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and what its failures are: ``name`` is how it is told, without a password."""

    engine: AsyncEngine
    name: str
    failures: tuple[type[BaseException], ...]
    remedy: str

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def reading(self) -> AsyncEngine:
        """Return what reads outside of any transaction."""
        if self.dialect == "sqlite":
            return self.engine.execution_options(reads=True)
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def writing(self, *, durable: bool) -> AsyncEngine:
        """Return what writes; ``durable`` is as in :meth:`bot.store.Store.writing`."""
        return self.engine.execution_options(durable=durable)

    async def prepare(self) -> None:
        """Bring the tables up to date.

        Raises StoreError where a newer version of newsquote wrote them, and the ``failures``.
        """
        await (schema if self.dialect == "sqlite" else postgresql_schema).prepare(self)

    def failed(self, error: BaseException) -> StoreError:
        """Return our error for one of the ``failures``."""
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        told = str(cause).rstrip(".") or type(cause).__name__
        return StoreError(f"{self.name} cannot be used: {told}.", remedy=self.remedy)


def database(where: Path | str) -> Database:
    """Return the database at a path or a URL; a file's directory is made where it is missing.

    Nothing is connected yet. Raises StoreError.
    """
    return postgresql(where) if isinstance(where, str) else sqlite_file(where)


def sqlite_file(path: Path) -> Database:
    """Return the database of a file."""
    remedy = "Check the file, its directory and the free space, or set NEWSQUOTE_DATA."
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be used: {error}.", remedy=remedy) from error
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": BUSY_S},
        hide_parameters=True,  # they hold questions
    )
    event.listen(engine.sync_engine, "connect", _prepared)
    event.listen(engine.sync_engine, "begin", _begin)
    return Database(engine, str(path), (SQLAlchemyError, sqlite3.Error), remedy)


def postgresql(url: str) -> Database:
    """Return the PostgreSQL database of a URL, as `postgresql+asyncpg://user@host/name`."""
    try:
        import asyncpg  # pyright: ignore[reportMissingTypeStubs]  # it has none
    except ImportError as error:
        raise StoreError(
            "NEWSQUOTE_DATABASE_URL names PostgreSQL, whose driver is not installed.",
            remedy="pip install 'newsquote[postgres]'",
        ) from error
    engine = create_async_engine(
        make_url(url),
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_pre_ping=True,  # the server may have been started again meanwhile
        connect_args={"timeout": BUSY_S, "command_timeout": ANSWER_S},
        hide_parameters=True,  # they hold questions
    )
    # What cannot be connected to is told by asyncpg and the network themselves.
    failures = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
    remedy = "Check NEWSQUOTE_DATABASE_URL, and that the server runs and lets this user in."
    return Database(engine, engine.url.render_as_string(hide_password=True), failures, remedy)


def _prepared(connection: Any, _record: object) -> None:
    """Let us begin transactions, and have what is deleted overwritten: /forget promises it."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reads"):
        return
    level = "FULL" if options.get("durable") else "NORMAL"
    if connection.info.get(_LEVEL) != level:  # SQLite keeps it as long as the connection
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.info[_LEVEL] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")
