"""Turns that processes take one after the other: who has one keeps it for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from bot.kept.tables import TURN

if TYPE_CHECKING:
    from bot.store import Store


async def take(store: Store, name: str, for_s: float) -> float:
    """Take a turn; return 0 where it was free, else in how many seconds it may be.

    Raises StoreError.
    """
    now = store.now()
    # Where one ends later than it can, a clock was set back.
    free = or_(TURN.c.free_at <= now, TURN.c.free_at > now + for_s)
    async with store.writing() as db:
        await db.execute(store.insert(TURN).values(name=name, free_at=0.0).on_conflict_do_nothing())
        taken = await db.execute(
            update(TURN).where(TURN.c.name == name, free).values(free_at=now + for_s)
        )
    return 0.0 if taken.rowcount else await wait_s(store, name)


async def wait_s(store: Store, name: str) -> float:
    """Return in how many seconds a turn may be free, 0 where it is. Raises StoreError."""
    row = await store.row(select(TURN.c.free_at).where(TURN.c.name == name))
    return 0.0 if row is None else max(0.0, float(row[0]) - store.now())
