"""Which answer of ours a message comes after: by our file, not by reading old messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.delivery import threads
from bot.kept import asked

if TYPE_CHECKING:
    import discord

    from bot.kept.asked import Asked
    from bot.store import Store

AFTERWARDS_S: Final = 15 * 60
"""So long after an answer a direct message may lean on it without replying to it."""


async def before(
    store: Store, message: discord.Message, me: discord.ClientUser | None
) -> Asked | None:
    """Return what was asked before, None where nothing is known of it. Raises StoreError.

    That is what the message replies to; else, in a thread of ours and soon after in a direct
    message, what was asked there last.
    """
    reference = message.reference
    if reference is not None and reference.message_id is not None:
        return await asked.of_sent(store, reference.message_id)
    channel = message.channel
    if message.guild is None:
        return await asked.last_in(store, channel.id, message.id, AFTERWARDS_S)
    if threads.is_ours(channel, me):
        return await asked.last_in(store, channel.id, message.id)
    return None
