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

from bot.kept import replies
from index.overviews import arrivals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aiosqlite

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
    row = await store.row("SELECT snapshot_id, marks FROM watch_known")
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
                before = await db.execute_fetchall(
                    "SELECT quote FROM watch_story WHERE watch_id = ? AND story = ?",
                    (watch_id, each.story),
                )
                told = [replies.quote_loads(str(row[0])).text for row in before]
                if arrivals.told(each.quote.text, told):
                    continue
                quote = replies.quote_dumps(each.quote)
                await db.execute(
                    # From the watch: it may have been removed meanwhile.
                    "INSERT OR IGNORE INTO watch_story"
                    " SELECT id, ?, ?, ?, ?, ?, ?, NULL FROM watch WHERE id = ?",
                    (each.quote.passage_id, each.story, rank, now, quote, each.more, watch_id),
                )
        await db.execute(
            "INSERT OR REPLACE INTO watch_known VALUES (1, ?, ?)", (snapshot_id, marks)
        )


async def oldest_waiting(store: Store) -> dict[str, float]:
    """Tell since when something waits for each watch, by id."""
    rows = await store.rows(
        "SELECT watch_id, min(found_at) FROM watch_story WHERE post_id IS NULL GROUP BY watch_id"
    )
    return {str(row[0]): float(row[1]) for row in rows}


async def waiting(store: Store, watch_id: str) -> list[Waiting]:
    """Return what waits for a watch, the oldest first, best first of one snapshot."""
    return await _stories(store, "watch_id = ? AND post_id IS NULL", watch_id)


async def of_post(store: Store, post_id: str) -> list[Waiting]:
    """Return the stories of a post, in their order."""
    return await _stories(store, "post_id = ?", post_id)


async def begin(store: Store, watch_id: str, stories: Sequence[Waiting]) -> str:
    """Write a post of some waiting stories down before it is sent; return its id.

    Also a power cut leaves it: else the stories would be sent again in a post of another id.
    """
    post_id = secrets.token_hex(8)
    async with store.writing(durable=True) as db:
        await db.execute(
            "INSERT INTO watch_post VALUES (?, ?, ?, ?, NULL)",
            (post_id, watch_id, store.now(), State.PENDING),
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
            "UPDATE watch_post SET state = ?, message_id = ? WHERE id = ?",
            (state, message_id, post_id),
        )


async def release(store: Store, post_id: str) -> None:
    """Take back a post that was certainly not sent: its stories wait again."""
    async with store.writing() as db:
        await db.execute("UPDATE watch_story SET post_id = NULL WHERE post_id = ?", (post_id,))
        await db.execute("DELETE FROM watch_post WHERE id = ?", (post_id,))


async def pending(store: Store) -> list[Pending]:
    """Return the posts that were begun and of which nothing more is known."""
    rows = await store.rows(
        "SELECT id, watch_id, made_at FROM watch_post WHERE state = ?", (State.PENDING,)
    )
    return [Pending(*row) for row in rows]


async def _stories(store: Store, condition: str, value: str) -> list[Waiting]:
    rows = await store.rows(
        f"SELECT quote, story, more, found_at FROM watch_story WHERE {condition}"  # noqa: S608  ours
        " ORDER BY found_at, rank",
        (value,),
    )
    return [Waiting(replies.quote_loads(str(row[0])), *row[1:]) for row in rows]


async def _assign(
    db: aiosqlite.Connection, watch_id: str, stories: Sequence[Waiting], post_id: str
) -> None:
    await db.executemany(
        "UPDATE watch_story SET post_id = ? WHERE watch_id = ? AND passage_id = ?",
        [(post_id, watch_id, each.quote.passage_id) for each in stories],
    )
