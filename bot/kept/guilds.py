"""Whether a server keeps questions, and what goes when we leave it; see also :mod:`bot.kept.rules`.

A server without a row has the defaults: nothing is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from bot.kept.tables import ASKED, CHANNELS, GUILDS, VOTE

if TYPE_CHECKING:
    from bot.store import Store

FORGET_QUESTIONS: Final = (
    update(VOTE)
    .where(VOTE.c.question.is_not(None))
    .values(asker_id=None, question=None, quotes=None)
)


async def keeps_questions(store: Store, guild_id: int | None) -> bool:
    """Say whether a server has the text of questions kept with votes. Raises StoreError."""
    row = await store.row(select(GUILDS.c.keep_questions).where(GUILDS.c.guild_id == guild_id))
    return row is not None and bool(row[0])


async def set_keep_questions(store: Store, guild_id: int, *, keep: bool) -> int:
    """Keep a server's questions with votes from now on, or no more. Raises StoreError.

    No more means that those kept are forgotten at once; the votes stay. Returns how many were.
    """
    async with store.writing() as db:
        await db.execute(
            store.insert(GUILDS)
            .values(guild_id=guild_id, keep_questions=keep)
            .on_conflict_do_update(index_elements=["guild_id"], set_={"keep_questions": keep})
        )
        if keep:
            return 0
        done = await db.execute(FORGET_QUESTIONS.where(VOTE.c.guild_id == guild_id))
    await store.flush()
    return done.rowcount


async def leave(store: Store, guild_id: int) -> None:
    """Forget the settings and the questions of a server that we left. Raises StoreError."""
    await set_keep_questions(store, guild_id, keep=False)
    async with store.writing() as db:
        for table in (GUILDS, CHANNELS, ASKED):
            await db.execute(delete(table).where(table.c.guild_id == guild_id))
