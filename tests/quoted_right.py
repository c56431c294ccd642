"""Whether what is quoted stands where it is cited, byte for byte."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from index.records import Answer, Quote, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def check_quotes(quotes: Sequence[Quote], root: Path) -> None:
    """Every quote is its file's bytes, and its citation the file's."""
    for quote in quotes:
        place = quote.citation.place
        raw = (root / place.path).read_bytes()
        assert raw[place.byte_start : place.byte_end].decode(place.encoding) == quote.text
        assert quote.citation.sha256 == hashlib.sha256(raw).hexdigest()
        line = raw[: place.byte_start].replace(b"\r\n", b"\n").count(b"\n") + 1
        assert place.first_line == line


def check_answer(answer: Answer, root: Path) -> None:
    """Quotes where answered or close, the closest where refused, and a confidence in 0..1."""
    check_quotes((*answer.quotes, *answer.closest), root)
    assert 0 <= answer.confidence <= 1
    if answer.verdict is not Verdict.NOT_FOUND:
        assert 1 <= len(answer.quotes) <= 3
        assert answer.closest == ()
    else:
        assert answer.quotes == ()
