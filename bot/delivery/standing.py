"""Our reply to a message, which stands while its text changes: sent once, then edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery import sending

if TYPE_CHECKING:
    import discord

    from bot.delivery.threads import Place


class Standing:
    """What we say to ``message``; ``sent`` is where it stands, None before it is said.

    It is said in ``place``, where that is not the message's own channel.
    """

    def __init__(
        self,
        message: discord.Message,
        sent: discord.Message | discord.PartialMessage | None = None,
        place: Place | None = None,
    ) -> None:
        self.message = message
        self.sent = sent
        self.place = place

    async def show(self, view: discord.ui.LayoutView) -> None:
        """Say it; in place of what we said before, or anew where that cannot be changed."""
        if self.sent is not None:
            if await sending.amend(self.sent, view):
                return
            await sending.remove(self.sent)
        self.sent = await sending.reply(self.message, view, place=self.place)
