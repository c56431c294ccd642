"""Which reply of ours belongs to which message, so that it follows its question.

Kept, also over a restart, as long as answers are (:mod:`bot.store`): the newest, for some days.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import KEPT_S, MOST_REPLIES

if TYPE_CHECKING:
    import sqlite3

    from bot.store import Store

_COLUMNS = "message_id, asker_id, guild_id, channel_id, sent_id, question_sha256, reply_id"


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that asked and the message ``sent_id`` in ``channel_id`` that replies to it.

    ``question_sha256`` is that of :func:`question_hash`. ``reply_id`` is the kept answer, None
    where the reply holds none.
    """

    message_id: int
    asker_id: int
    guild_id: int | None
    channel_id: int
    sent_id: int
    question_sha256: str
    reply_id: str | None


def question_hash(question: str) -> str:
    """Return the SHA-256 of a question, which tells whether an edit has changed it."""
    return hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()


async def save(store: Store, asked: Asked) -> None:
    """Remember a message and its reply, in place of an earlier one. Raises StoreError."""
    now = store.now()
    async with store.writing() as db:
        await db.execute(
            "DELETE FROM reply WHERE id = (SELECT reply_id FROM asked WHERE message_id = ?)"
            " AND id IS NOT ?",
            (asked.message_id, asked.reply_id),
        )
        await db.execute(
            "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                asked.message_id,
                asked.asker_id,
                asked.guild_id,
                asked.channel_id,
                asked.sent_id,
                asked.question_sha256,
                asked.reply_id,
                now,
            ),
        )
        await db.execute("DELETE FROM asked WHERE asked_at < ?", (now - KEPT_S,))
        await db.execute(
            "DELETE FROM asked WHERE message_id IN "
            "(SELECT message_id FROM asked ORDER BY asked_at DESC LIMIT -1 OFFSET ?)",
            (MOST_REPLIES,),
        )


async def of_message(store: Store, message_id: int) -> Asked | None:
    """Return what is known of a message that asked. Raises StoreError."""
    return _asked(
        await store.row(
            f"SELECT {_COLUMNS} FROM asked WHERE message_id = ? AND asked_at >= ?",  # noqa: S608  # ours
            (message_id, store.now() - KEPT_S),
        )
    )


async def of_sent(store: Store, sent_id: int) -> Asked | None:
    """Return to what a message of ours replies. Raises StoreError."""
    return _asked(
        await store.row(
            f"SELECT {_COLUMNS} FROM asked WHERE sent_id = ? AND asked_at >= ?",  # noqa: S608  # ours
            (sent_id, store.now() - KEPT_S),
        )
    )


async def last_in(
    store: Store, channel_id: int, before_id: int, within_s: float = KEPT_S
) -> Asked | None:
    """Return the last that was asked and answered in a place before a message.

    ``within_s`` is how long ago that may be. Raises StoreError.
    """
    return _asked(
        await store.row(
            f"SELECT {_COLUMNS} FROM asked"  # noqa: S608  # ours
            " WHERE channel_id = ? AND message_id < ? AND asked_at >= ?"
            " ORDER BY message_id DESC LIMIT 1",
            (channel_id, before_id, store.now() - within_s),
        )
    )


async def forget(store: Store, message_id: int) -> None:
    """Forget a message that asked, with its answer. Raises StoreError."""
    async with store.writing() as db:
        await db.execute(
            "DELETE FROM reply WHERE id = (SELECT reply_id FROM asked WHERE message_id = ?)",
            (message_id,),
        )
        await db.execute("DELETE FROM asked WHERE message_id = ?", (message_id,))


async def forget_sent(store: Store, sent_id: int) -> None:
    """Forget to whom a reply belonged that somebody deleted. Raises StoreError."""
    # Most messages that are deleted are none of ours: reading is cheap, writing is not.
    if await store.row("SELECT 1 FROM asked WHERE sent_id = ?", (sent_id,)) is not None:
        async with store.writing() as db:
            await db.execute("DELETE FROM asked WHERE sent_id = ?", (sent_id,))


def _asked(row: sqlite3.Row | None) -> Asked | None:
    return None if row is None else Asked(*row)
