"""Threads that we open for an answer on the message that asks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import aiohttp
import discord

from bot.delivery import permitted
from bot.escaping import shown, size

if TYPE_CHECKING:
    Place = discord.Thread | discord.PartialMessageable

log = logging.getLogger(__name__)

NAME_CHARS: Final = 100
_UNNAMED: Final = "Answer"
_EXISTS: Final = 160004


async def opened(message: discord.Message, question: str) -> Place | None:
    """Open a thread on a message, or return the one that is there; None where we may not."""
    if not isinstance(message.channel, discord.TextChannel) or not permitted.may_open(message):
        return None
    try:
        return await message.create_thread(name=name(question))
    except discord.HTTPException as error:
        if error.code == _EXISTS:
            # Its id is the message's.
            return message.channel.get_thread(message.id)
        log.warning("opening a thread was not possible: %s", error)
    except (aiohttp.ClientError, OSError) as error:
        log.warning("opening a thread was not possible: %s", error)
    return None


def is_ours(channel: object, me: discord.ClientUser | None) -> bool:
    """Whether a channel is a thread that we opened."""
    return isinstance(channel, discord.Thread) and me is not None and channel.owner_id == me.id


def name(question: str) -> str:
    """Return a thread's name: the question as it is seen, on one line, cut behind a word."""
    line = " ".join(shown(question).split())
    if not line:
        return _UNNAMED
    if size(line) <= NAME_CHARS:
        return line
    kept = ""
    for word in line.split(" "):
        longer = f"{kept} {word}" if kept else word
        if size(longer) >= NAME_CHARS:
            break
        kept = longer
    while not kept or size(kept) >= NAME_CHARS:  # one word alone is too long
        kept = line[: NAME_CHARS // 2 - 1]
    return f"{kept}…"
