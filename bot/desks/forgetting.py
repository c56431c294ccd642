"""What is stored about a person, and its end.

Every table that holds a person's data has its place here; :mod:`bot.pages.privacy_page` tells of
all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.kept.guilds import FORGET_QUESTIONS
from bot.kept.tables import ASKED, REPLY, VOTE

if TYPE_CHECKING:
    from bot.store import Store


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows are about a person.

    Answers, votes, others' votes with their question, and which reply belongs to which message.
    """

    answers: int
    votes: int
    questions: int
    links: int = 0

    @property
    def rows(self) -> int:
        """All together."""
        return self.answers + self.votes + self.questions + self.links


async def held(store: Store, user_id: int) -> Held:
    """Count what is stored about a person. Raises StoreError."""
    counted = [
        select(func.count()).where(condition).scalar_subquery()
        for condition in (
            REPLY.c.asker_id == user_id,
            VOTE.c.user_id == user_id,
            (VOTE.c.asker_id == user_id) & (VOTE.c.user_id != user_id),
            ASKED.c.asker_id == user_id,
        )
    ]
    row = await store.row(select(*counted))
    return Held(*(row or (0, 0, 0)))


async def forget(store: Store, user_id: int) -> Held:
    """Delete what is stored about a person, and say how much it was. Raises StoreError.

    Others' votes on the person's answers stay, without the question's text.
    """
    async with store.writing() as db:
        answers = await db.execute(delete(REPLY).where(REPLY.c.asker_id == user_id))
        votes = await db.execute(delete(VOTE).where(VOTE.c.user_id == user_id))
        questions = await db.execute(FORGET_QUESTIONS.where(VOTE.c.asker_id == user_id))
        links = await db.execute(delete(ASKED).where(ASKED.c.asker_id == user_id))
    await store.flush()
    return Held(answers.rowcount, votes.rowcount, questions.rowcount, links.rowcount)
