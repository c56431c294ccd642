"""Whether a server keeps questions, and what goes when we leave it; see also :mod:`bot.kept.rules`.

A server without a row has the defaults: nothing is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.store import Store

FORGET_QUESTIONS: Final = (
    "UPDATE vote SET asker_id = NULL, question = NULL, quotes = NULL WHERE question IS NOT NULL"
)


async def keeps_questions(store: Store, guild_id: int | None) -> bool:
    """Say whether a server has the text of questions kept with votes. Raises StoreError."""
    row = await store.row("SELECT keep_questions FROM guilds WHERE guild_id = ?", (guild_id,))
    return row is not None and bool(row[0])


async def set_keep_questions(store: Store, guild_id: int, *, keep: bool) -> int:
    """Keep a server's questions with votes from now on, or no more. Raises StoreError.

    No more means that those kept are forgotten at once; the votes stay. Returns how many were.
    """
    async with store.writing() as db:
        await db.execute(
            "INSERT INTO guilds (guild_id, keep_questions) VALUES (?, ?)"
            " ON CONFLICT (guild_id) DO UPDATE SET keep_questions = excluded.keep_questions",
            (guild_id, keep),
        )
        if keep:
            return 0
        done = await db.execute(f"{FORGET_QUESTIONS} AND guild_id = ?", (guild_id,))
    await store.flush()
    return done.rowcount


async def leave(store: Store, guild_id: int) -> None:
    """Forget the settings and the questions of a server that we left. Raises StoreError."""
    await set_keep_questions(store, guild_id, keep=False)
    async with store.writing() as db:
        await db.execute("DELETE FROM guilds WHERE guild_id = ?", (guild_id,))
        await db.execute("DELETE FROM channels WHERE guild_id = ?", (guild_id,))
        await db.execute("DELETE FROM asked WHERE guild_id = ?", (guild_id,))
