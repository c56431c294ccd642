"""Reply → pages of Markdown inside Discord's limits. Pure: the same reply gives the same pages.

A message of Components V2 holds at most 40 components and 4,000 characters of text
(https://discord.com/developers/docs/components/reference). The order of the blocks is the order
in which a screen reader speaks: question, what was searched for instead of a word of it, verdict,
quote, its source, what has no answer, as-of line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import citing
from bot.escaping import code, cut, escape, inline, size
from bot.replies import Kind
from index.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.replies import Reply
    from index.records import Quote, ReadAs, SnapshotInfo

MESSAGE_CHARS = 4000
PAGE_QUOTES = 5
_PAGE_CHARS = 3800  # leaves room for the buttons' labels
_GONE_CHARS = 120  # the longest that _gone() writes
_QUOTE_CHARS = 1200  # one piece of a quote, without bold
_BOLD_CHARS = 200  # what the bold of a piece may add
_QUESTION_CHARS = 400
_TERM_CHARS = 60
_MOST_TERMS = 5
_MOST_NAMES = 2
_READ_AS_CHARS = 240
_PART_CHARS = 120
_MOST_PARTS = 2
_FOOTER_CHARS = 300

HOW_TO = (
    "Ask me about the news that I have indexed: mention me with your question in one message, "
    "or use /ask. I answer with quotes from the sources, or say that the corpus doesn't say."
)


@dataclass(frozen=True, slots=True)
class Page:
    """One message: text in reading order, and which page of how many it is.

    ``groups`` belong together inside and stand apart from each other. A quote and its source are
    two texts of a group, so that nothing but the quote stands in the quote's block.
    """

    groups: tuple[tuple[str, ...], ...]
    number: int = 1
    count: int = 1

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in reading order."""
        return tuple(text for group in self.groups for text in group)


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a quote and the line below it; ``number`` is the quote's in the reply."""

    quote: str
    below: str
    number: int


def pages(reply: Reply, gone: frozenset[int] = frozenset()) -> tuple[Page, ...]:
    """Return the pages of a reply, at least one.

    Quotes whose numbers are in ``gone`` are left out, and their pages say so; the other quotes
    stay on the pages where they were.
    """
    head = _head(reply)
    foot = _foot(reply.snapshot)
    unanswered = _unanswered(reply)
    room = _PAGE_CHARS - sum(map(size, (*head, *unanswered))) - _FOOTER_CHARS - _GONE_CHARS
    filled = _pack(_blocks(reply), room)
    count = len(filled)
    result: list[Page] = []
    for number, blocks in enumerate(filled, start=1):
        groups = [(block.quote, block.below) for block in blocks if block.number not in gone]
        lost = len({block.number for block in blocks} & gone) + (reply.stale if number == 1 else 0)
        which = f"Page {number} of {count} · " if count > 1 else ""
        notes = (*unanswered, _gone(lost)) if lost else unanswered
        result.append(Page((head, *groups, (*notes, f"-# {which}{foot}")), number, count))
    return tuple(result)


