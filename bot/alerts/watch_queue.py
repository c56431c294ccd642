"""What was found for watches: what waits, what is being posted, what was; and what is known.

A story is written down in the transaction that makes its snapshot known, so that a crash loses
nothing and finds nothing twice. A post is written down as pending, with its stories, before it is
sent. Whoever finds it pending later does not know whether it was. It is the business of the process
that began it, or of the first one to take it over once that is no longer alive.
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
    owner: str


class _TakenError(Exception):
    """Undoes a post whose stories another one has."""


async def known(store: Store) -> tuple[str, bytes] | None:
    """Return the last snapshot looked at and the marks of what was seen; None at first."""
    row = await store.row(select(WATCH_KNOWN.c.snapshot_id, WATCH_KNOWN.c.marks))
    return None if row is None else (str(row[0]), bytes(row[1]))


async def found(
    store: Store,
    before: str | None,
    snapshot_id: str,
    marks: bytes,
    stories: Mapping[str, Sequence[Arrival]],
) -> bool:
    """Make a snapshot known, and let what was found in it for watches, by id, wait.

    What adds nothing to what was told of its story is left out: a word was corrected, say. Nothing
    is written, and False returned, where ``before`` is no longer the snapshot that was last looked
    at: another process was first.
    """
    now = store.now()
    row = {"one": 1, "snapshot_id": snapshot_id, "marks": marks}
    async with store.writing() as db:
        known = store.insert(WATCH_KNOWN).values(row)
        if before is None:
            done = await db.execute(known.on_conflict_do_nothing())
        else:
            is_last = WATCH_KNOWN.c.snapshot_id == before
            done = await db.execute(update(WATCH_KNOWN).where(is_last).values(row))
        if not done.rowcount:
            return False
        for watch_id, arrived in stories.items():
            for rank, each in enumerate(arrived):
                earlier = await db.execute(
                    select(WATCH_STORY.c.quote).where(
                        WATCH_STORY.c.watch_id == watch_id, WATCH_STORY.c.story == each.story
                    )
                )
                told = [replies.quote_loads(str(row[0])).text for row in earlier]
                if arrivals.told(each.quote.text, told):
                    continue
                await db.execute(_found(store, watch_id, each, rank, now))
    return True


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


async def begin(
    store: Store, watch_id: str, stories: Sequence[Waiting], owner: str = ""
) -> str | None:
    """Write a post of some waiting stories down before it is sent; return its id.

    None where one of them waits no more: another process is about to post it. Also a power cut
    leaves it: else the stories would be sent again in a post of another id.
    """
    post_id = secrets.token_hex(8)
    row = {
        "id": post_id,
        "watch_id": watch_id,
        "made_at": store.now(),
        "state": State.PENDING,
        "owner": owner,
    }
    try:
        async with store.writing(durable=True) as db:
            await db.execute(WATCH_POST.insert().values(row))
            await _claim(db, watch_id, stories, post_id)
    except _TakenError:
        return None
    return post_id


async def take_over(store: Store, post: Pending, owner: str) -> bool:
    """Make a post that was begun the business of a process; False where another was first."""
    async with store.writing() as db:
        taken = await db.execute(
            update(WATCH_POST)
            .where(
                WATCH_POST.c.id == post.id,
                WATCH_POST.c.state == State.PENDING,
                WATCH_POST.c.owner == post.owner,
            )
            .values(owner=owner)
        )
    return taken.rowcount > 0


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
        select(
            WATCH_POST.c.id, WATCH_POST.c.watch_id, WATCH_POST.c.made_at, WATCH_POST.c.owner
        ).where(WATCH_POST.c.state == State.PENDING)
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


async def _claim(
    db: AsyncConnection, watch_id: str, stories: Sequence[Waiting], post_id: str
) -> None:
    """Give stories that all wait to a post. Raises _TakenError.

    Of two processes that do so at once, the second waits here until the first is through.
    """
    if await _assign(db, watch_id, stories, post_id) < len(stories):
        raise _TakenError


async def _assign(
    db: AsyncConnection, watch_id: str, stories: Sequence[Waiting], post_id: str
) -> int:
    """Give stories that wait to a post; return how many waited."""
    done = await db.execute(
        update(WATCH_STORY)
        .where(
            WATCH_STORY.c.watch_id == watch_id,
            WATCH_STORY.c.passage_id.in_([each.quote.passage_id for each in stories]),
            WATCH_STORY.c.post_id.is_(None),
        )
        .values(post_id=post_id)
    )
    return done.rowcount
