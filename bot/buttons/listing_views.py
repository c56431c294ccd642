"""The buttons that show more of the corpus than a reply does: Context, More and Newest.

Context stands in place of the quotes, where the asker presses it; all else comes in private, so
that the reply stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.buttons.views import Asks
from bot.delivery import door, sending, waiting
from bot.pages.offering import Offer

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.app import NewsquoteBot

_CONTEXT_TEMPLATE: Final = r"newsquote:context:(?P<reply>[0-9a-f]{16}):(?P<page>[0-9]{1,4})"
_LISTING_TEMPLATE: Final = r"newsquote:(?P<which>more|newest):(?P<reply>[0-9a-f]{16})"
_LABELS: Final = {Offer.MORE: "More", Offer.NEWEST: "Newest"}


class ContextButton(Asks, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_CONTEXT_TEMPLATE):
    """A button that shows what stands around the quotes of a page."""

    def __init__(self, reply_id: str, page: int) -> None:
        super().__init__(
            ui.Button(label="Context", custom_id=f"newsquote:context:{reply_id}:{page}")
        )
        self.reply_id = reply_id
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Put the context where the quotes stand, or tell it to whoever did not ask."""
        bot = interaction.client
        with bot.in_flight.reply():
            if not await sending.hold(interaction):
                return
            try:
                view, theirs = await bot.revisit.context(
                    self.reply_id,
                    self.page,
                    interaction.user.id,
                    private=sending.is_private(interaction),
                )
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                # In private, so that the answer that stands in the channel stays.
                await sending.whisper(interaction, bot.desk.trouble(error))
            else:
                await (sending.edit if theirs else sending.whisper)(interaction, view)


class ListingButton(Asks, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_LISTING_TEMPLATE):
    """A button that lists other passages on the same question, in private to whoever presses it."""

    def __init__(self, reply_id: str, which: Offer) -> None:
        super().__init__(ui.Button(label=_LABELS[which], custom_id=f"newsquote:{which}:{reply_id}"))
        self.reply_id = reply_id
        self.which = which

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"], Offer(match["which"]))

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Search for the same question."""
        bot = interaction.client
        with bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                revisit = bot.revisit
                looked = revisit.newest if self.which is Offer.NEWEST else revisit.more
                held = door.rules_of(interaction)
                await waiting.edit(interaction, looked(self.reply_id, interaction.user.id, held))
