"""The page of the button Context: what stands around the quotes of a page. Pure.

In reading order: what stands before a quote, the quote, its source, what stands after it. Each side
gets the room that the quotes leave; what has none is left out from the far end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import cut, size
from bot.pages import citing, framing, passage_page
from bot.rendering import MESSAGE_CHARS, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.kept.replies import Reply
    from index.proofs.surroundings import Surroundings
    from index.records import Quote

MOST_QUOTES: Final = 3
"""With what stands around them, more would be more components than a message may have."""
_SPARE_CHARS: Final = 400  # the buttons' labels and the notes about what is left out
_QUOTE_CHARS: Final = 700
_LEAST_CHARS: Final = 320
"""The room that each side has at least, the path of its file included."""
_MORE: Final = "-# Other quotes of this page have no room here."
_ALONE: Final = "-# Nothing stands before or after it."


def quotes_of(reply: Reply, page: Page) -> tuple[Quote, ...]:
    """Return the quotes of a page: what stands around the first that stand is shown."""
    return tuple(reply.quotes[number] for number in page.shown)


def page(reply: Reply, of: Page, found: Sequence[Surroundings | None]) -> Page:
    """Return what stands around the quotes of a page; None stands for a quote that is gone."""
    standing = [each for each in found if each is not None]
    gone = len(found) - len(standing)
    head = framing.context(reply, found=bool(standing))
    foot = f"-# {framing.foot(standing[0].snapshot if standing else reply.snapshot)}"
    room = MESSAGE_CHARS - _SPARE_CHARS - sum(map(size, (*head, foot)))
    fixed = [_quoted(each.quote) for each in standing[:MOST_QUOTES]]
    shown = 0
    for texts in fixed:
        cost = sum(map(size, texts))
        if shown and room - cost < 2 * _LEAST_CHARS * (shown + 1):
            break
        room -= cost
        shown += 1
    side = room // (2 * max(shown, 1))
    groups = [
        _group(each, *texts, side) for each, texts in zip(standing[:shown], fixed, strict=False)
    ]
    notes = [framing.gone(gone)] if gone else []
    notes += [_MORE] if shown < len(standing) else []
    return Page((head, *groups, ("\n".join((*notes, foot)),)), of.number, of.count, of.shown)


def _quoted(quote: Quote) -> tuple[str, str]:
    """Write a quote and its source; of a long quote the beginning, and how much that is."""
    first = cut(quote.text, _QUOTE_CHARS)[0]
    source = citing.source_line(quote)
    if first.end < len(quote.text):
        source = f"-# The first {first.end:,} of {len(quote.text):,} characters.\n{source}"
    return passage_page.block(first.of(quote.text)), source


def _group(around: Surroundings, quoted: str, source: str, side: int) -> tuple[str, ...]:
    if around.before is None and around.after is None:
        return (quoted, f"{source}\n{_ALONE}")
    return (
        *passage_page.before(around.before, side),
        quoted,
        source,
        *passage_page.after(around.after, side),
    )
