"""Votes on answers, as they are kept: one a person and answer, the last one counts.

Votes are kept for a year and at most :data:`MOST_VOTES` of them; the oldest go first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, tuple_

from bot.kept.tables import VOTE
from index.records import Verdict

if TYPE_CHECKING:
    from bot.kept.tables import Row
    from bot.store import Store

KEPT_S: Final = 365 * 24 * 3600
MOST_VOTES: Final = 100_000
NOTE_CHARS: Final = 300


class Reason(StrEnum):
    """What was wrong with an answer; ``MISSED`` is of a refusal alone."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    SHOULD_REFUSE = "should_refuse"
    MISSED = "missed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Kept:
    """The text of what was voted on: kept only where the server wants it so."""

    asker_id: int
    question: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's opinion of one answer. ``guild_id`` is None in direct messages.

    ``question_sha256`` is that of :func:`question_hash`; ``passage_ids`` are those of the quotes,
    of a refusal those of what came closest.
    """

    user_id: int
    reply_id: str
    guild_id: int | None
    cast_at: float
    good: bool
    reason: Reason | None
    note: str
    question_sha256: str
    snapshot_id: str
    passage_ids: tuple[str, ...]
    verdict: Verdict
    confidence: float | None
    kept: Kept | None


def question_hash(question: str) -> str:
    """Return the SHA-256 of a question, without regard to case and white space."""
    return hashlib.sha256(" ".join(question.casefold().split()).encode()).hexdigest()


async def save(store: Store, vote: Vote) -> bool:
    """Keep a vote in place of the person's earlier one; True where there was one.

    Raises StoreError.
    """
    kept = vote.kept
    row = {
        "user_id": vote.user_id,
        "reply_id": vote.reply_id,
        "guild_id": vote.guild_id,
        "cast_at": vote.cast_at,
        "good": vote.good,
        "reason": vote.reason,
        "note": vote.note,
        "question_sha256": vote.question_sha256,
        "snapshot_id": vote.snapshot_id,
        "passage_ids": json.dumps(vote.passage_ids),
        "verdict": vote.verdict,
        "confidence": vote.confidence,
        "asker_id": kept and kept.asker_id,
        "question": kept and kept.question,
        "quotes": kept and json.dumps(kept.quotes),
    }
    newest = select(VOTE.c.user_id, VOTE.c.reply_id).order_by(VOTE.c.cast_at.desc())
    async with store.writing() as db:
        earlier = await db.execute(
            delete(VOTE).where(VOTE.c.user_id == vote.user_id, VOTE.c.reply_id == vote.reply_id)
        )
        await db.execute(
            store.insert(VOTE)
            .values(row)
            .on_conflict_do_update(index_elements=["user_id", "reply_id"], set_=row)
        )
        await db.execute(delete(VOTE).where(VOTE.c.cast_at < store.now() - KEPT_S))
        await db.execute(
            delete(VOTE).where(
                tuple_(VOTE.c.user_id, VOTE.c.reply_id).in_(newest.offset(MOST_VOTES))
            )
        )
    return earlier.rowcount > 0


async def since(store: Store, start: float = 0) -> list[Vote]:
    """Return the votes cast from ``start`` on, oldest first. Raises StoreError."""
    start = max(start, store.now() - KEPT_S)
    rows = await store.rows(select(VOTE).where(VOTE.c.cast_at >= start).order_by(VOTE.c.cast_at))
    return [_vote(row) for row in rows]


def _vote(row: Row) -> Vote:
    user_id, reply_id, guild_id, cast_at, good, reason, note, sha256, snapshot_id, *others = row
    passage_ids, verdict, confidence, asker_id, question, quotes = others
    return Vote(
        user_id,
        reply_id,
        guild_id,
        cast_at,
        bool(good),
        reason and Reason(reason),
        note,
        sha256,
        snapshot_id,
        tuple(json.loads(passage_ids)),
        Verdict(verdict),
        confidence,
        None if question is None else Kept(asker_id, question, tuple(json.loads(quotes))),
    )
