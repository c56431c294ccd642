"""What we may do where a message stands, as far as the gateway has told. Asks Discord nothing.

What is not known counts as allowed: Discord then says no itself.
"""

from __future__ import annotations

import discord


def may_write(message: discord.Message) -> bool:
    """Whether we may answer in the message's channel."""
    known = _known(message)
    if known is None:
        return True
    thread = isinstance(message.channel, discord.Thread)
    return known.view_channel and (
        known.send_messages_in_threads if thread else known.send_messages
    )


def may_open(message: discord.Message) -> bool:
    """Whether we may open a thread on the message and write there."""
    known = _known(message)
    return known is None or (
        known.view_channel and known.create_public_threads and known.send_messages_in_threads
    )


def may_embed(message: discord.Message) -> bool:
    """Whether an embed of ours is shown there."""
    known = _known(message)
    return known is None or known.embed_links


def may_react(message: discord.Message) -> bool:
    """Whether we may put a reaction under the message, which takes reading it again."""
    known = _known(message)
    return known is None or (
        known.view_channel and known.add_reactions and known.read_message_history
    )


def _known(message: discord.Message) -> discord.Permissions | None:
    channel = message.channel
    me = getattr(message.guild, "me", None)  # None where the server was not told of yet
    if not isinstance(me, discord.Member) or not isinstance(
        channel, discord.Thread | discord.abc.GuildChannel
    ):
        return None
    try:
        return channel.permissions_for(me)
    except discord.ClientException:  # the channel of a thread is not known
        return None
