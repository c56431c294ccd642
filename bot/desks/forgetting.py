"""What is stored about a person, and its end.

Every table that holds a person's data has its place here; :mod:`bot.pages.privacy_page` tells of
all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.kept.guilds import FORGET_QUESTIONS

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
    row = await store.row(
        "SELECT (SELECT count(*) FROM reply WHERE asker_id = :user),"
        " (SELECT count(*) FROM vote WHERE user_id = :user),"
        " (SELECT count(*) FROM vote WHERE asker_id = :user AND user_id != :user),"
        " (SELECT count(*) FROM asked WHERE asker_id = :user)",
        {"user": user_id},
    )
    return Held(*(row or (0, 0, 0)))


async def forget(store: Store, user_id: int) -> Held:
    """Delete what is stored about a person, and say how much it was. Raises StoreError.

    Others' votes on the person's answers stay, without the question's text.
    """
    async with store.writing() as db:
        answers = await db.execute("DELETE FROM reply WHERE asker_id = ?", (user_id,))
        votes = await db.execute("DELETE FROM vote WHERE user_id = ?", (user_id,))
        questions = await db.execute(f"{FORGET_QUESTIONS} AND asker_id = ?", (user_id,))
        links = await db.execute("DELETE FROM asked WHERE asker_id = ?", (user_id,))
    await store.flush()
    return Held(answers.rowcount, votes.rowcount, questions.rowcount, links.rowcount)
