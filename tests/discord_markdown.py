"""A small reader of Discord's Markdown, after the rules of its client, for judging what we write.

It knows what would take effect, not how it looks. Where the client is lenient it is stricter: an
opening mark counts as an effect even where no closing mark follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_START = re.compile(r" *(#{1,3} |-# |>>> |> |[-*+] |\d+\. )")
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = re.compile(r"`([^`\n]+)`")
_INLINE = re.compile(
    r"(<@[!&]?\d+>|<#\d+>|<a?:\w{2,32}:\d+>|<t:-?\d+|</|<id:|<https?:|<\+?\d"
    r"|@everyone|@here"
    r"|https?://\S|discord(?:app)?\.(?:gg|com)/\S|\w{1,20}\.\w{1,20}/\w"
    r"|\[[^\]]{0,99}\]\("
    r"|:\w{2,32}:"
    r"|\*|_|~~|`|\|\|)"
)
# What the server looks for in the raw text, escapes or not. It finds @everyone too, which no
# escape can break up: allowed_mentions, sent with every message, keeps that from pinging.
_SERVER = re.compile(r"<@[!&]?\d+>|https?://|discord(?:app)?\.(?:gg|com)/")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader sees, which of it is bold (by position), and what else takes effect."""

    visible: str
    bold: frozenset[int]
    effects: tuple[str, ...]


def read(markdown: str) -> Reading:
    """Read Markdown as the client does, from left to right; escapes win over everything."""
    visible: list[str] = []
    bold: set[int] = set()
    effects = [found[0] for found in _SERVER.finditer(markdown)]
    is_bold = False
    i = 0
    while i < len(markdown):
        if (i == 0 or markdown[i - 1] == "\n") and (start := _LINE_START.match(markdown, i)):
            effects.append(start[1])
        if found := _ESCAPE.match(markdown, i):
            _show(found[1], visible, bold, is_bold=is_bold)
            i = found.end()
            continue
        if found := _CODE.match(markdown, i):
            effects.append("`")
            for char in found[1]:
                _show(char, visible, bold, is_bold=is_bold)
            i = found.end()
            continue
        if markdown.startswith("**", i):
            if markdown.startswith("***", i):
                effects.append("***")
            is_bold = not is_bold
            i += 2
            continue
        if found := _INLINE.match(markdown, i):
            effects.append(found[1])
        _show(markdown[i], visible, bold, is_bold=is_bold)
        i += 1
    if is_bold:
        effects.append("** without end")
    return Reading("".join(visible), frozenset(bold), tuple(effects))


def _show(char: str, visible: list[str], bold: set[int], *, is_bold: bool) -> None:
    if is_bold:
        bold.add(len(visible))
    visible.append(char)
