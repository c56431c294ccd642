"""Deletes what is kept for a time only, once that is over, also where nobody asks any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import store as replies
from bot import votes

if TYPE_CHECKING:
    from bot.store import Store


async def expire(store: Store) -> int:
    """Delete answers and votes that are too old; return how many. Raises StoreError."""
    now = store.now()
    async with store.writing() as db:
        answers = await db.execute(
            "DELETE FROM reply WHERE created_at < ?", (now - replies.KEPT_S,)
        )
        cast = await db.execute("DELETE FROM vote WHERE cast_at < ?", (now - votes.KEPT_S,))
    if gone := answers.rowcount + cast.rowcount:
        await store.flush()
    return gone
