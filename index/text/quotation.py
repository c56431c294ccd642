"""Which sentences one pair of quotation marks holds together.

Double marks only, straight and curly: a single one is an apostrophe more often than not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK: Final = re.compile('["“”]')
_PARAGRAPH: Final = re.compile(r"[.!?…]\s+$")
"""Where a paragraph may have ended, in texts that lost their line breaks."""
_BEFORE_AN_OPENING: Final = frozenset("([{-–—/‘'")
_AFTER_A_CLOSING: Final = frozenset(".,;:!?)]}-–—/’'")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, marks included.

    ``own_end`` is where its ``span`` ends, or where the next paragraph of the same speech opens.
    """

    span: Span
    own_end: int


def quotations(text: str, sentences: Sequence[Span]) -> list[Quotation]:
    """Return the quotations of a text, those that end first in front.

    A long speech opens a mark at every paragraph and closes the last one only: its paragraphs
    all end there. Elsewhere, a mark that opens inside an open quotation shows that the first was
    never closed, and that one is none.
    """
    if not _MARK.search(text):
        return []
    starts = {span.start for span in sentences}
    found: list[Quotation] = []
    opened: list[int] = []
    for match in _MARK.finditer(text):
        at = match.start()
        if _opens(text, at, inside=bool(opened)):
            if at not in starts and not _PARAGRAPH.search(text, max(0, at - 3), at):
                opened.clear()
            opened.append(at)
        else:
            found += [
                Quotation(Span(start, at + 1), own_end)
                for start, own_end in pairwise((*opened, at + 1))
            ]
            opened.clear()
    return found


def held_together(sentences: Sequence[Span], quoted: Sequence[Quotation]) -> dict[int, Span]:
    """Say which sentences, by number, are parts of a quotation that others share.

    The value is the range of numbers that it holds together, ``start <= i < end``.
    """
    starts = [span.start for span in sentences]
    together: dict[int, Span] = {}
    for each in quoted:
        first = bisect_right(starts, each.span.start) - 1
        last = bisect_right(starts, each.span.end - 1) - 1
        own_last = bisect_right(starts, each.own_end - 1) - 1
        for number in range(first, own_last + 1 if last > first else first):
            known = together.get(number, Span(number, number + 1))
            together[number] = Span(min(first, known.start), max(last + 1, known.end))
    return together


def nothing_but(span: Span, text: str, quoted: Sequence[Quotation]) -> bool:
    """Say whether a span of a text has words inside quotation marks only, and some there."""
    inside = [each.span for each in quoted if span.start <= each.span.start < span.end]
    if not inside or inside[0].start > span.start:
        return False
    at = span.start
    for each in inside:
        if any(character.isalnum() for character in text[at : each.start]):
            return False
        at = max(at, each.end)
    return not any(character.isalnum() for character in text[at : span.end])


def _opens(text: str, at: int, *, inside: bool) -> bool:
    """Say whether the mark opens; where its neighbours don't tell, it does what is due."""
    if text[at] != '"':
        return text[at] == "“"
    before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
    left = before.isspace() or before in _BEFORE_AN_OPENING
    right = after.isspace() or after in _AFTER_A_CLOSING
    return left if left != right else not inside
