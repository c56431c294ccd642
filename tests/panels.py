"""What tests of /config do with its panel, and read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcord.components import walk_components

from bot.kept import rules
from scripted import texts

if TYPE_CHECKING:
    import discord
    from simcord.actors import MemberActor
    from simcord.results import InteractionResult, ResponseMessage

    from bot.kept.rules import Rules
    from newsroom import Newsroom


CONFIG = "newsquote:config:"


async def opened(newsroom: Newsroom, who: MemberActor) -> ResponseMessage:
    """Let somebody open the panel, which is told to nobody else."""
    shown = (await who.slash(newsroom.channel, "config")).response
    assert shown is not None
    assert shown.ephemeral
    return shown


def said(message: object) -> str:
    """Return what a panel says."""
    return "\n".join(texts(message)).replace("\\", "")


def whispered(result: InteractionResult) -> str:
    """Return what a press is answered with beside the panel."""
    found = [*result.followups, *([result.response] if result.response else [])]
    assert found[0].ephemeral
    return said(found[0])


async def held(newsroom: Newsroom, channel_id: int | None = None) -> Rules:
    """Return what holds in a channel, by default in the one that has nothing of its own."""
    return await rules.rules(newsroom.bot.store, newsroom.guild.id, channel_id)


def server(newsroom: Newsroom) -> discord.Guild:
    """Return the server as the bot knows it."""
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    return guild


def walked(message: object) -> list[dict[str, Any]]:
    """Return all components of a message."""
    components: list[Any] = list(getattr(message, "components", ()))
    return list(walk_components([c if isinstance(c, dict) else c.to_dict() for c in components]))


def custom_ids(message: object) -> list[str]:
    """Return the custom ids in a message."""
    return [str(each["custom_id"]) for each in walked(message) if "custom_id" in each]


def scope_options(message: object) -> list[dict[str, Any]]:
    """Return what the menu of outlets offers."""
    (menu,) = [each for each in walked(message) if each.get("custom_id") == f"{CONFIG}scope"]
    return list(menu["options"])