def notice(text: str) -> Page:
    """Return a page that says ``text``, a plain sentence of ours or of an error."""
    return Page(((inline(text, MESSAGE_CHARS // 2),),))


def without_rest(page: Page, why: str) -> Page:
    """Return a first page that stands alone because its other pages could not be kept."""
    lost = f"-# The other pages could not be kept. {inline(why, _FOOTER_CHARS // 2)}"
    return Page((*page.groups[:-1], (lost, *page.groups[-1])))


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


def _head(reply: Reply) -> tuple[str, ...]:
    asked = f"**Q** {inline(reply.question, _QUESTION_CHARS)}" if reply.show_question else ""
    return tuple(line for line in (asked, _read_as(reply.read_as), _verdict(reply)) if line)


def _read_as(told: Sequence[ReadAs]) -> str:
    """Say what was searched for instead of what was written, as much of it as has room."""
    said = ""
    for each in told:
        names = _bold(each.searched[:_MOST_NAMES])
        written = inline(each.written, _TERM_CHARS)
        if not names or not written:
            continue
        opening = f"{said}, " if said else "-# Searched for "
        more = f"{opening}{_or(names)} (you wrote “{written}”)"
        if size(more) < _READ_AS_CHARS:
            said = more
    return f"{said}." if said else ""


def _verdict(reply: Reply) -> str:
    found = bool(reply.quotes)
    match reply.kind:
        case Kind.ANSWER:
            return "**The corpus says:**" if found else "**The passages that answer have changed.**"
        case Kind.SEARCH:
            return "**Found, best first:**" if found else "**Nothing found.**"
        case Kind.CLOSE | Kind.REFUSAL:
            refused = reply.kind is Kind.REFUSAL
            parts = ["**The corpus doesn't say.**" if refused else "**This may not answer.**"]
            if terms := _bold(reply.missing_terms[:_MOST_TERMS]):
                parts.append(f"Nothing here mentions {_or(terms)}.")
            if found:
                parts.append("What comes closest:")
            return " ".join(parts)


def _bold(words: Sequence[str]) -> list[str]:
    """Write words in bold, each cut where it is long; one that shows nothing is left out."""
    shown = [inline(word, _TERM_CHARS) for word in words]
    return [f"**{word}**" for word in shown if word]


def _or(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"{', '.join(terms[:-1])} or {terms[-1]}"


def _foot(snapshot: SnapshotInfo) -> str:
    newest = snapshot.newest_published
    parts = [f"As of {citing.moment(snapshot.built_at)}"]
    if newest is not None:
        parts.append(f"newest item {citing.day(newest)}")
    parts.append(f"snapshot {code(snapshot.id, 100)}")
    return " · ".join(parts)


def _unanswered(reply: Reply) -> tuple[str, ...]:
    """Name the parts of the question that the quotes don't answer; of what is no answer, none."""
    if reply.kind is not Kind.ANSWER or not reply.unanswered:
        return ()
    parts = [f"“{inline(part, _PART_CHARS)}”" for part in reply.unanswered[:_MOST_PARTS]]
    return (f"Nothing in the corpus on: {_or(parts)}",)


def _gone(count: int) -> str:
    if count == 1:
        return "-# 1 passage has changed on disk since it was indexed and is not shown."
    return f"-# {count} passages have changed on disk since they were indexed and are not shown."


def _blocks(reply: Reply) -> list[_Block]:
    """Write every quote as one block, or as several where it is too long for one."""
    blocks: list[_Block] = []
    for number, quote in enumerate(reply.quotes):
        rank = number + 1 if reply.kind is Kind.SEARCH else None
        source = citing.source_line(quote, rank)
        pieces = cut(quote.text, _QUOTE_CHARS)
        for i, piece in enumerate(pieces):
            last = i == len(pieces) - 1
            below = source if last else "-# the quote goes on below or on the next page"
            blocks.append(_Block(_block_quote(quote, piece), below, number))
    return blocks


def _block_quote(quote: Quote, piece: Span) -> str:
    """Write a piece of a quote; without its bold where that would make it too long."""
    cut_out = piece.of(quote.text)
    text = cut_out.strip("\r\n")
    shift = piece.start + len(cut_out) - len(cut_out.lstrip("\r\n"))
    bold = [Span(match.start - shift, match.end - shift) for match in quote.matches]
    written = _prefixed(escape(text, bold))
    if size(written) > _QUOTE_CHARS + _BOLD_CHARS:
        written = _prefixed(escape(text))
    return written


def _prefixed(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _pack(blocks: list[_Block], room: int) -> list[list[_Block]]:
    filled: list[list[_Block]] = [[]]
    left = room
    for block in blocks:
        needed = size(block.quote) + size(block.below)
        if filled[-1] and (needed > left or len(filled[-1]) == PAGE_QUOTES):
            filled.append([])
            left = room
        filled[-1].append(block)
        left -= needed
    return filled
