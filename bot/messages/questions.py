"""Whether a message asks us, and what. Pure: reads the message and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import discord

from bot.messages.message_text import named

if TYPE_CHECKING:
    from collections.abc import Callable

_ASKS: Final = re.compile(
    r"^(?:(?:and|but|so|ok|okay|also)\b[\s,]*)*(?:who|whom|whose|what|which|when|where|why|how)"
    r"(?:['’]?s|['’]?re|['’]?d|['’]ll)?\b"
    r"|[?？؟]\W*$",
    re.IGNORECASE,
)


def question_for(message: discord.Message, me: discord.ClientUser | None) -> str | None:
    """Return the question that ``message`` puts to ``me``, "" for a bare mention, None for none.

    Asked is who is mentioned by name or by a reply that pings, or written to directly. Bots,
    webhooks, system messages, @everyone and mentions of roles do not ask. Our own mention is cut
    out; other people, channels and custom emoji become their names. A forum's post that says
    nothing but our mention asks what its title says.
    """
    if me is None or not _is_by_a_person(message):
        return None
    if message.guild is not None and all(user.id != me.id for user in message.mentions):
        return None
    return _text(message, me) or _title(message, bool)


def overheard(message: discord.Message, me: discord.ClientUser | None) -> str | None:
    """Return the question in a message that need not be for us, None where it asks nothing.

    What ends with a question mark asks, and what begins with who, what, when and the like; of a
    forum's post also the title. Without the message-content intent there is nothing to read.
    """
    if me is None or message.guild is None or not _is_by_a_person(message):
        return None
    text = _text(message, me)
    if asks(text):
        return text
    return _title(message, asks) or None if text else None


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return _ASKS.search(text) is not None


def _is_by_a_person(message: discord.Message) -> bool:
    return not (message.author.bot or message.webhook_id or message.is_system())


def _text(message: discord.Message, me: discord.ClientUser) -> str:
    text = re.sub(rf"<@!?{me.id}>", " ", message.content)
    return " ".join(named(text, message).split())


def _title(message: discord.Message, wanted: Callable[[str], bool]) -> str:
    """Return the title of the forum's post that a message begins, where it is wanted; else ""."""
    post = message.channel
    if not isinstance(post, discord.Thread) or post.id != message.id:
        return ""
    if not isinstance(post.parent, discord.ForumChannel):
        return ""
    title = " ".join(post.name.split())
    return title if wanted(title) else ""
