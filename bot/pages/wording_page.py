"""The pages of the menu "Verify quote": what of a message stands word for word, and where. Pure.

The message's own words are named as such, cut short; what stands as a quote are the corpus's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import code, cut, inline, size
from bot.pages import citing, framing, passage_page
from bot.rendering import MESSAGE_CHARS, Page
from index.proofs.wording import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.proofs.wording import Checked, Wording
    from index.records import Quote

NOTHING: Final = "There are no words in this message to look for."
_TITLE: Final = "**Does it stand in the sources, word for word?**"
_WRITTEN_CHARS: Final = 160
_QUOTE_CHARS: Final = 500
_PATH_CHARS: Final = 200
_SPARE_CHARS: Final = 200
_MOST_PIECES: Final = 5
_PAGE_TEXTS: Final = 28
"""So many texts, with what stands between them, are fewer components than a message may have."""


def pages(wording: Wording, scope: str = "") -> tuple[Page, ...]:
    """Return the pages, at least one. ``scope`` names the outlets that alone were looked in."""
    head = [_TITLE]
    if scope:
        head.append(f"-# Looked for in {inline(scope, _WRITTEN_CHARS)} only.")
    if wording.left_out:
        told = "1 more is" if wording.left_out == 1 else f"{wording.left_out:,} more are"
        head.append(f"-# The longest {len(wording.checked)} were looked for; {told} left out.")
    if not wording.checked:
        head = [NOTHING]
    foot = f"-# {framing.foot(wording.snapshot)}"
    room = MESSAGE_CHARS - _SPARE_CHARS - sum(map(size, (*head, foot)))
    groups = [_group(n, each, room) for n, each in enumerate(wording.checked, start=1)]
    packed = _packed(groups, room)
    return tuple(
        Page((tuple(head), *each, (foot,)), number, len(packed))
        for number, each in enumerate(packed, start=1)
    )


def _group(number: int, checked: Checked, room: int) -> tuple[str, ...]:
    """Write what was found of one stretch, as many of its places as have room."""
    written = inline(checked.written, _WRITTEN_CHARS)
    texts = [f"**{number}.** The message says: {written}\n{_verdict(checked)}"]
    left = room - size(texts[0])
    for quote in checked.quotes[:_MOST_PIECES]:
        quoted = _quoted(quote)
        left -= sum(map(size, quoted))
        if left < 0:
            break
        texts += quoted
    return tuple(texts)


def _verdict(checked: Checked) -> str:
    match checked.standing:
        case Standing.WHOLE if checked.elsewhere:
            more = checked.elsewhere
            others = "1 other passage" if more == 1 else f"{more:,} other passages"
            return f"**It stands word for word,** here and in {others}:"
        case Standing.WHOLE:
            return "**It stands word for word:**"
        case Standing.PART:
            told = f"{checked.standing_words} of its {checked.words} words, one after the other"
            return f"**It stands in part:** {told}:"
        case Standing.NOT:
            return "**It does not stand there.**"
        case Standing.GONE:
            place = code(str(checked.stale[0]), _PATH_CHARS)
            return f"**It stood there when that was indexed;** {place} has changed since."


def _quoted(quote: Quote) -> tuple[str, str]:
    """Write the corpus's words, of a long stretch the beginning, and where they stand."""
    first = cut(quote.text, _QUOTE_CHARS)[0]
    below = [citing.source_line(quote), citing.id_line(quote)]
    if first.end < len(quote.text):
        below.insert(0, f"-# The first {first.end:,} of {len(quote.text):,} characters.")
    return passage_page.block(first.of(quote.text)), "\n".join(below)


def _packed(groups: Sequence[tuple[str, ...]], room: int) -> list[list[tuple[str, ...]]]:
    packed: list[list[tuple[str, ...]]] = [[]]
    left, texts = room, 0
    for group in groups:
        needed = sum(map(size, group))
        if packed[-1] and (needed > left or texts + len(group) + 1 > _PAGE_TEXTS):
            packed.append([])
            left, texts = room, 0
        packed[-1].append(group)
        left -= needed
        texts += len(group) + 1
    return packed
