"""Sends layouts. What Discord refuses for good is logged in one line and never raised.

A reply can come too late: the message, the channel or the permission is gone, or the interaction
has expired. Nobody is left to tell, so nothing else is done about it.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.layouts import Illustrated

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

log = logging.getLogger(__name__)

# Discord's JSON error codes for a reply whose reference cannot be used: an invalid form body
# (the message is gone), an unknown message, no permission to read the history.
_REFERENCE_LOST = frozenset({50035, 10008, 160002})


@asynccontextmanager
async def typing(channel: discord.abc.Messageable) -> AsyncGenerator[None]:
    """Show "is typing" while the block runs, or nothing where that is refused."""
    async with AsyncExitStack() as stack:
        await _quietly(stack.enter_async_context(channel.typing()), "typing")
        yield


async def reply(
    message: discord.Message, view: discord.ui.LayoutView, *, delete_after_s: float | None = None
) -> discord.Message | None:
    """Reply to a message without a ping; without the reference where the message is gone.

    The reply deletes itself where a time is given. None where it was not possible.
    """
    try:
        sent = await _reply(message, view)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _refused("reply", error)
        return None
    if delete_after_s is not None:
        # In the background; a restart before then leaves the reply where it is.
        await sent.delete(delay=delete_after_s)
    return sent


async def amend(sent: discord.Message, view: discord.ui.LayoutView) -> bool:
    """Put another layout into a message of ours."""
    # discord.py applies the client's allowed mentions to no edit without content.
    none = discord.AllowedMentions.none()
    return await _quietly(sent.edit(view=view, allowed_mentions=none), "edit")


async def think(interaction: discord.Interaction[Any], *, private: bool) -> bool:
    """Take a command: show that we are at work. False where it is too late."""
    return await _quietly(
        interaction.response.defer(thinking=True, ephemeral=private), "taking a command"
    )


async def hold(interaction: discord.Interaction[Any]) -> bool:
    """Take the press of a button. False where it is too late."""
    return await _quietly(interaction.response.defer(), "taking a press")


async def edit(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> bool:
    """Put a layout where "is thinking" or the pressed button stands.

    Where its picture cannot be sent, the layout goes without.
    """
    if isinstance(view, Illustrated):
        sent = interaction.edit_original_response(view=view, attachments=[view.picture])
        if await _quietly(sent, "sending a picture"):
            return True
        view = view.without
    return await _quietly(interaction.edit_original_response(view=view), "edit")


async def whisper(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> bool:
    """Tell the user alone."""
    if interaction.response.is_done():
        return await _quietly(interaction.followup.send(view=view, ephemeral=True), "whisper")
    return await _quietly(interaction.response.send_message(view=view, ephemeral=True), "whisper")


async def ask_back(interaction: discord.Interaction[Any], modal: discord.ui.Modal) -> bool:
    """Open a form. False where it is too late."""
    return await _quietly(interaction.response.send_modal(modal), "opening a form")


async def _reply(message: discord.Message, view: discord.ui.LayoutView) -> discord.Message:
    try:
        return await message.reply(view=view, mention_author=False)
    except discord.HTTPException as error:
        if error.code not in _REFERENCE_LOST:
            raise
    return await message.channel.send(view=view)


async def _quietly(call: Awaitable[object], what: str) -> bool:
    try:
        await call
    except (discord.HTTPException, discord.InteractionResponded) as error:
        return _refused(what, error)
    except (aiohttp.ClientError, OSError) as error:
        return _refused(what, error)
    return True


def _refused(what: str, error: Exception) -> bool:
    log.warning("%s was not possible: %s", what, error)
    return False
