"""What a message says, as plain text. Pure: reads the message and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import discord

if TYPE_CHECKING:
    from collections.abc import Iterator

_CUSTOM_EMOJI: Final = re.compile(r"<a?:(\w+):[0-9]+>")
_LEFT: Final = re.compile(r"<[@#:/t][^<>\s]*>")
_MASKED_LINK: Final = re.compile(r"\]\(<?https?://[^)\s]*\)")
_URL: Final = re.compile(r"<?https?://\S+")
_ESCAPE: Final = re.compile(r"\\(?=[^\w\s])")
_SMALL_PRINT: Final = re.compile(r"^[^\S\n]*(?:-#|#{1,3}|>>>|>)\s", re.MULTILINE)


def named(text: str, message: discord.Message) -> str:
    """Write the names of other people, channels and custom emoji where a text mentions them."""
    for user in message.mentions:
        text = re.sub(rf"<@!?{user.id}>", lambda _, name=user.display_name: name, text)
    for channel in message.channel_mentions:
        text = text.replace(channel.mention, f"#{channel.name}")
    return _CUSTOM_EMOJI.sub(r":\1:", text)


def text_of(message: discord.Message) -> str:
    """Return what a message says, without its links and the marks of its layout.

    Where it has no text of its own: what it forwards, else the titles and descriptions of its
    embeds, else the texts of its layout. "" where it says nothing.
    """
    for texts in (_own(message), _forwarded(message), _embedded(message), _laid_out(message)):
        # Apart, as paragraphs are: no sentence goes on from one to the next.
        told = "\n\n".join(text for text in texts if text)
        if told.strip():
            return _plain(named(told, message))
    return ""


def _own(message: discord.Message) -> Iterator[str]:
    yield message.content


def _forwarded(message: discord.Message) -> Iterator[str]:
    for each in message.message_snapshots:
        yield each.content
        yield from _of_embeds(each.embeds)


def _embedded(message: discord.Message) -> Iterator[str]:
    yield from _of_embeds(message.embeds)


def _of_embeds(embeds: list[discord.Embed]) -> Iterator[str]:
    for embed in embeds:
        yield embed.title or ""
        yield embed.description or ""


def _laid_out(message: discord.Message) -> Iterator[str]:
    if message.components:
        for item in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
            if isinstance(item, discord.ui.TextDisplay):
                yield item.content


def _plain(text: str) -> str:
    for pattern in (_MASKED_LINK, _URL, _LEFT):
        text = pattern.sub(" ", text)
    return _SMALL_PRINT.sub("", _ESCAPE.sub("", text)).strip()
