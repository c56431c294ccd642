"""Where sentences begin and end (libraries: sentencex and nupunkt)."""

# sentencex ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, cast

from index.place import Span

_BLANK_LINE = re.compile(r"\n[^\S\n]*+(?:\r?\n\s*+)++")
_JOINED = re.compile(r"(?<=\w)-(?=(?:St|Ft|Mt)\.\s)|(?<=\.)-(?=[A-Z])")
"""A hyphen before what never ends a sentence, or after it: Minneapolis-St. Paul, Lt.-Gov. Lee."""


def sentences(text: str) -> tuple[Span, ...]:
    """Split a text into sentences, without the white space between them.

    A boundary stands only where two independent libraries both see one: each knows
    abbreviations that the other doesn't ("5 p.m. Tuesday", "Lt. Gov. Lee"), and a quote that
    runs on is better than one cut inside a sentence. A blank line ends one in any case. Neither
    knows an abbreviation behind a hyphen: they read a space there.
    """
    import nupunkt
    import sentencex

    read = _JOINED.sub(" ", text)
    found = cast("list[dict[str, Any]]", sentencex.get_sentence_boundaries("en", read))
    ours = {_next_word(text, int(boundary["end_index"])) for boundary in found}
    theirs = {_next_word(text, end) for _, end in nupunkt.sent_spans(read)}
    paragraphs = {match.end() for match in _BLANK_LINE.finditer(text)}
    cuts = sorted({0, *(ours & theirs), *paragraphs, len(text)})
    spans = (_trim(text, start, end) for start, end in pairwise(cuts))
    return tuple(span for span in spans if span.start < span.end)


def _next_word(text: str, end: int) -> int:
    while end < len(text) and text[end].isspace():
        end += 1
    return end


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
