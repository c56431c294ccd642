"""Text of the corpus or of a user, written so that Discord shows it and does nothing else.

Discord's Markdown drops a backslash that stands before a character other than ASCII letters,
digits and white space, and takes that character as plain text. So every character that can open
formatting, a list, a quote, a mention, a link, an emoji or a timestamp gets a backslash.

Characters that have no glyph and can hide or reorder text are left out of what is shown: control
characters, zero-width spaces, soft hyphens, tags, and the embeddings, overrides and isolates of
the bidirectional algorithm. Joiners (U+200C, U+200D) and the plain direction marks stay: scripts
and emoji need them, and they act on their neighbours alone. Every line break becomes ``\\n``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from index.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPECIAL = frozenset("\\*_~`|<>#-+:/@[]()!")
_LINE_BREAKS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_JOINERS_AND_MARKS = frozenset("\u200c\u200d\u200e\u200f\u061c")
# Signs of Arabic, Syriac and Kaithi that Unicode files under "format" although they have a glyph.
_VISIBLE_FORMAT = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_NAME = re.compile(r"…?(?:[\w.:+ -]|/(?!/))+")


class _Cell(NamedTuple):
    """A shown character and where it stands in the original."""

    at: int
    char: str


def shown(text: str) -> str:
    """Return ``text`` as a reader sees it: without invisible characters, breaks as ``\\n``."""
    return "".join(cell.char for cell in _cells(text))


def escape(text: str, bold: Iterable[Span] = ()) -> str:
    """Escape ``text``, setting the spans of ``bold`` (code points of ``text``) in bold."""
    cells = _cells(text)
    written = [_escaped(cells, i) for i in range(len(cells))]
    for first, last in _bold_runs(cells, bold):
        written[first] = "**" + written[first]
        written[last] += "**"
    return "".join(written)


def size(text: str) -> int:
    """Return the length of ``text`` in UTF-16 units: Discord's limits count those, at most."""
    return len(text) + sum(char > "\uffff" for char in text)


def inline(text: str, limit: int) -> str:
    """Escape ``text`` as one line of at most ``limit`` characters; ``…`` marks what is cut off.

    For words about a quote (a title, a question), never for a quote.
    """
    line = " ".join(shown(text).split())
    cells = _cells(line)
    written = [_escaped(cells, i) for i in range(len(cells))]
    if sum(map(size, written)) <= limit:
        return "".join(written)
    kept: list[str] = []
    room = limit - 1
    for piece in written:
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def code(text: str, limit: int) -> str:
    """Write a name or path in code type, or escaped where it has unusual characters; one line.

    Where it is too long, its end is kept: the end of a path says more than its beginning.
    """
    line = " ".join(shown(text).split())
    if size(line) > limit // 2:
        line = "…" + line[1 - limit // 4 :]
    return f"`{line}`" if _NAME.fullmatch(line) else inline(line, limit)


def code_block(text: str, limit: int) -> str:
    """Write lines of at most ``limit`` characters as a code block, each character in its column.

    What would end the block, begin a mention or not be seen is replaced by another character.
    """
    lines = ["".join(map(_in_block, line[:limit])) for line in text.split("\n")]
    return "\n".join(["```", *lines, "```"])


def cut(text: str, limit: int) -> tuple[Span, ...]:
    """Cut ``text`` into spans that each take at most ``limit`` characters as a block quote.

    Cuts fall behind white space, so that no word is cut unless it alone is longer than ``limit``.
    The spans cover ``text`` in order. Room for bold is the caller's to leave.
    """
    spans: list[Span] = []
    start, behind_space, cost, cost_there = 0, 0, _PREFIX_COST, 0
    for i, char in enumerate(text):
        step = _cost(char)
        while cost + step > limit and i > start:
            end = behind_space if behind_space > start else i
            spans.append(Span(start, end))
            cost = _PREFIX_COST + (cost - cost_there if end == behind_space else 0)
            start = end
        cost += step
        if char.isspace():
            behind_space, cost_there = i + 1, cost
    if start < len(text):
        spans.append(Span(start, len(text)))
    return tuple(spans)


_PREFIX_COST = 2  # "> "
_IN_BLOCK = {"`": "ˋ", "<": "‹", "\t": " "}


def _in_block(char: str) -> str:
    char = _IN_BLOCK.get(char, char)
    return char if shown(char) == char else "\ufffd"


def _cost(char: str) -> int:
    """The most characters that ``char`` takes in an escaped block quote."""
    if char == "\n" or char in _LINE_BREAKS:
        return 1 + _PREFIX_COST
    return 2 if char == "." or char in _SPECIAL or char > "\uffff" else 1


def _cells(text: str) -> list[_Cell]:
    cells: list[_Cell] = []
    for i, char in enumerate(text):
        if char in _LINE_BREAKS:
            if not (char == "\r" and text[i + 1 : i + 2] == "\n"):
                cells.append(_Cell(i, "\n"))
        elif char in "\n\t" or (char.isascii() and char.isprintable()):
            cells.append(_Cell(i, char))
        else:
            category = unicodedata.category(char)
            if category == "Cs":  # a lone surrogate cannot be sent
                cells.append(_Cell(i, "\ufffd"))
            elif category not in {"Cc", "Cf"} or char in _JOINERS_AND_MARKS | _VISIBLE_FORMAT:
                cells.append(_Cell(i, char))
    return cells


def _escaped(cells: Sequence[_Cell], i: int) -> str:
    char = cells[i].char
    if char in _SPECIAL or (char == "." and _is_active_dot(cells, i)):
        return "\\" + char
    return char


def _is_active_dot(cells: Sequence[_Cell], i: int) -> bool:
    """Whether a full stop can make a numbered list ("1. ") or a bare link ("discord.gg")."""
    inside_token = i + 1 < len(cells) and not cells[i + 1].char.isspace()
    return inside_token or (i > 0 and cells[i - 1].char.isdigit())


def _bold_runs(cells: Sequence[_Cell], bold: Iterable[Span]) -> list[tuple[int, int]]:
    """Return first and last cell of each run to set in bold.

    Spans that touch are joined, since ``**a****b**`` is not two bold words; runs do not cross a
    line break nor begin or end with white space, which Discord would show as asterisks.
    """
    wanted = [False] * len(cells)
    spans = tuple(bold)
    for i, cell in enumerate(cells):
        wanted[i] = cell.char != "\n" and any(s.start <= cell.at < s.end for s in spans)
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(cells):
        first = i
        while i < len(cells) and wanted[i]:
            i += 1
        last = i - 1
        while first <= last and cells[first].char.isspace():
            first += 1
        while last >= first and cells[last].char.isspace():
            last -= 1
        if first <= last:
            runs.append((first, last))
        i += 1
    return runs
