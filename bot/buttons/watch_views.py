"""The list of a server's watches with its buttons, which work after a restart too.

A button's custom id carries the watch and the page of the list; the server is where it is pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.delivery import sending
from bot.pages import watch_list_page
from bot.pages.layouts import plain
from bot.pages.watch_list_page import Wrong

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from typing import Self

    from bot.alerts.watches import Watch
    from bot.app import NewsquoteBot

_REMOVE_TEMPLATE = r"newsquote:unwatch:(?P<watch>[0-9a-f]{16}):(?P<page>[0-9]{1,4})"
_RESUME_TEMPLATE = r"newsquote:rewatch:(?P<watch>[0-9a-f]{16}):(?P<page>[0-9]{1,4})"
_PAGE_TEMPLATE = r"newsquote:watches:(?P<page>[0-9]{1,4})"


class _Manages:
    """Only who may manage the server changes its watches, also where the list was shared."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let the press in, or say why not."""
        if interaction.permissions.manage_guild:
            return True
        await sending.whisper(interaction, plain(watch_list_page.wrong(Wrong.NOT_MANAGER)))
        return False


class RemoveButton(_Manages, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_REMOVE_TEMPLATE):
    """A button that removes a watch and shows the list without it."""

    def __init__(self, watch_id: str, page: int) -> None:
        super().__init__(
            ui.Button(label="Remove", custom_id=f"newsquote:unwatch:{watch_id}:{page}")
        )
        self.watch_id = watch_id
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["watch"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Remove the watch; one that is gone already leaves the list as it is now."""
        bot = interaction.client
        with bot.in_flight.reply():
            if not await sending.hold(interaction):
                return
            try:
                view = await bot.watch_desk.take_out(interaction.guild_id, self.watch_id, self.page)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                await sending.whisper(interaction, bot.desk.trouble(error))
            else:
                await sending.edit(interaction, view)


class ResumeButton(_Manages, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_RESUME_TEMPLATE):
    """A button that lets a paused watch post again."""

    def __init__(self, watch_id: str, page: int) -> None:
        super().__init__(
            ui.Button(label="Resume", custom_id=f"newsquote:rewatch:{watch_id}:{page}")
        )
        self.watch_id = watch_id
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["watch"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Resume the watch, or say in the list what still keeps it from posting."""
        bot = interaction.client
        with bot.in_flight.reply():
            if not await sending.hold(interaction):
                return
            try:
                view = await bot.watch_desk.resume(interaction, self.watch_id, self.page)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                await sending.whisper(interaction, bot.desk.trouble(error))
            else:
                await sending.edit(interaction, view)


class ListButton(_Manages, ui.DynamicItem[ui.Button[ui.LayoutView]], template=_PAGE_TEMPLATE):
    """A button that turns to another page of the list."""

    def __init__(self, page: int, *, label: str = "…", enabled: bool = True) -> None:
        super().__init__(
            ui.Button(label=label, custom_id=f"newsquote:watches:{page}", disabled=not enabled)
        )
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(int(match["page"]))

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Show the page as the list is now."""
        bot = interaction.client
        with bot.in_flight.reply():
            if await sending.hold(interaction):
                view = bot.watch_desk.listed(interaction.guild_id, self.page)
                await sending.edit(interaction, view)


def listing(of_server: Sequence[Watch], number: int = 1, note: str = "") -> ui.LayoutView:
    """Lay out a page of the list, the last one where there are fewer by now."""
    count = watch_list_page.count(of_server)
    number = max(1, min(number, count))
    view = ui.LayoutView(timeout=None)
    # Any: a dynamic item is typed for both kinds of view.
    box: ui.Container[Any] = ui.Container()
    box.add_item(ui.TextDisplay(watch_list_page.head(of_server, number, note)))
    for watch in watch_list_page.on_page(of_server, number):
        _add(box, watch, number)
    view.add_item(box)
    if count > 1:
        row: ui.ActionRow[Any] = ui.ActionRow()
        row.add_item(ListButton(number - 1, label="Back", enabled=number > 1))
        row.add_item(ListButton(number + 1, label="Next", enabled=number < count))
        view.add_item(row)
    return view


def _add(box: ui.Container[Any], watch: Watch, number: int) -> None:
    """Add a watch: its button beside it, or both of a paused one below."""
    told = watch_list_page.entry(watch)
    # Any: a dynamic item is typed for both kinds of view.
    remove: Any = RemoveButton(watch.id, number)
    if watch_list_page.resumable(watch):
        resume: Any = ResumeButton(watch.id, number)
        row: ui.ActionRow[Any] = ui.ActionRow(resume, remove)
        box.add_item(ui.TextDisplay(told))
        box.add_item(row)
    else:
        section: ui.Section[Any] = ui.Section(told, accessory=remove)
        box.add_item(section)
