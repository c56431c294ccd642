"""What was found for watches: what waits, what is being posted, what was; and what is known.

A story is written down in the transaction that makes its snapshot known, so that a crash loses
nothing and finds nothing twice. A post is written down as pending, with its stories, before it is
sent. Whoever finds it pending later does not know whether it was.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, literal, select, update

from bot.kept import replies
from bot.kept.tables import WATCH, WATCH_KNOWN, WATCH_POST, WATCH_STORY
from index.overviews import arrivals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store import Store
    from index.overviews.arrivals import Arrival
    from index.records import Quote

KEPT_S: Final = 90 * 24 * 3600
"""So long is known what was posted; what a snapshot never had before is known beyond that."""

_NO_POST: Final = "-"


class State(StrEnum):
    """What became of a post. ``LOST``: it may have been sent or not, and is not sent again."""

    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story that was found for a watch, at ``found_at``, in seconds since 1970."""

    quote: Quote
    story: str
    more: int
    found_at: float


@dataclass(frozen=True, slots=True)
class Pending:
    """A post that was begun."""

    id: str
    watch_id: str
    made_at: float


async def known(store: Store) -> tuple[str, bytes] | None:
    """Return the last snapshot looked at and the marks of what was seen; None at first."""
    row = await store.row(select(WATCH_KNOWN.c.snapshot_id, WATCH_KNOWN.c.marks))
    return None if row is None else (str(row[0]), bytes(row[1]))


async def found(
    store: Store, snapshot_id: str, marks: bytes, stories: Mapping[str, Sequence[Arrival]]
) -> None:
    """Make a snapshot known, and let what was found in it for watches, by id, wait.

    What adds nothing to what was told of its story is left out: a word was corrected, say.
    """
    now = store.now()
    async with store.writing() as db:
        for watch_id, arrived in stories.items():
            for rank, each in enumerate(arrived):
                before = await db.execute(
                    select(WATCH_STORY.c.quote).where(
                        WATCH_STORY.c.watch_id == watch_id, WATCH_STORY.c.story == each.story
                    )
                )
                told = [replies.quote_loads(str(row[0])).text for row in before]
                if arrivals.told(each.quote.text, told):
                    continue
                await db.execute(_found(store, watch_id, each, rank, now))
        row = {"one": 1, "snapshot_id": snapshot_id, "marks": marks}
        await db.execute(
            store.insert(WATCH_KNOWN)
            .values(row)
            .on_conflict_do_update(index_elements=["one"], set_=row)
        )


async def oldest_waiting(store: Store) -> dict[str, float]:
    """Tell since when something waits for each watch, by id."""
    rows = await store.rows(
        select(WATCH_STORY.c.watch_id, func.min(WATCH_STORY.c.found_at))
        .where(WATCH_STORY.c.post_id.is_(None))
        .group_by(WATCH_STORY.c.watch_id)
    )
    return {str(row[0]): float(row[1]) for row in rows}


async def waiting(store: Store, watch_id: str) -> list[Waiting]:
    """Return what waits for a watch, the oldest first, best first of one snapshot."""
    return await _stories(
        store, WATCH_STORY.c.watch_id == watch_id, WATCH_STORY.c.post_id.is_(None)
    )


async def of_post(store: Store, post_id: str) -> list[Waiting]:
    """Return the stories of a post, in their order."""
    return await _stories(store, WATCH_STORY.c.post_id == post_id)


async def begin(store: Store, watch_id: str, stories: Sequence[Waiting]) -> str:
    """Write a post of some waiting stories down before it is sent; return its id.

    Also a power cut leaves it: else the stories would be sent again in a post of another id.
    """
    post_id = secrets.token_hex(8)
    async with store.writing(durable=True) as db:
        await db.execute(
            WATCH_POST.insert().values(
                id=post_id, watch_id=watch_id, made_at=store.now(), state=State.PENDING
            )
        )
        await _assign(db, watch_id, stories, post_id)
    return post_id


async def drop(store: Store, watch_id: str, stories: Sequence[Waiting]) -> None:
    """Let stories wait no more: their words no longer stand."""
    async with store.writing() as db:
        await _assign(db, watch_id, stories, _NO_POST)


async def end(store: Store, post_id: str, state: State, message_id: int | None = None) -> None:
    """Write down what became of a post."""
    async with store.writing() as db:
        await db.execute(
            update(WATCH_POST)
            .where(WATCH_POST.c.id == post_id)
            .values(state=state, message_id=message_id)
        )


async def release(store: Store, post_id: str) -> None:
    """Take back a post that was certainly not sent: its stories wait again."""
    async with store.writing() as db:
        await db.execute(
            update(WATCH_STORY).where(WATCH_STORY.c.post_id == post_id).values(post_id=None)
        )
        await db.execute(delete(WATCH_POST).where(WATCH_POST.c.id == post_id))


async def pending(store: Store) -> list[Pending]:
    """Return the posts that were begun and of which nothing more is known."""
    rows = await store.rows(
        select(WATCH_POST.c.id, WATCH_POST.c.watch_id, WATCH_POST.c.made_at).where(
            WATCH_POST.c.state == State.PENDING
        )
    )
    return [Pending(*row) for row in rows]


def _found(store: Store, watch_id: str, each: Arrival, rank: int, now: float) -> Insert:
    """Return what lets a story wait: from its watch, which may have been removed meanwhile."""
    row = {
        "watch_id": WATCH.c.id,
        "passage_id": literal(each.quote.passage_id),
        "story": literal(each.story),
        "rank": literal(rank),
        "found_at": literal(now),
        "quote": literal(replies.quote_dumps(each.quote)),
        "more": literal(each.more),
    }
    watch = select(*row.values()).where(WATCH.c.id == watch_id)
    return store.insert(WATCH_STORY).from_select(list(row), watch).on_conflict_do_nothing()


async def _stories(store: Store, *conditions: ColumnElement[bool]) -> list[Waiting]:
    rows = await store.rows(
        select(WATCH_STORY.c.quote, WATCH_STORY.c.story, WATCH_STORY.c.more, WATCH_STORY.c.found_at)
        .where(*conditions)
        .order_by(WATCH_STORY.c.found_at, WATCH_STORY.c.rank)
    )
    return [Waiting(replies.quote_loads(str(row[0])), *row[1:]) for row in rows]


async def _assign(
    db: AsyncConnection, watch_id: str, stories: Sequence[Waiting], post_id: str
) -> None:
    await db.execute(
        update(WATCH_STORY)
        .where(
            WATCH_STORY.c.watch_id == watch_id,
            WATCH_STORY.c.passage_id.in_([each.quote.passage_id for each in stories]),
        )
        .values(post_id=post_id)
    )
