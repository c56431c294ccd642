"""The button that confirms /forget; its custom id carries whose data it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.delivery import sending
from bot.desks import forgetting
from bot.pages import privacy_page
from bot.pages.layouts import plain

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.app import NewsquoteBot
    from bot.desks.forgetting import Held

_TEMPLATE = r"newsquote:forget:(?P<user>[0-9]{1,20})"


class ForgetButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_TEMPLATE):
    """A button that deletes what is stored about the person who asked for it."""

    def __init__(self, user_id: int) -> None:
        super().__init__(
            ui.Button(
                label="Delete",
                style=discord.ButtonStyle.danger,
                custom_id=f"newsquote:forget:{user_id}",
            )
        )
        self.user_id = user_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(int(match["user"]))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Nobody deletes another person's data; only that person sees the button."""
        return interaction.user.id == self.user_id

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Delete, and say how much it was in place of the button."""
        bot = interaction.client
        with bot.in_flight.reply():
            if not await sending.hold(interaction):
                return
            try:
                held = await forgetting.forget(bot.store, self.user_id)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                await sending.whisper(interaction, bot.desk.trouble(error))
            else:
                await sending.edit(interaction, plain(privacy_page.forgotten(held)))


def confirming(held: Held, user_id: int) -> ui.LayoutView:
    """Return the layout that asks before anything is deleted, if there is anything."""
    view = plain(privacy_page.before_forgetting(held))
    if held.rows:
        # Any: a dynamic item is typed for both kinds of view, a row for one of them.
        row: ui.ActionRow[Any] = ui.ActionRow()
        row.add_item(ForgetButton(user_id))
        view.add_item(row)
    return view
