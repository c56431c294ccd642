"""Plain text: a line is a snippet and a slice of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.lines import MOST_UNDECODABLE
from index.corpus.problems import Kind, Problem
from index.corpus.source import Source
from index.corpus.text import snippets
from index.errors import EncodingError
from index.place import Span
from index.records import Snippet

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(
    st.one_of(
        st.sampled_from("\r\n \t\u00a0\u2003Aé中🎉\u200b."),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"),
    ),
    max_size=80,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that the examples overwrite."""
    return tmp_path_factory.mktemp("text") / "news.txt"


def each(path: Path, encoding: str = "utf-8") -> list[Snippet | Problem]:
    with path.open("rb") as stream:
        return list(snippets(Source("a/news.txt", stream, encoding=encoding)))


def read(path: Path, encoding: str = "utf-8") -> list[Snippet]:
    return [one for one in each(path, encoding) if isinstance(one, Snippet)]


@given(text=TEXTS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_snippet_is_a_slice_of_its_file(file: Path, text: str, encoding: str) -> None:
    """A snippet's text is its bytes, decoded; none is blank, and nothing but space is lost."""
    data = text.encode(encoding)
    file.write_bytes(data)
    found = read(file, encoding)
    for snippet in found:
        place = snippet.place
        raw = data[place.byte_start : place.byte_end]
        assert raw.decode(place.encoding) == snippet.text
        assert snippet.text == snippet.text.strip() != ""
        assert place.first_line == place.last_line
    assert "".join("".join(each.text.split()) for each in found) == "".join(text.split())
    numbers = [each.place.first_line for each in found]
    assert numbers == sorted(set(numbers))


@given(text=TEXTS, data=st.data())
def test_a_part_of_a_snippet_is_a_slice_too(file: Path, text: str, data: st.DataObject) -> None:
    """Any span of a snippet has its own place, in bytes of the file."""
    file.write_bytes(text.encode())
    for snippet in read(file):
        start = data.draw(st.integers(0, len(snippet.text)))
        span = Span(start, data.draw(st.integers(start, len(snippet.text))))
        place = snippet.place.part(snippet.text, span)
        raw = file.read_bytes()[place.byte_start : place.byte_end]
        assert raw.decode() == span.of(snippet.text)
        assert (place.first_line, place.last_line) == (
            snippet.place.first_line,
            snippet.place.first_line,
        )


def test_lines_are_numbered_and_blank_ones_separate(file: Path) -> None:
    """Blank lines count as lines and begin a new block."""
    file.write_bytes(b"One.\nTwo.\r\n\r\n  \t\n\tThree. \rFour.\n")
    found = read(file)
    assert [(each.text, each.place.first_line) for each in found] == [
        ("One.", 1),
        ("Two.", 2),
        ("Three.", 5),
        ("Four.", 6),
    ]
    blocks = [each.block for each in found]
    assert blocks[0] == blocks[1] != blocks[2] == blocks[3]
    assert str(found[2].place) == "a/news.txt:5"


def test_nothing_is_invented(file: Path) -> None:
    """A line of text says nothing about title, outlet, date or address."""
    file.write_text("Reuters, May 3 - News.")
    metadata = read(file)[0].metadata
    assert (metadata.title, metadata.outlet, metadata.published, metadata.url) == (None,) * 4


def test_an_undecodable_line_is_lost_alone(file: Path) -> None:
    """It is told with its line; those before and after it stand where they did."""
    file.write_bytes(b"One.\nCaf\xe9\n\nFour.\n")
    one, lost, four = each(file)
    assert isinstance(one, Snippet)
    assert isinstance(four, Snippet)
    assert isinstance(lost, Problem)
    assert (lost.kind, lost.line, lost.lost) == (Kind.ENCODING, 2, True)
    assert (four.text, four.place.first_line, four.place.byte_start) == ("Four.", 4, 11)
    assert (one.block, four.block) == (0, 1)


def test_a_file_in_another_encoding_is_given_up(file: Path) -> None:
    """Where very many lines cannot be decoded, the file is refused at the first one too many."""
    file.write_bytes(b"One.\n" + b"Caf\xe9\n" * (MOST_UNDECODABLE + 1))
    with pytest.raises(EncodingError) as caught:
        each(file)
    assert caught.value.line == MOST_UNDECODABLE + 2
