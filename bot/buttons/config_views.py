"""The panel of /config: menus and buttons that keep nothing in memory, also after a restart.

An item's custom id says which setting it is of, and of which channel. Whoever presses one has to
manage the server then, whatever they could when the panel was opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.buttons.config_forms import FORMS, OUTLET_CHARS, Part, form
from bot.delivery import sending
from bot.escaping import shown
from bot.pages import config_page
from bot.pages.config_page import MODES
from bot.pages.layouts import plain
from bot.rendering import Page
from bot.suggestions import outlets
from bot.translations.languages import LANGUAGES

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from typing import Self

    from bot.app import NewsquoteBot
    from bot.kept.rules import ReplyMode
    from bot.pages.config_page import ChannelPanel, Panel
    from bot.suggestions.outlets import Outlets

AS_THE_SERVER: Final = "server"
_MOST: Final = 25
_CHANNEL_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.media,
]


_TEMPLATE: Final = rf"newsquote:config:(?P<part>{'|'.join(Part)})(?::(?P<channel>[0-9]{{1,20}}))?"


class ConfigItem(ui.DynamicItem[ui.Item[Any]], template=_TEMPLATE):
    """A menu or button of the panel."""

    def __init__(self, item: ui.Item[Any], part: Part, channel_id: int | None = None) -> None:
        super().__init__(item)
        self.part = part
        self.channel_id = channel_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the item from its custom id."""
        channel = match["channel"]
        return cls(item, Part(match["part"]), int(channel) if channel else None)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let those in who manage the server, and tell others."""
        return await managing(interaction)

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Save what was chosen and show the panel anew, or ask for what has to be typed."""
        bot, guild = interaction.client, interaction.guild
        if guild is None:
            return
        with bot.in_flight.reply():
            try:
                if self.part in FORMS:
                    filters = await bot.configuring.filters(guild)
                    await sending.ask_back(interaction, form(self.part, filters))
                elif await sending.hold(interaction):
                    data: Mapping[str, Any] = interaction.data or {}
                    view = await bot.configuring.change(
                        guild, self.part, tuple(data.get("values", ())), self.channel_id
                    )
                    await sending.edit(interaction, view)
            except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
                await sending.whisper(interaction, bot.desk.trouble(error))


async def managing(interaction: discord.Interaction[Any]) -> bool:
    """Whether somebody manages the server where they are; they are told if not."""
    may = interaction.guild is not None and interaction.permissions.manage_guild
    if not may:
        await sending.whisper(interaction, plain(Page(((config_page.NOT_ALLOWED,),))))
    return may


def panel(shown_panel: Panel) -> ui.LayoutView:
    """Lay out what a server has set."""
    p, rules = shown_panel, shown_panel.rules
    box: ui.Container[Any] = ui.Container()
    box.add_item(ui.TextDisplay(config_page.head(p)))
    _add(box, config_page.mode(p), _modes(Part.MODE, rules.reply_mode))
    channels: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=_id(Part.CHANNELS),
        channel_types=_CHANNEL_TYPES,
        placeholder="Channels; none: everywhere",
        min_values=0,
        max_values=_MOST,
        default_values=_chosen(rules.channels & p.there, discord.SelectDefaultValueType.channel),
    )
    _add(box, config_page.channels(p), ConfigItem(channels, Part.CHANNELS))
    roles: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id=_id(Part.ROLES),
        placeholder="Roles; none: everyone",
        min_values=0,
        max_values=_MOST,
        default_values=_chosen(rules.roles & p.there, discord.SelectDefaultValueType.role),
    )
    _add(box, config_page.roles(p), ConfigItem(roles, Part.ROLES))
    _add(box, config_page.scope(p), *_scope(rules.scope, p.outlets))
    if config_page.more_outlets(p):
        box.add_item(ui.ActionRow(_button(Part.OUTLET, "Name another outlet")))
    _add_beside(box, config_page.filters(p), _button(Part.FILTERS, "Change"))
    keep = (Part.DROP, "Stop") if p.keeps_questions else (Part.KEEP, "Keep")
    _add_beside(box, config_page.keeping(p), _button(*keep))
    opening: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=_id(Part.OPEN),
        channel_types=_CHANNEL_TYPES,
        placeholder="Set up a channel",
    )
    _add(box, config_page.own(p), ConfigItem(opening, Part.OPEN))
    box.add_item(ui.TextDisplay(config_page.languages(LANGUAGES)))
    return _view(box)


