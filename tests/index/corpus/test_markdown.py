"""Markdown: a paragraph is a snippet and a slice of its file."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import MALFORMED, problems
from documents import snippets as snippets_of
from index.corpus.fields import FieldNames
from index.corpus.markdown import snippets
from index.corpus.problems import Kind
from index.corpus.source import Source
from index.errors import BinaryFileError, CorpusError, EncodingError, SnippetTooLongError
from index.records import Metadata
from reverified import malformed, reverify

if TYPE_CHECKING:
    from index.corpus.problems import Problem
    from index.records import Snippet


def read(
    page: str | bytes, *mapped: str, sliced: bool = True, encoding: str = "utf-8"
) -> list[Snippet | Problem]:
    data = page if isinstance(page, bytes) else page.encode()
    names = FieldNames.parse(mapped)
    return list(snippets(Source("a.md", BytesIO(data), "", encoding, names, sliced=sliced)))


def texts(read_items: list[Snippet | Problem]) -> list[str]:
    return [each.text for each in snippets_of(read_items)]


PAGE = """\
---
title: Harbour opens
source: The Paper
date: 2024-05-03T14:05:00Z
url: https://example.org/a
authors: [Ann, Bob]
lang: en-GB
---

# Another heading

The **harbour** is
open&nbsp;again.

