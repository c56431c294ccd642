"""Takes votes on answers and hands back a layout that thanks, or says what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import rendering
from bot.errors import ExpiredError
from bot.kept import guilds, replies, votes
from bot.kept.replies import Kind
from bot.kept.votes import Kept, Vote
from bot.pages.layouts import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.kept.replies import Reply
    from bot.kept.votes import Reason
    from bot.store import Store

    Trouble = Callable[[BaseException], discord.ui.LayoutView]


@dataclass(frozen=True, slots=True)
class _Opinion:
    good: bool
    reason: Reason | None = None
    note: str = ""


class Feedback:
    """The box for votes. Nothing is raised: ``trouble`` turns an error into a layout."""

    def __init__(self, store: Store, trouble: Trouble) -> None:
        self._store = store
        self._trouble = trouble

    async def praise(
        self, pressed: discord.Interaction[Any], reply_id: str
    ) -> discord.ui.LayoutView:
        """Take a 👍."""
        return await self._take(pressed, reply_id, _Opinion(good=True))

    async def criticise(
        self, sent_in: discord.Interaction[Any], reply_id: str, reason: Reason, note: str
    ) -> discord.ui.LayoutView:
        """Take a 👎 with its reason."""
        return await self._take(sent_in, reply_id, _Opinion(good=False, reason=reason, note=note))

    async def is_refusal(self, reply_id: str) -> bool | discord.ui.LayoutView:
        """Say whether a kept answer refuses; a layout where it is no longer kept."""
        try:
            _, reply = await self._kept(reply_id)
        except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
            return self._trouble(error)
        return reply.kind is Kind.REFUSAL

    async def _take(
        self, interaction: discord.Interaction[Any], reply_id: str, opinion: _Opinion
    ) -> discord.ui.LayoutView:
        try:
            asker_id, reply = await self._kept(reply_id)
            keeps = await guilds.keeps_questions(self._store, interaction.guild_id)
            # What was answered in private stays private.
            private = interaction.message is None or interaction.message.flags.ephemeral
            # The limits of a server are part of what its answer is judged by.
            question = reply.searched or reply.question
            kept = Kept(asker_id, question, tuple(each.text for each in reply.quotes))
            vote = Vote(
                user_id=interaction.user.id,
                reply_id=reply_id,
                guild_id=interaction.guild_id,
                cast_at=self._store.now(),
                good=opinion.good,
                reason=opinion.reason,
                note=opinion.note,
                question_sha256=votes.question_hash(question),
                snapshot_id=reply.snapshot.id,
                passage_ids=tuple(dict.fromkeys(each.passage_id for each in reply.quotes)),
                verdict=replies.verdict_of(reply.kind),
                confidence=reply.confidence,
                kept=kept if keeps and not private else None,
            )
            again = await votes.save(self._store, vote)
        except Exception as error:  # noqa: BLE001  # as above
            return self._trouble(error)
        instead = " It replaces your earlier vote." if again else ""
        return plain(rendering.notice(f"Thank you, that is noted.{instead}"))

    async def _kept(self, reply_id: str) -> tuple[int, Reply]:
        try:
            asker_id, body = await self._store.load_reply(reply_id)
        except ExpiredError:
            raise ExpiredError(
                "This answer is no longer kept.", remedy="Please ask again."
            ) from None
        return asker_id, replies.loads(body)
