"""The button that makes public what only one person sees.

What is shared is written anew from what is kept, and its quotes are verified again. It says who
shared it, and belongs to that person from then on.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import rendering
from bot.delivery import door, sending
from bot.pages.layouts import plain

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.app import NewsquoteBot
    from bot.rendering import Page

_TEMPLATE: Final = (
    r"newsquote:share:(?P<what>page|why|passage):(?P<id>[0-9a-z]{1,40}):(?P<page>[0-9]{1,4})"
)
_DONE: Final = "Shared in this channel."
_NOT_HERE: Final = "You may not write in this channel, so this was not shared."
_HIDDEN: Final = "Here Discord shows what I post to you alone, so this was not shared."


class Shared(StrEnum):
    """What is shared: a page of a kept reply, why it is as it is, or one passage."""

    PAGE = auto()
    WHY = auto()
    PASSAGE = auto()


class ShareButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_TEMPLATE):
    """A button that posts what it stands under for all to see."""

    def __init__(self, what: Shared, which: str, page: int = 1) -> None:
        super().__init__(
            ui.Button(label="Share", custom_id=f"newsquote:share:{what}:{which}:{page}")
        )
        self.what = what
        self.which = which
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(Shared(match["what"]), match["id"], int(match["page"]))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let the press in; only to explain anew counts as a question."""
        return await door.press(interaction, counted=self.what is Shared.WHY)

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Post it, and say so where it stood; say why not where that is not possible."""
        bot = interaction.client
        with bot.in_flight.reply():
            if not sending.may_write(interaction):
                await sending.whisper(interaction, _said(_NOT_HERE))
                return
            if not await sending.hold(interaction):
                return
            try:
                held = door.rules_of(interaction)
                view = await bot.revisit.share(
                    self.what, self.which, self.page, interaction.user, held
                )
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                await sending.whisper(interaction, bot.desk.trouble(error))
                return
            seen = await sending.post(interaction, view)
            if seen is not None:
                # In place of what was shared: nobody shares it twice by mistake.
                await sending.edit(interaction, _said(_DONE if seen else _HIDDEN))


def with_share(page: Page, what: Shared, which: str) -> ui.LayoutView:
    """Lay out a page that is told to one person, with the button to share it."""
    view = plain(page)
    # Any: a dynamic item is typed for both kinds of view, a row for one of them.
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(ShareButton(what, which))
    view.add_item(row)
    return view


def _said(text: str) -> ui.LayoutView:
    return plain(rendering.notice(text))
