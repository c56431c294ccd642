"""Sends the posts of watches: where to, whom they mention, and what Discord says to them.

A post carries its id as a nonce that Discord enforces: sent a second time within a few minutes, it
gives the first message back in place of another one
(https://discord.com/developers/docs/resources/message#create-message).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp
import discord

from bot.alerts.watches import Paused

if TYPE_CHECKING:
    from bot.alerts.watches import Watch
    from bot.app import NewsquoteBot

log = logging.getLogger(__name__)

NONCE_S: Final = 60.0
"""So long a post may be sent again: well within Discord's "few minutes"."""

_PAUSES: Final = {
    10003: Paused.GONE,  # unknown channel
    50001: Paused.HIDDEN,  # missing access
    50013: Paused.FORBIDDEN,  # missing permissions
}
SENDABLE: Final = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)

Sendable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class Target:
    """Where a watch posts now, and the role that it may mention there."""

    channel: Sendable
    role_id: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """The message that a post became."""

    message_id: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """A post that was certainly not sent. ``retry`` says whether it may be later."""

    retry: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A post of which nobody knows whether it was sent."""


async def target(bot: NewsquoteBot, watch: Watch) -> Target | Paused | None:
    """Return where a watch posts; why it can no longer; None where that is not known now."""
    guild = bot.get_guild(watch.guild_id)
    if guild is None or guild.unavailable:
        return None
    channel = guild.get_channel_or_thread(watch.channel_id)
    if channel is None:  # a thread that nobody wrote in lately is not known
        try:
            fetched = await bot.fetch_channel(watch.channel_id)
        except discord.HTTPException as error:
            return _PAUSES.get(error.code)
        except (aiohttp.ClientError, OSError):
            return None
        channel = fetched
    if not isinstance(channel, SENDABLE) or channel.guild.id != watch.guild_id:
        return Paused.GONE
    why = unsendable(channel)
    return Target(channel, mentionable(channel, watch.role_id)) if why is None else why


def unsendable(channel: Sendable) -> Paused | None:
    """Say why we cannot send in a channel, as far as we know; None where we can."""
    try:
        ours = channel.permissions_for(channel.guild.me)
    except discord.ClientException:  # a thread whose channel we cannot see
        return Paused.HIDDEN
    return hindered(channel, ours)


def hindered(channel: Sendable, allowed: discord.Permissions) -> Paused | None:
    """Say what keeps whoever has these permissions from sending; None where nothing does."""
    if not allowed.view_channel:
        return Paused.HIDDEN
    thread = isinstance(channel, discord.Thread)
    sends = allowed.send_messages_in_threads if thread else allowed.send_messages
    return None if sends else Paused.FORBIDDEN


async def send(
    to: Target, view: discord.ui.LayoutView, post_id: str
) -> Sent | NotSent | Unknown | Paused:
    """Send a post, which pings nobody but its role."""
    pinged = [discord.Object(to.role_id)] if to.role_id is not None else False
    mentions = discord.AllowedMentions(
        everyone=False, users=False, replied_user=False, roles=pinged
    )
    try:
        message = await to.channel.send(view=view, nonce=post_id, allowed_mentions=mentions)
    except discord.HTTPException as error:
        log.warning("a watch could not post: %s", error)
        if error.code in _PAUSES:
            return _PAUSES[error.code]
        if error.status >= 500:
            return Unknown()
        return NotSent(retry=error.status == 429)
    except (aiohttp.ClientError, OSError) as error:
        log.warning("a watch could not post: %s", error)
        return Unknown()
    return Sent(message.id)


def mentionable(channel: Sendable, role_id: int | None) -> int | None:
    """Return the role where we may mention it in a channel, and it is not everyone's."""
    role = None if role_id is None else channel.guild.get_role(role_id)
    if role is None or role.is_default():
        return None
    anybody = channel.permissions_for(channel.guild.me).mention_everyone
    return role.id if role.mentionable or anybody else None