Ships came.
"""


def test_front_matter_describes_the_page() -> None:
    """Every paragraph has what the page says of itself, and stands as it is written."""
    found = snippets_of(read(PAGE))
    assert [(each.text, str(each.place)) for each in found] == [
        ("The **harbour** is\nopen&nbsp;again.", "a.md:12-13"),
        ("Ships came.", "a.md:15"),
    ]
    assert {each.metadata for each in found} == {
        Metadata(
            title="Harbour opens",
            outlet="The Paper",
            published=datetime(2024, 5, 3, 14, 5, tzinfo=UTC),
            url="https://example.org/a",
            author="Ann, Bob",
            language="en-gb",
        )
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
def test_a_snippet_is_a_slice_of_its_file(encoding: str, ending: str) -> None:
    """In any encoding, with any line ends, the bytes at the place are the text."""
    page = (PAGE + "\n- Löwe,\n  groß\n\n\t> “Zitat”\n").replace("\n", ending)
    data = page.encode(encoding)
    found = snippets_of(read(data, encoding=encoding))
    assert len(found) == 4
    for each in found:
        place = each.place
        assert data[place.byte_start : place.byte_end].decode(place.encoding) == each.text
    reverify(snippets, "a.md", data, encoding)


def test_inside_an_archive_the_text_is_stored() -> None:
    """Where the bytes aren't the file's own, the same text is kept, with its lines."""
    sliced, stored = snippets_of(read(PAGE)), snippets_of(read(PAGE, sliced=False))
    for one, other in zip(sliced, stored, strict=True):
        assert (one.text, str(one.place)) == (other.text, str(other.place))
        assert other.place.extracted
        assert not one.place.extracted


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("- One\n- Two\n  goes on\n\n  Three", ["One", "Two\n  goes on", "Three"]),
        ("1. One\n2. Two", ["One", "Two"]),
        ("> One\n> goes on\n>\n> > Two", ["One\n> goes on", "Two"]),
        ("- > 1. One", ["One"]),
        ("  One  \n  two  ", ["One  \n  two"]),
        ("One\ntwo\\\nthree", ["One\ntwo\\\nthree"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter", ["| a | b |\n|---|---|\n| 1 | 2 |", "After"]),
        ("One\n\n    code\n\n```\ncode\n```\n~~~ py\ncode", ["One"]),
        ("<!-- no -->\nOne\n\n<!--\nno\n\nno\n-->\nTwo", ["One", "Two"]),
        ("One <!-- kept --> two", ["One <!-- kept --> two"]),
        ("![alt](a.png)\n\n[![alt](a.png)](b)\n\n![alt](a.png) One", ["![alt](a.png) One"]),
        ("[a]: https://example.org\n\n[a] says", ["[a] says"]),
        ("***\n\nOne\n\n---\n", ["One"]),
        ("<div>\n<p>One &amp; <b>two</b></p>\n</div>", ["One & two"]),
        ("<script>\nno()\n</script>\n\nOne", ["One"]),
        ("# Title\n\nSetext\n===\n\nAnother\n---", []),
        ("", []),
        (" \n\n", []),
    ],
)
def test_paragraphs_are_snippets(page: str, expected: list[str]) -> None:
    """Quotes, items and tables are too; headings, code, comments and pictures are not."""
    assert texts(read(page)) == expected


def test_html_is_stored_as_plain_text() -> None:
    """A block of HTML has no text of its own in the file: it is kept, and cited by its lines."""
    (found,) = snippets_of(read("\n<table>\n<tr><td>One</td></tr>\n</table>\n"))
    assert (found.text, found.place.extracted != "", str(found.place)) == ("One", True, "a.md:2-4")


def test_headings_separate() -> None:
    """Paragraphs under one heading may belong to one story, others not."""
    found = snippets_of(read("Zero.\n\n# A\nOne.\n\nTwo.\n\n## B\n\nThree."))
    blocks = [each.block for each in found]
    assert blocks[1] == blocks[2]
    assert len(set(blocks)) == 3


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("# The *harbour* `opens` &amp; [closes](x) ##\n\nOne.", "The harbour opens & closes"),
        ("One.\n\n## Not this\n\nTwo lines\nof it\n===", "Two lines of it"),
        ("# ![alt](x)\n\n# Harbour\n\nOne.", "Harbour"),
        ("---\nheadline: This\n---\n# Not this\n\nOne.", "This"),
        ("## Not this\n\nOne.", None),
    ],
)
def test_the_first_heading_is_the_title(page: str, title: str | None) -> None:
    """Where the front matter has no title, the first heading of level 1 is, without its marks."""
    (found,) = snippets_of(read(page))
    assert found.metadata.title == title


@pytest.mark.parametrize(
    ("front", "day"),
    [
        ("---\ndate: 2024-05-03\n---", 3),
        ("--- \ndate: 'May 3, 2024'\n...", 3),
        ("+++\ndate = 2024-05-03\n+++", 3),
        ("+++\ndate = 2024-05-03T10:00:00\n+++", 3),
        ("---\n# nothing\n---", None),
        ("---\n---", None),
    ],
)
def test_a_date_in_front_matter_is_a_day(front: str, day: int | None) -> None:
    """YAML and TOML give dates that are no text."""
    (found,) = read(front + "\nOne.")
    metadata = snippets_of([found])[0].metadata
    assert metadata.published == (datetime(2024, 5, day, tzinfo=UTC) if day else None)
    assert metadata.date_only == bool(day)


def test_front_matter_is_mapped() -> None:
    """Fields of the front matter are mapped as those of any record."""
    (found,) = snippets_of(read("---\npaper: {name: BBC}\n---\nOne.", "outlet=paper.name"))
    assert found.metadata.outlet == "BBC"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("---\n\nOne.\n\n---\n", "One."),
        ("---\n- One.\n---\n", "One."),
        ("---\ntitle: One.\n", "title: One."),
        ("\n+++\ntitle = 1\n+++\n", "+++\ntitle = 1\n+++"),
    ],
)
def test_what_is_no_front_matter_is_text(page: str, text: str) -> None:
    """What names no fields, has no end, or is not at the top is a part of the page."""
    assert texts(read(page)) == [text]
    assert not problems(read(page))


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("---\na: b\ntitle: [\n---", 3),
        ("---\na: b\ntitle: a: b\n---", 3),
        ("---\ndate: 2024-13-45\n---", 1),
        ("---\na: !!timestamp x\n---", 1),
        ("---\na: !!bool x\n---", 1),
        ("---\na: !!python/object:os.system x\n---", 2),
        ("---\na: " + "[" * 8_000 + "\n---", 1),
        ("---\n" + "? " * 4_000 + "\n---", 1),
        ("---\na: &a {b: c}\nd:\n  <<: *a\n---", 1),
        ("+++\ntitle = x\n+++", 1),
        ("---\ntitle: " + "x" * 10_000 + "\n---", 1),
    ],
)
def test_broken_front_matter_is_told(front: str, line: int) -> None:
    """The problem says where, and the page is read without it."""
    found = read(front + "\nOne.")
    (problem,) = problems(found)
    assert (problem.kind, problem.line, problem.lost) == (Kind.MALFORMED, line, True)
    assert texts(found) == ["One."]


def test_a_doubtful_date_is_told() -> None:
    """The page is read without its date."""
    found = read("---\ndate: 03/04/2024\n---\nOne.")
    assert [(each.kind, each.lost) for each in problems(found)] == [(Kind.DATE, False)]
    assert [each.metadata.published for each in snippets_of(found)] == [None]


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (b"One\0.", BinaryFileError),
        (b"One.\n\xff", EncodingError),
        (b"x" * 1_000_001, SnippetTooLongError),
        ((b"x" * 900_000 + b"\n") * 6, SnippetTooLongError),
    ],
    ids=["nul", "bytes", "line", "page"],
)
def test_what_is_no_page_is_refused(page: bytes, error: type[CorpusError]) -> None:
    """NUL bytes, bytes that are no text, and more than anybody writes."""
    with pytest.raises(error, match=r"a\.md"):
        read(page)


def test_a_paragraph_without_end_is_told() -> None:
    """A paragraph that is longer than any news item is lost, and the others are read."""
    found = read(("x" * 300_000 + "\n") * 4 + "\nOne.")
    assert [(each.kind, each.line) for each in problems(found)] == [(Kind.LIMIT, 1)]
    assert texts(found) == ["One."]


PIECES = [
    *"\n\r \t>-*#`<![]|é\ufeff\0",
    *("\n\n", "\r\n", "---\n", "title: x\n", "date: 2024-05-03\n", "&a [*a]\n", "<!--", "-->"),
    *("<div>", "</p>", "```\n", "One.", "1. ", "    ", "===", "|-|-|\n", "| a |", "![a](b)", "> "),
    *("+++\n", "a = 1\n", "&nbsp;", "\\", "\u2028", "\x0b", "\x85", "[a]: b\n", "<script>"),
]
PAGES = [PAGE, "- One\n  > two\n\n<div>\nx\n</div>\n\n| a |\n|---|\n| b |\n", "# A\n\nÄ b\n***\nC"]


@MALFORMED
@given(data=malformed(PIECES, *PAGES))
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_malformed_pages_are_read_or_told(encoding: str, data: bytes) -> None:
    """Whatever the bytes, nothing but a CorpusError is raised, and each snippet is as cited."""
    reverify(snippets, "a.md", data, encoding)


@given(
    paragraphs=st.lists(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20), min_size=1
    ),
    encoding=st.sampled_from(["utf-8", "utf-16-be", "utf-32-le"]),
    ending=st.sampled_from(["\n\n", "\r\n\r\n", "\r \r"]),
)
def test_paragraphs_come_out_as_they_went_in(
    paragraphs: list[str], encoding: str, ending: str
) -> None:
    """Words between blank lines are one snippet each, in order, and nothing is lost."""
    # A line's end has a NUL in a wide encoding; without one, a text may be UTF-8 by chance.
    data = "".join(paragraph + ending for paragraph in paragraphs).encode(encoding)
    assert texts(read(data, encoding=encoding)) == paragraphs
    reverify(snippets, "a.md", data, encoding)
