"""Lets in what comes from Discord, or says why not: to the user alone where Discord can.

A message is told by a reply that deletes itself when the wait is over; while it stands, nothing
more is said to that person. What a server has set for the place is looked up here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot import request_ids
from bot.access import allowing
from bot.access.fair_use import ELSEWHERE_S
from bot.delivery import sending
from bot.errors import StoreError
from bot.kept import rules
from bot.pages import fair_use_page
from bot.pages.layouts import plain
from bot.rendering import Page

if TYPE_CHECKING:
    from bot.app import NewsquoteBot
    from bot.delivery.standing import Standing
    from bot.kept.rules import Rules

FREE: Final[dict[Any, Any]] = {"free": True}
"""The ``extras`` of a command that asks nothing of the index: it counts for no cool-down."""

_RULES: Final = "rules"
NOT_FOR_ALL: Final = "This command is for those who may manage this server."


def rules_of(interaction: discord.Interaction[NewsquoteBot]) -> Rules:
    """Return what holds where a command or a press that was let in comes from."""
    found: Rules = interaction.extras[_RULES]
    return found


async def command(interaction: discord.Interaction[NewsquoteBot]) -> bool:
    """Whether a command may run; typing an option of one is free.

    A command that Discord shows to those who manage a server is for them alone, whomever else the
    server shows it to.
    """
    called = interaction.command
    typing = interaction.type is discord.InteractionType.autocomplete
    if not _may_use(called, interaction.permissions):
        if typing:
            await interaction.response.autocomplete([])
        else:
            await sending.whisper(interaction, plain(Page(((NOT_FOR_ALL,),))))
        return False
    if typing or called is None or called.extras.get("free"):
        return True
    return await press(interaction)


async def press(interaction: discord.Interaction[NewsquoteBot], *, counted: bool = True) -> bool:
    """Whether a command or a press of a button may ask the index something."""
    request_ids.begin()
    bot, channel = interaction.client, interaction.channel
    try:
        held = await _held(bot, interaction.guild_id, interaction.channel_id, channel)
    except StoreError as error:
        await sending.whisper(interaction, bot.desk.trouble(error))
        return False
    interaction.extras[_RULES] = held
    if not interaction.permissions.manage_guild:
        refusal = _refusal(held, interaction.channel_id, channel, interaction.user)
        if refusal is not None:
            await sending.whisper(interaction, plain(refusal))
            return False
    away = bot.fair_use.turned_away(interaction.user.id, interaction.guild_id, counted=counted)
    if away is not None:
        await sending.whisper(interaction, plain(fair_use_page.turned_away(away)))
    return away is None


async def message(bot: NewsquoteBot, standing: Standing, *, addressed: bool = True) -> Rules | None:
    """Return what holds where a message asks, None where it may not be answered.

    Who did not address us is not told that they may not ask. Where we have replied to the message
    before it was edited, our reply says why not.
    """
    asked = standing.message
    guild_id = asked.guild.id if asked.guild else None
    try:
        held = await rules_at(bot, asked)
    except StoreError as error:
        await standing.show(bot.desk.trouble(error))
        return None
    if not (
        isinstance(asked.author, discord.Member) and asked.author.guild_permissions.manage_guild
    ):
        refusal = _refusal(held, asked.channel.id, asked.channel, asked.author)
        if refusal is not None:
            told = not (addressed and bot.fair_use.tells_elsewhere(asked.author.id))
            await _tell(standing, plain(refusal), ELSEWHERE_S, told=told)
            return None
    away = bot.fair_use.turned_away(asked.author.id, guild_id)
    if away is None:
        return held
    await _tell(standing, plain(fair_use_page.turned_away(away)), away.for_s, told=away.told)
    return None


async def rules_at(bot: NewsquoteBot, asked: discord.Message) -> Rules:
    """Return what holds where a message stands. Raises StoreError."""
    guild_id = asked.guild.id if asked.guild else None
    return await _held(bot, guild_id, asked.channel.id, asked.channel)


async def _tell(
    standing: Standing, view: discord.ui.LayoutView, for_s: float, *, told: bool
) -> None:
    """Say why not: for so long, unless it was told; for good in place of an earlier reply."""
    if standing.sent is not None:
        await standing.show(view)
    elif not told:
        await sending.reply(standing.message, view, delete_after_s=for_s)


async def _held(
    bot: NewsquoteBot, guild_id: int | None, channel_id: int | None, channel: object
) -> Rules:
    return await rules.rules(bot.store, guild_id, channel_id, _parent_id(channel))


def _refusal(
    held: Rules, channel_id: int | None, channel: object, who: discord.User | discord.Member
) -> Page | None:
    roles = {role.id for role in who.roles} if isinstance(who, discord.Member) else set[int]()
    return allowing.refusal(held, (channel_id, _parent_id(channel)), roles)


def _may_use(
    called: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | None,
    theirs: discord.Permissions,
) -> bool:
    if not isinstance(called, app_commands.Command):
        return True
    wanted = (called.root_parent or called).default_permissions
    return wanted is None or theirs.is_superset(wanted)


def _parent_id(channel: object) -> int | None:
    return channel.parent_id if isinstance(channel, discord.Thread) else None
