"""The buttons that turn the pages of a reply, explain it or ask it again, also after a restart.

A button's custom id carries the reply's id and the page that it leads to; everything else is in
the store, so that nothing of a reply stays in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.delivery import door, sending, waiting

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.app import NewsquoteBot

_TEMPLATE = r"newsquote:page:(?P<reply>[0-9a-f]{16}):(?P<page>[0-9]{1,4})"
_WHY_TEMPLATE = r"newsquote:why:(?P<reply>[0-9a-f]{16})"
_ANY_DATE_TEMPLATE = r"newsquote:anydate:(?P<reply>[0-9a-f]{16})"


class Asks:
    """What a press of the button asks of the index counts as a question."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let the press in, or say why not."""
        return await door.press(interaction)


class PageButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_TEMPLATE):
    """A button that turns to another page; only the asker may press it."""

    def __init__(self, reply_id: str, page: int, *, label: str = "", enabled: bool = True) -> None:
        super().__init__(
            ui.Button(
                label=label,
                custom_id=f"newsquote:page:{reply_id}:{page}",
                disabled=not enabled,
            )
        )
        self.reply_id = reply_id
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"], int(match["page"]), label="…")

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let the press in, unless we are paused: to turn a page asks nothing anew."""
        return await door.press(interaction, counted=False)

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Turn the page, or say in private why not."""
        desk = interaction.client.desk
        with interaction.client.in_flight.reply():
            try:
                await desk.check_owner(self.reply_id, interaction.user.id)
                if not await sending.hold(interaction):
                    return
                view = await desk.turn(
                    self.reply_id, self.page, private=sending.is_private(interaction)
                )
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                # In private, so that the page that stands in the channel stays.
                await sending.whisper(interaction, desk.trouble(error))
            else:
                await sending.edit(interaction, view)


class WhyButton(Asks, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_WHY_TEMPLATE):
    """A button that tells how an answer came about, in private to whoever presses it."""

    def __init__(self, reply_id: str) -> None:
        super().__init__(ui.Button(label="Why?", custom_id=f"newsquote:why:{reply_id}"))
        self.reply_id = reply_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"])

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Explain the answer as the index gives it now."""
        with interaction.client.in_flight.reply():
            if await sending.think(interaction, private=True):
                held = door.rules_of(interaction)
                await waiting.edit(
                    interaction, interaction.client.desk.why(self.reply_id, rules=held)
                )


class AnyDateButton(Asks, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_ANY_DATE_TEMPLATE):
    """A button that asks again over all dates: for the asker in place, for others in private."""

    def __init__(self, reply_id: str) -> None:
        super().__init__(ui.Button(label="Any date", custom_id=f"newsquote:anydate:{reply_id}"))
        self.reply_id = reply_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"])

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Put the wider answer where the other stands, or tell it to whoever did not ask."""
        desk = interaction.client.desk
        with interaction.client.in_flight.reply():
            if not await sending.hold(interaction):
                return
            try:
                view, theirs = await desk.widen(
                    self.reply_id,
                    interaction.user.id,
                    rules=door.rules_of(interaction),
                    private=sending.is_private(interaction),
                )
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                # In private, so that the answer that stands in the channel stays.
                await sending.whisper(interaction, desk.trouble(error))
            else:
                await (sending.edit if theirs else sending.whisper)(interaction, view)
