"""Whether a message asks us, and what. Pure: reads the message and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import discord

_CUSTOM_EMOJI = re.compile(r"<a?:(\w+):[0-9]+>")


def question_for(message: discord.Message, me: discord.ClientUser | None) -> str | None:
    """Return the question that ``message`` puts to ``me``, "" for a bare mention, None for none.

    Asked is who is mentioned by name or by a reply that pings, or written to directly. Bots,
    webhooks, system messages, @everyone and mentions of roles do not ask. Our own mention is cut
    out; other people, channels and custom emoji become their names.
    """
    if me is None or message.author.bot or message.webhook_id or message.is_system():
        return None
    directly = message.guild is None
    if not directly and all(user.id != me.id for user in message.mentions):
        return None
    text = re.sub(rf"<@!?{me.id}>", " ", message.content)
    for user in message.mentions:
        text = re.sub(rf"<@!?{user.id}>", lambda _, name=user.display_name: name, text)
    for channel in message.channel_mentions:
        text = text.replace(channel.mention, f"#{channel.name}")
    text = _CUSTOM_EMOJI.sub(r":\1:", text)
    return " ".join(text.split())
