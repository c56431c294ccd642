"""Places and quotes: a quote stands as long as its bytes do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import StaleQuoteError
from index.place import Place, Span
from index.records import Citation, Metadata, Quote

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def quote_of(path: Path, text: str, before: str, after: str, encoding: str) -> Quote:
    """Write a file and quote the text in its middle."""
    data = (before + text + after).encode(encoding)
    path.write_bytes(data)
    start = len(before.encode(encoding))
    place = Place(path.name, 3, 3, start, start + len(text.encode(encoding)), encoding)
    return Quote(text, "id", 1.0, Citation(place, hashlib.sha256(data).hexdigest(), Metadata()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    around=st.tuples(TEXTS, TEXTS),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]),
    data=st.data(),
)
def test_a_quote_stands_until_one_of_its_bytes_changes(
    tmp_path: Path, text: str, around: tuple[str, str], encoding: str, data: st.DataObject
) -> None:
    """A quote verifies on its file, and not once any byte of it is another."""
    path = tmp_path / "news.txt"
    quote = quote_of(path, text, *around, encoding)
    quote.verify(tmp_path)
    place = quote.citation.place
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(place.byte_start, place.byte_end - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    with pytest.raises(StaleQuoteError, match=r"news\.txt:3 no longer holds") as caught:
        quote.verify(tmp_path)
    assert (caught.value.path, caught.value.line) == ("news.txt", 3)


def test_a_quote_needs_its_file(tmp_path: Path) -> None:
    """A file that ended earlier, became a directory or is gone holds no quote."""
    path = tmp_path / "news.txt"
    quote = quote_of(path, "He left.", "Kim came. ", " So it was.", "utf-8")
    path.write_bytes(path.read_bytes()[:14])
    with pytest.raises(StaleQuoteError):
        quote.verify(tmp_path)
    path.unlink()
    with pytest.raises(StaleQuoteError):
        quote.verify(tmp_path)
    path.mkdir()
    with pytest.raises(StaleQuoteError):
        quote.verify(tmp_path)


@given(text=st.text("a\r\né🎉", max_size=30), data=st.data())
def test_a_part_counts_lines_and_bytes(text: str, data: st.DataObject) -> None:
    """A span of a text that runs over lines has its own lines and bytes."""
    whole = Place("a.txt", 5, 5 + len(text.splitlines()), 100, 100 + len(text.encode()))
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    part = whole.part(text, span)
    raw = b"x" * 100 + text.encode()
    assert raw[part.byte_start : part.byte_end].decode() == span.of(text)
    before = text[:start].replace("\r\n", "\n").replace("\r", "\n")
    inside = span.of(text).replace("\r\n", "\n").replace("\r", "\n")
    assert part.first_line == 5 + before.count("\n")
    assert part.last_line == part.first_line + inside.count("\n")


def test_a_place_reads_like_an_editors() -> None:
    """A place is written as file:line, or file:first-last."""
    assert str(Place("a/b.txt", 7, 7, 0, 1)) == "a/b.txt:7"
    assert str(Place("a/b.txt", 7, 9, 0, 1)) == "a/b.txt:7-9"
