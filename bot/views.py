"""Pages as Discord layouts, and the buttons that turn them, also after a restart.

A button's custom id carries the reply's id and the page that it leads to; everything else is in
the store, so that nothing of a reply stays in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import sending

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.app import NewsquoteBot
    from bot.rendering import Page

_TEMPLATE = r"newsquote:page:(?P<reply>[0-9a-f]{16}):(?P<page>[0-9]{1,4})"
_WHY_TEMPLATE = r"newsquote:why:(?P<reply>[0-9a-f]{16})"


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

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Turn the page, or say in private why not."""
        desk = interaction.client.desk
        with interaction.client.in_flight.reply():
            try:
                await desk.check_owner(self.reply_id, interaction.user.id)
                if not await sending.hold(interaction):
                    return
                view = await desk.turn(self.reply_id, self.page)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                # In private, so that the page that stands in the channel stays.
                await sending.whisper(interaction, desk.trouble(error))
            else:
                await sending.edit(interaction, view)


class WhyButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_WHY_TEMPLATE):
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
                await sending.edit(interaction, await interaction.client.desk.why(self.reply_id))


def layout(page: Page, reply_id: str | None = None, *, why: bool = False) -> ui.LayoutView:
    """Build the layout of a page of the reply kept as ``reply_id``, if it is kept.

    With buttons that turn the pages, where there are more; with one that explains, for ``why``.
    """
    # No time-out: discord.py forgets a dynamic item's pattern when a view that holds one ends.
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container()
    for i, group in enumerate(page.groups):
        if i:
            box.add_item(ui.Separator(visible=False))
        for text in group:
            box.add_item(ui.TextDisplay(text))
    view.add_item(box)
    if reply_id is not None and (why or page.count > 1):
        # Any: a dynamic item is typed for both kinds of view, a row for one of them.
        row: ui.ActionRow[Any] = ui.ActionRow()
        if page.count > 1:
            back, on = page.number - 1, page.number + 1
            row.add_item(PageButton(reply_id, back, label="Back", enabled=back >= 1))
            row.add_item(PageButton(reply_id, on, label="Next", enabled=on <= page.count))
        if why:
            row.add_item(WhyButton(reply_id))
        view.add_item(row)
    return view
