"""A page where its layout cannot be sent: as one embed, or as plain text. Pure.

Whole groups are taken in reading order, so that no quote is shown without its source; what does
not fit is named. The buttons and the other pages are lost, so both forms say where there is more.
An embed's description holds 4,096 characters, all embeds of a message 6,000, plain text 2,000
(https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.escaping import size
from bot.rendering import GOES_ON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.rendering import Page

EMBED_CHARS: Final = 4096
CONTENT_CHARS: Final = 2000
MORE: Final = "-# More with /ask."
_CUT: Final = "-# The quote goes on."
_APART: Final = "\n\n"
_LEAST_QUOTE_CHARS: Final = 80
_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_LOOSE_END: Final = re.compile(r"(?:\s*\n>)?\s*$")


def description(page: Page) -> str:
    """Return what the one embed says in place of the page's layout."""
    return _fitted(page, EMBED_CHARS)


def content(page: Page) -> str:
    """Return what plain text says in place of the page's layout."""
    return _fitted(page, CONTENT_CHARS)


def _fitted(page: Page, limit: int) -> str:
    head, *quotes = page.groups[:-1] or page.groups
    foot = page.groups[-1] if len(page.groups) > 1 else ()
    told = _sourced(quotes)
    more = (MORE,) if page.count > 1 or len(told) < len(quotes) else ()
    whole = _APART.join(map(_joined, [head, *told, [*foot, *more]])).rstrip("\n")
    if size(whole) <= limit:
        return whole
    below = _joined([*_foot(foot, limit), MORE])
    kept = [_that_fit(head, limit - size(below) - len(_APART))]
    room = limit - size(below) - len(_APART) - size(_joined(kept[0]))
    for group in quotes:
        needed = size(_joined(group)) + len(_APART)
        if needed > room:
            break
        kept.append(list(group))
        room -= needed
    kept[1:] = _sourced(kept[1:])
    if len(kept) == 1 and quotes and quotes[0][-1] != GOES_ON:
        kept.append(_shortened(quotes[0], room - len(_APART)))
    return _APART.join([*(_joined(group) for group in kept if group), below])


def _sourced(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave out the end where a quote begins whose source would stand on the next page."""
    kept = [list(group) for group in groups]
    while kept and kept[-1][-1] == GOES_ON:
        kept.pop()
    return kept


def _foot(foot: Sequence[str], limit: int) -> Sequence[str]:
    """Return the last group, or its as-of line alone where it is long."""
    return foot if size(_joined(foot)) <= limit // 4 else _that_fit(foot[-1:], limit // 2)


def _that_fit(texts: Sequence[str], room: int) -> list[str]:
    """Return the texts that have room, the first ones first, without those that have none."""
    kept: list[str] = []
    for text in texts:
        if size(text) + 1 <= room:
            kept.append(text)
            room -= size(text) + 1
    return kept


def _shortened(group: Sequence[str], room: int) -> list[str]:
    """Return a quote and its source with the quote cut behind a word; none where it has no room."""
    longest = max(range(len(group)), key=lambda i: size(group[i]))
    above, below = group[:longest], [_CUT, *group[longest + 1 :]]
    quote = _cut(group[longest], room - size(_joined([*above, *below])) - 1)
    return [*above, quote, *below] if size(quote) >= _LEAST_QUOTE_CHARS else []


def _cut(text: str, room: int) -> str:
    """Cut Markdown behind a word, and close the bold that is open there."""
    kept = ""
    for match in re.finditer(r"\S+\s*", text):
        if size(text[: match.end()].rstrip()) + len("**") > room:
            break
        kept = text[: match.end()]
    kept = _LOOSE_END.sub("", kept)
    return kept + "**" if _ESCAPED.sub("", kept).count("**") % 2 else kept


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(texts)
