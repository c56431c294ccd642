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
from typing import TYPE_CHECKING

from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL = frozenset("\\*_~`|<>#-+:/@[]()!")
_ACTIVE = re.compile(r"[\\*_~`|<>#\-+:/@\[\]()!.]")
_LINE_BREAKS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_JOINERS_AND_MARKS = frozenset("\u200c\u200d\u200e\u200f\u061c")
# Signs of Arabic, Syriac and Kaithi that Unicode files under "format" although they have a glyph.
_VISIBLE_FORMAT = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# Not assigned yet, but kept by Unicode for what has no glyph, among the isolates and the tags.
_NO_GLYPH = frozenset({"\u2065", *map(chr, range(0xE0000, 0xE0080))})
_NAME = re.compile(r"…?(?:[\w.:+ -]|/(?!/))+")


class _Shown(dict[int, str | None]):
    """What str.translate() puts for a code point; found out when it is first seen."""

    def __missing__(self, code: int) -> str | None:
        written = self[code] = _written(chr(code))
        return written


def _written(char: str) -> str | None:
    if char in _LINE_BREAKS:
        return "\n"
    if char in "\n\t" or char in _JOINERS_AND_MARKS or char in _VISIBLE_FORMAT:
        return char
    category = unicodedata.category(char)
    if category == "Cs":  # a lone surrogate cannot be sent
        return "\ufffd"
    return None if category in {"Cc", "Cf"} or char in _NO_GLYPH else char


_shown = _Shown()


def shown(text: str) -> str:
    """Return ``text`` as a reader sees it: without invisible characters, breaks as ``\\n``."""
    return text.replace("\r\n", "\n").translate(_shown)


def escape(text: str, bold: Iterable[Span] = ()) -> str:
    """Escape ``text``, setting the spans of ``bold`` (code points of ``text``) in bold."""
    there = shown(text)
    written = _escaped(there)
    edges = ((max(0, each.start), max(0, each.end)) for each in bold)
    spans = [Span(len(shown(text[:start])), len(shown(text[:end]))) for start, end in edges]
    for first, last in _bold_runs(there, spans):
        written[first] = "**" + written[first]
        written[last] += "**"
    return "".join(written)


def size(text: str) -> int:
    """Return the length of ``text`` in UTF-16 units: Discord's limits count those, at most."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def inline(text: str, limit: int) -> str:
    """Escape ``text`` as one line of at most ``limit`` characters; ``…`` marks what is cut off.

    For words about a quote (a title, a question), never for a quote.
    """
    line = " ".join(shown(text).split())
    # What is behind that has no room, and texts can be long; a full stop needs to see one further.
    written = _escaped(line[: limit + 2])
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


def plain_line(text: str, limit: int) -> str:
    """Write a text as one line of at most ``limit`` characters where Discord reads no Markdown.

    For names of choices, which Discord shows as they are; ``…`` marks what is cut off.
    """
    line = " ".join(shown(text).split())
    if size(line) <= limit:
        return line
    line = line[: limit - 1]
    while size(line) > limit - 1:
        line = line[:-1]
    return f"{line.rstrip()}…"


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


def _escaped(there: str) -> list[str]:
    """Return the characters of what is shown, escaped."""
    written = list(there)
    for match in _ACTIVE.finditer(there):
        at = match.start()
        if there[at] != "." or _is_active_dot(there, at):
            written[at] = "\\" + there[at]
    return written


def _is_active_dot(there: str, at: int) -> bool:
    """Whether a full stop can make a numbered list ("1. ") or a bare link ("discord.gg")."""
    inside_token = not there[at + 1 : at + 2].isspace() and at + 1 < len(there)
    return inside_token or there[max(0, at - 1) : at].isdigit()


def _bold_runs(there: str, bold: Iterable[Span]) -> list[tuple[int, int]]:
    """Return first and last character of each run to set in bold.

    Spans that touch are joined, since ``**a****b**`` is not two bold words; runs do not cross a
    line break nor begin or end with white space, which Discord would show as asterisks.
    """
    wanted = bytearray(len(there))
    for span in bold:
        wanted[span.start : span.end] = b"\x01" * max(0, span.end - span.start)
    runs: list[tuple[int, int]] = []
    for joined in re.finditer(b"\x01+", wanted):
        for line in re.finditer(r"[^\n]+", there[joined.start() : joined.end()]):
            first = joined.start() + line.start() + len(line[0]) - len(line[0].lstrip())
            last = first + len(line[0].strip()) - 1
            if first <= last:
                runs.append((first, last))
    return runs
