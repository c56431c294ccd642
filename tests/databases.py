"""What tests do with the bot's database below its own doors."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

import pytest

from bot.kept import databases

if TYPE_CHECKING:
    from bot.store import Store

SQLITE: Final = "sqlite"
BOTH: Final = pytest.mark.parametrize("database", [SQLITE, "postgresql"], indirect=True)
"""Marks tests that run over a file and, where it is installed, over PostgreSQL."""


async def on_every_connection(store: Store, statement: str) -> None:
    """Run a statement on all connections to a file, also on those that are not open yet."""
    reading = store._database.reading()  # pyright: ignore[reportPrivateUsage]  # a pragma is of a connection
    async with AsyncExitStack() as held:
        for _ in range(databases.CONNECTIONS):
            db = await held.enter_async_context(reading.connect())
            await db.exec_driver_sql(statement)
