"""Sends layouts. What Discord refuses for good is logged in one line and never raised.

Where it refuses the layout itself, the page is sent as an embed, then as plain text
(:mod:`bot.pages.fallbacks`); a message that we may not answer gets a reaction, where that is
allowed.

A reply can come too late: the message, the channel or the permission is gone, or the interaction
has expired. Nobody is left to tell, so nothing else is done about it.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp
import discord

from bot.delivery import permitted
from bot.pages import fallbacks
from bot.pages.layouts import Illustrated, Paged

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.delivery.threads import Place

    Form = dict[str, Any]

log = logging.getLogger(__name__)
T = TypeVar("T")

LOCKED: Final = "🔒"
"""Under a message that we may not answer."""

# Discord's JSON error codes for a reply whose reference cannot be used: an invalid form body
# (the message is gone), an unknown message, no permission to read the history.
_REFERENCE_LOST = frozenset({50035, 10008, 160002})
# Missing access, missing permissions; an invalid form body, which may be the components'.
_NOT_ALLOWED = frozenset({50001, 50013})
_FORM_REFUSED = _NOT_ALLOWED | {50035}


@asynccontextmanager
async def typing(channel: discord.abc.Messageable) -> AsyncGenerator[None]:
    """Show "is typing" while the block runs, or nothing where that is refused."""
    async with AsyncExitStack() as stack:
        await _quietly(stack.enter_async_context(channel.typing()), "typing")
        yield


async def reply(
    message: discord.Message,
    view: discord.ui.LayoutView,
    *,
    place: Place | None = None,
    delete_after_s: float | None = None,
) -> discord.Message | None:
    """Reply to a message without a ping; without the reference where the message is gone.

    In ``place`` where one is given, or where it stands if we may not write there. The reply
    deletes itself where a time is given. None where it was not possible.
    """
    if not await may_reply(message):
        return None
    forms = _forms(view, message)
    try:
        sent = None if place is None else await _there(place, forms)
        sent = sent or await _in_a_form(lambda form: _reply(message, form), forms)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        if isinstance(error, discord.HTTPException) and error.code in _NOT_ALLOWED:
            await _lock(message)
        _refused("reply", error)
        return None
    if delete_after_s is not None:
        # In the background; a restart before then leaves the reply where it is.
        await sent.delete(delay=delete_after_s)
    return sent


async def say(place: discord.abc.Messageable, view: discord.ui.LayoutView) -> bool:
    """Say what nobody asked for. False where that is refused."""
    return await _there(place, _forms(view)) is not None


async def may_reply(message: discord.Message) -> bool:
    """Whether we may answer a message, as far as is known; if not, a reaction says so."""
    if permitted.may_write(message):
        return True
    await _lock(message)
    log.warning("reply was not possible: no permission to write in channel %s", message.channel.id)
    return False


async def amend(
    sent: discord.Message | discord.PartialMessage, view: discord.ui.LayoutView
) -> bool:
    """Put another layout into a message of ours. False where the message has to be replaced."""
    forms = _forms(view)
    for form in forms[1:]:
        form.pop("suppress_embeds", None)
        form.update(dict.fromkeys({"content", "embed", "view"} - form.keys()))
    # discord.py applies the client's allowed mentions to no edit without content.
    none = discord.AllowedMentions.none()
    edited = _in_a_form(lambda form: sent.edit(allowed_mentions=none, **form), forms)
    return await _quietly(edited, "edit")


async def remove(sent: discord.Message | discord.PartialMessage) -> None:
    """Delete a message of ours, if it is still there."""

    async def delete() -> None:
        with suppress(discord.NotFound):
            await sent.delete()

    await _quietly(delete(), "deleting a reply")


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
    forms = _forms(view)
    for form in forms:
        form.pop("suppress_embeds", None)
    sent = _in_a_form(lambda form: interaction.edit_original_response(**form), forms)
    return await _quietly(sent, "edit")


async def whisper(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> bool:
    """Tell the user alone."""
    done = interaction.response.is_done()

    async def tell(form: Form) -> None:
        if done:
            await interaction.followup.send(**form, ephemeral=True)
        else:
            await interaction.response.send_message(**form, ephemeral=True)

    return await _quietly(_in_a_form(tell, _forms(view)), "whisper")


async def post(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> bool | None:
    """Tell everybody in the channel. False where only the user sees it, None where it failed."""
    try:
        sent = await interaction.followup.send(view=view, wait=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _refused("posting", error)
        return None
    return not sent.flags.ephemeral


def is_private(interaction: discord.Interaction[Any]) -> bool:
    """Whether only the user sees the message whose button was pressed."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def may_write(interaction: discord.Interaction[Any]) -> bool:
    """Whether the user may write where the interaction comes from."""
    if interaction.guild_id is None:
        return True
    allowed = interaction.permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return allowed.send_messages_in_threads if in_thread else allowed.send_messages


async def ask_back(interaction: discord.Interaction[Any], modal: discord.ui.Modal) -> bool:
    """Open a form. False where it is too late."""
    return await _quietly(interaction.response.send_modal(modal), "opening a form")


def _forms(view: discord.ui.LayoutView, message: discord.Message | None = None) -> list[Form]:
    """Return what to send: the layout, an embed where the channel shows any, plain text."""
    forms: list[Form] = [{"view": view}]
    if isinstance(view, Paged):
        if message is None or permitted.may_embed(message):
            forms.append({"embed": discord.Embed(description=fallbacks.description(view.page))})
        forms.append({"content": fallbacks.content(view.page), "suppress_embeds": True})
    return forms


async def _in_a_form(send: Callable[[Form], Awaitable[T]], forms: list[Form]) -> T:
    """Send the first form that Discord takes; raises what it says to the last."""
    for form in forms[:-1]:
        try:
            return await send(form)
        except discord.HTTPException as error:
            if error.code not in _FORM_REFUSED:
                raise
    return await send(forms[-1])


async def _reply(message: discord.Message, form: Form) -> discord.Message:
    try:
        return await message.reply(**form, mention_author=False)
    except discord.HTTPException as error:
        if error.code not in _REFERENCE_LOST or "In components" in error.text:
            raise
    return await message.channel.send(**form)


async def _there(place: discord.abc.Messageable, forms: list[Form]) -> discord.Message | None:
    """Send to another place; None where that is refused."""
    try:
        return await _in_a_form(lambda form: place.send(**form), forms)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _refused("sending", error)
        return None


async def _lock(message: discord.Message) -> None:
    """Say with a reaction that we may not answer here, where we may do that."""
    if permitted.may_react(message):
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            await message.add_reaction(LOCKED)


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