def channel_panel(shown_panel: ChannelPanel) -> ui.LayoutView:
    """Lay out what a channel has of its own."""
    p = shown_panel
    box: ui.Container[Any] = ui.Container()
    box.add_item(ui.TextDisplay(config_page.channel_head(p)))
    _add(box, config_page.channel_mode(p), _modes(Part.OWN_MODE, p.own.reply_mode, p.channel_id))
    if p.own.every_question:
        button = _button(Part.ADDRESSED, "Only when asked", p.channel_id)
    else:
        button = _button(Part.EVERY, "Every question", p.channel_id, enabled=p.available)
    _add_beside(box, config_page.channel_questions(p), button)
    box.add_item(ui.ActionRow(_button(Part.BACK, "Back to the server")))
    return _view(box)


def _scope(scope: Sequence[str], known: Outlets) -> list[ui.Item[Any]]:
    """Return the menu of outlets, those chosen first; none where there is nothing to choose."""
    options = [discord.SelectOption(label=_label(name), value=name, default=True) for name in scope]
    options += [
        discord.SelectOption(label=each.name, value=each.value)
        for each in known
        if each.value not in scope
    ]
    options = options[:_MOST]
    if not options:
        return []
    select: ui.Select[Any] = ui.Select(
        custom_id=_id(Part.SCOPE),
        placeholder="Outlets; none: all",
        min_values=0,
        max_values=len(options),
        options=options,
    )
    return [ConfigItem(select, Part.SCOPE)]


def _modes(part: Part, now: ReplyMode | None, channel_id: int | None = None) -> ui.Item[Any]:
    options = [
        discord.SelectOption(label=label, value=mode, default=mode is now)
        for mode, label in MODES.items()
    ]
    if part is Part.OWN_MODE:
        option = discord.SelectOption(
            label="As in the server", value=AS_THE_SERVER, default=now is None
        )
        options.insert(0, option)
    select: ui.Select[Any] = ui.Select(custom_id=_id(part, channel_id), options=options)
    return ConfigItem(select, part, channel_id)


def _button(
    part: Part, label: str, channel_id: int | None = None, *, enabled: bool = True
) -> ui.Item[Any]:
    button: ui.Button[Any] = ui.Button(
        label=label, custom_id=_id(part, channel_id), disabled=not enabled
    )
    return ConfigItem(button, part, channel_id)


def _id(part: Part, channel_id: int | None = None) -> str:
    return f"newsquote:config:{part}" + ("" if channel_id is None else f":{channel_id}")


def _chosen(
    ids: frozenset[int], kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=each, type=kind) for each in sorted(ids)[:_MOST]]


def _label(name: str) -> str:
    return outlets.cut(" ".join(shown(name).split()), OUTLET_CHARS) or "?"


def _add(box: ui.Container[Any], text: str, *items: ui.Item[Any]) -> None:
    """Add what a setting is and, below it, its menu."""
    box.add_item(ui.TextDisplay(text))
    for item in items:
        # Any: a dynamic item is typed for both kinds of view, a row for one of them.
        row: ui.ActionRow[Any] = ui.ActionRow(item)
        box.add_item(row)


def _add_beside(box: ui.Container[Any], text: str, button: ui.Item[Any]) -> None:
    section: ui.Section[Any] = ui.Section(text, accessory=button)
    box.add_item(section)


def _view(box: ui.Container[Any]) -> ui.LayoutView:
    # No time-out: discord.py forgets a dynamic item's pattern when a view that holds one ends.
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view
