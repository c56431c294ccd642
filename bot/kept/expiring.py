"""Deletes what is kept for a time only, once that is over, also where nobody asks any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from bot import store as replies
from bot.alerts import watch_queue
from bot.kept import votes
from bot.kept.tables import ASKED, REPLY, VOTE, WATCH_POST, WATCH_STORY

if TYPE_CHECKING:
    from bot.store import Store


async def expire(store: Store) -> int:
    """Delete what is too old; return how many rows. Raises StoreError."""
    now = store.now()
    gone = 0
    async with store.writing() as db:
        for since, kept_s in (
            (REPLY.c.created_at, replies.KEPT_S),
            (VOTE.c.cast_at, votes.KEPT_S),
            (WATCH_POST.c.made_at, watch_queue.KEPT_S),
            (WATCH_STORY.c.found_at, watch_queue.KEPT_S),
        ):
            gone += (await db.execute(delete(since.table).where(since < now - kept_s))).rowcount
        await db.execute(delete(ASKED).where(ASKED.c.asked_at < now - replies.KEPT_S))
    if gone:
        await store.flush()
    return gone
