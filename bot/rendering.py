"""Reply → pages of Markdown inside Discord's limits. Pure: the same reply gives the same pages.

A message of Components V2 holds at most 40 components and 4,000 characters of text
(https://discord.com/developers/docs/components/reference). The order of the blocks is the order
in which a screen reader speaks: what stands above the quotes (:mod:`bot.pages.framing`), quote, its
source, where else its words stand, what has no answer, as-of line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.escaping import code, code_block, cut, escape, inline, size
from bot.kept.replies import Kind
from bot.pages import citing, framing, timeline_lines
from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.kept.replies import Reply
    from index.records import Quote, SnapshotInfo

MESSAGE_CHARS = 4000
PAGE_QUOTES = 5
_PAGE_CHARS = 3800  # leaves room for the buttons' labels
_GONE_CHARS = 120  # the longest that framing.gone() writes
_QUOTE_CHARS = 1200  # one piece of a quote, without bold; less where its page has little room
_LEAST_QUOTE_CHARS = 200
_BOLD_CHARS = 200  # what the bold of a piece may add
_FOOTER_CHARS = 300
_POINTER_CHARS = 200
GOES_ON = "-# the quote goes on below or on the next page"
_QUESTION_CHARS = 160  # of a page that has no reply

HOW_TO = (
    "Ask me about the news: mention me and write your question behind it, or use /ask. I answer "
    "with quotes from the sources, word for word, and say where they stand. What the sources "
    "don't say, I don't either."
)


@dataclass(frozen=True, slots=True)
class Page:
    """One message: text in reading order, and which page of how many it is.

    ``groups`` belong together inside and stand apart from each other. A quote and its source are
    two texts of a group, so that nothing but the quote stands in the quote's block. ``shown`` are
    the numbers of the reply's quotes that stand on it, from 0.
    """

    groups: tuple[tuple[str, ...], ...]
    number: int = 1
    count: int = 1
    shown: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in reading order."""
        return tuple(text for group in self.groups for text in group)


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a quote and the lines around it; ``number`` is the quote's in the reply."""

    above: str
    quote: str
    below: str
    number: int

    @property
    def texts(self) -> tuple[str, ...]:
        """What there is of it, in reading order."""
        return tuple(text for text in (self.above, self.quote, self.below) if text)


def pages(
    reply: Reply, gone: frozenset[int] = frozenset(), *, compact: bool = False
) -> tuple[Page, ...]:
    """Return the pages of a reply, at least one.

    Quotes whose numbers are in ``gone`` are left out, and their pages say so; the other quotes
    stay on the pages where they were. ``compact`` where a source is told in one line.
    """
    head = framing.head(reply)
    foot = framing.foot(reply.snapshot)
    unanswered = framing.unanswered(reply)
    room = _PAGE_CHARS - sum(map(size, (*head, *unanswered))) - _FOOTER_CHARS - _GONE_CHARS
    filled = _pack(_blocks(reply, room, compact=compact), room)
    count = len(filled)
    result: list[Page] = []
    for number, blocks in enumerate(filled, start=1):
        groups = [each.texts for each in blocks if each.number not in gone]
        lost = len({each.number for each in blocks} & gone) + (reply.stale if number == 1 else 0)
        which = f"Page {number} of {count} · " if count > 1 else ""
        below = (*unanswered, framing.gone(lost)) if lost else unanswered
        shown = tuple(dict.fromkeys(each.number for each in blocks if each.number not in gone))
        texts = (head, *groups, (*below, f"-# {which}{foot}"))
        result.append(Page(texts, number, count, shown))
    return tuple(result)


def notice(text: str, pointer: str = "") -> Page:
    """Return a page that says ``text``, a plain sentence of ours or of an error.

    ``pointer`` are two lines that show where in a query the error is.
    """
    said = inline(text, MESSAGE_CHARS // 2)
    return Page(((said, code_block(pointer, _POINTER_CHARS)),) if pointer else ((said,),))


def without_rest(page: Page, why: str) -> Page:
    """Return a first page that stands alone because its other pages could not be kept."""
    lost = f"-# The other pages could not be kept. {inline(why, _FOOTER_CHARS // 2)}"
    return replace(page, groups=(*page.groups[:-1], (lost, *page.groups[-1])), count=1)


def shared(page: Page, by: str, question: str = "") -> Page:
    """Return a page of no kept reply as it is made public: who did that, and what was asked."""
    first, *others = page.groups
    asked = f"**Q** {inline(question, _QUESTION_CHARS)}\n" if question else ""
    return replace(page, groups=((f"{asked}{framing.shared(by)}", *first), *others))


def about(snapshot: SnapshotInfo, version: str) -> Page:
    """Return the page that says what is indexed, as of when, and which snapshot answers."""
    newest = snapshot.newest_published
    what = (
        "answers with quotes that stand word for word in its sources, and says where. "
        "It writes nothing of its own."
    )
    lines = [
        f"**newsquote {escape(version)}** {what}",
        f"Passages: {snapshot.passages:,}",
        f"Indexed: {citing.moment(snapshot.built_at)}",
        f"Newest item: {citing.day(newest) if newest else 'the sources give no dates'}",
        f"Snapshot: {code(snapshot.id, 200)}",
    ]
    return Page((("\n".join(lines),),))


def _blocks(reply: Reply, room: int, *, compact: bool) -> list[_Block]:
    """Write every quote as one block, or as several where it is too long for one.

    ``room`` is what a page has for its blocks.
    """
    blocks: list[_Block] = []
    for number, quote in enumerate(reply.quotes):
        timed = reply.unit is not None
        heading = timeline_lines.heading(quote, reply.unit)
        rank = number + 1 if reply.kind is Kind.SEARCH and not timed else None
        # Of what is no answer, one may want to read on.
        look_up = citing.id_line(quote) if timed or reply.kind is Kind.REFUSAL else ""
        lines = (citing.source_line(quote, rank), citing.also_line(quote.also_in), look_up)
        source = _in_one_line(lines) if compact else "\n".join(line for line in lines if line)
        left = room - size(heading) - max(size(source), size(GOES_ON)) - _BOLD_CHARS
        limit = max(_LEAST_QUOTE_CHARS, min(_QUOTE_CHARS, left))
        pieces = cut(quote.text, limit)
        for i, piece in enumerate(pieces):
            above = heading if i == 0 else ""
            below = source if i == len(pieces) - 1 else GOES_ON
            blocks.append(_Block(above, _block_quote(quote, piece, limit), below, number))
    return blocks


def _in_one_line(lines: Iterable[str]) -> str:
    """Join lines of small print, each of one line."""
    return f"-# {' · '.join(line.removeprefix('-# ') for line in lines if line)}"


def _block_quote(quote: Quote, piece: Span, limit: int) -> str:
    """Write a piece of a quote; without its bold where that would make it too long."""
    cut_out = piece.of(quote.text)
    text = cut_out.strip("\r\n")
    shift = piece.start + len(cut_out) - len(cut_out.lstrip("\r\n"))
    bold = [Span(match.start - shift, match.end - shift) for match in quote.matches]
    written = _prefixed(escape(text, bold))
    if size(written) > limit + _BOLD_CHARS:
        written = _prefixed(escape(text))
    return written


def _prefixed(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _pack(blocks: list[_Block], room: int) -> list[list[_Block]]:
    filled: list[list[_Block]] = [[]]
    left = room
    for block in blocks:
        needed = sum(map(size, block.texts))
        if filled[-1] and (needed > left or len(filled[-1]) == PAGE_QUOTES):
            filled.append([])
            left = room
        filled[-1].append(block)
        left -= needed
    return filled
