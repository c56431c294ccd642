"""Deletes what is kept for a time only, once that is over, also where nobody asks any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import store as replies
from bot.alerts import watch_queue
from bot.kept import votes

if TYPE_CHECKING:
    from bot.store import Store


async def expire(store: Store) -> int:
    """Delete what is too old; return how many rows. Raises StoreError."""
    now = store.now()
    async with store.writing() as db:
        answers = await db.execute(
            "DELETE FROM reply WHERE created_at < ?", (now - replies.KEPT_S,)
        )
        await db.execute("DELETE FROM asked WHERE asked_at < ?", (now - replies.KEPT_S,))
        cast = await db.execute("DELETE FROM vote WHERE cast_at < ?", (now - votes.KEPT_S,))
        posted = await db.execute(
            "DELETE FROM watch_post WHERE made_at < ?", (now - watch_queue.KEPT_S,)
        )
        found = await db.execute(
            "DELETE FROM watch_story WHERE found_at < ?", (now - watch_queue.KEPT_S,)
        )
    if gone := sum(each.rowcount for each in (answers, cast, posted, found)):
        await store.flush()
    return gone
