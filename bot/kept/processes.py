"""Which process holds which of Discord's shards, and which of them are alive.

A process that starts takes its shards, whoever had them: it was started for that. Afterwards it
keeps them as long as it says in time that it is alive; who has lost one takes it back only from a
process that is no longer heard of. Clocks of several machines have to agree to some seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, or_, select

from bot.kept.tables import SHARD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store import Store

LEASE_S: Final = 60.0
"""So long a process counts as alive after it was last heard of."""


async def hold(
    store: Store, owner: str, shard_ids: Iterable[int], shard_count: int, *, starting: bool
) -> frozenset[int]:
    """Say that a process is alive; return which of its shards it holds. Raises StoreError."""
    now = store.now()
    free = or_(
        SHARD.c.owner == owner,
        SHARD.c.beat_at < now - LEASE_S,
        SHARD.c.beat_at > now + LEASE_S,  # a clock was set back
    )
    async with store.writing() as db:
        for shard_id in sorted(shard_ids):  # in one order, so that two never wait for each other
            row = {
                "shard_id": shard_id,
                "shard_count": shard_count,
                "owner": owner,
                "beat_at": now,
            }
            await db.execute(
                store.insert(SHARD)
                .values(row)
                .on_conflict_do_update(
                    index_elements=["shard_id"], set_=row, where=None if starting else free
                )
            )
        held = await db.execute(select(SHARD.c.shard_id).where(SHARD.c.owner == owner))
        return frozenset(int(row[0]) for row in held)


async def alive(store: Store) -> dict[str, frozenset[int]]:
    """Return the shards of each process that was heard of lately. Raises StoreError."""
    now = store.now()
    rows = await store.rows(
        select(SHARD.c.owner, SHARD.c.shard_id).where(
            SHARD.c.beat_at.between(now - LEASE_S, now + LEASE_S)
        )
    )
    owners = {str(row[0]) for row in rows}
    return {each: frozenset(int(row[1]) for row in rows if row[0] == each) for each in owners}


async def let_go(store: Store, owner: str) -> None:
    """Forget a process that ends. Raises StoreError."""
    async with store.writing() as db:
        await db.execute(delete(SHARD).where(SHARD.c.owner == owner))
