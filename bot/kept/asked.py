"""Which reply of ours belongs to which message, so that it follows its question.

Kept, also over a restart, as long as answers are (:mod:`bot.store`): the newest, for some days.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.kept import tables
from bot.kept.tables import ASKED, REPLY
from bot.store import KEPT_S, MOST_REPLIES

if TYPE_CHECKING:
    from sqlalchemy import Select

    from bot.kept.tables import Query, Row
    from bot.store import Store


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
    row = {**asdict(asked), "asked_at": now}
    async with store.writing() as db:
        await db.execute(
            delete(REPLY).where(
                REPLY.c.id.in_(_reply_of(asked.message_id)),
                REPLY.c.id.is_distinct_from(asked.reply_id),
            )
        )
        await db.execute(
            store.insert(ASKED)
            .values(row)
            .on_conflict_do_update(index_elements=["message_id"], set_=row)
        )
        await db.execute(
            tables.outdated(ASKED.c.message_id, ASKED.c.asked_at, now - KEPT_S, MOST_REPLIES)
        )


async def of_message(store: Store, message_id: int) -> Asked | None:
    """Return what is known of a message that asked. Raises StoreError."""
    return _asked(await store.row(_kept(store, KEPT_S).where(ASKED.c.message_id == message_id)))


async def of_sent(store: Store, sent_id: int) -> Asked | None:
    """Return to what a message of ours replies. Raises StoreError."""
    return _asked(await store.row(_kept(store, KEPT_S).where(ASKED.c.sent_id == sent_id)))


async def last_in(
    store: Store, channel_id: int, before_id: int, within_s: float = KEPT_S
) -> Asked | None:
    """Return the last that was asked and answered in a place before a message.

    ``within_s`` is how long ago that may be. Raises StoreError.
    """
    query = _kept(store, within_s).where(
        ASKED.c.channel_id == channel_id, ASKED.c.message_id < before_id
    )
    return _asked(await store.row(query.order_by(ASKED.c.message_id.desc()).limit(1)))


async def forget(store: Store, message_id: int) -> None:
    """Forget a message that asked, with its answer. Raises StoreError."""
    async with store.writing() as db:
        await db.execute(delete(REPLY).where(REPLY.c.id.in_(_reply_of(message_id))))
        await db.execute(delete(ASKED).where(ASKED.c.message_id == message_id))


async def forget_sent(store: Store, sent_id: int) -> None:
    """Forget to whom a reply belonged that somebody deleted. Raises StoreError."""
    # Most messages that are deleted are none of ours: reading is cheap, writing is not.
    if await store.row(select(ASKED.c.sent_id).where(ASKED.c.sent_id == sent_id)) is not None:
        async with store.writing() as db:
            await db.execute(delete(ASKED).where(ASKED.c.sent_id == sent_id))


def _reply_of(message_id: int) -> Select[str]:
    return select(ASKED.c.reply_id).where(ASKED.c.message_id == message_id)


def _kept(store: Store, within_s: float) -> Query:
    columns = [ASKED.c[each.name] for each in fields(Asked)]
    return select(*columns).where(ASKED.c.asked_at >= store.now() - within_s)


def _asked(row: Row | None) -> Asked | None:
    return None if row is None else Asked(*row)
