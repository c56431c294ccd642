"""Web archives: the articles on the pages in them, by the number of their record."""

# brotli ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import brotli
import pytest
from hypothesis import given

from documents import MALFORMED, check, mangled, problems, read, snippets
from index.corpus import warc
from index.corpus.articles import MAX_PAGE_BYTES
from index.corpus.problems import Kind
from index.errors import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = "The ferry “Anna” stops on Monday, seventy years after it sailed for the first time."
PAGE = (
    '<!doctype html><html lang="en"><head><title>Ferry stops</title>'
    '<meta name="date" content="2024-05-03T10:15:00Z">'
    '<link rel="canonical" href="https://post.example/ferry"></head>'
    f"<body><article><h1>Ferry stops</h1><p>{TEXT}</p></article></body></html>"
)
URL = "http://post.example/ferry?from=home"
HTML = ("Content-Type", "text/html; charset=utf-8")


def record(
    body: bytes | str,
    *headers: tuple[str, str],
    status: str = "200 OK",
    kind: str = "response",
    url: str = URL,
) -> bytes:
    """Write a record: a response with these headers, else the body under them."""
    data = body if isinstance(body, bytes) else body.encode()
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    if kind == "response":
        data = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + data
        lines = "Content-Type: application/http; msgtype=response\r\n"
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-06-01T00:00:00Z\r\n{lines}Content-Length: {len(data)}\r\n\r\n"
    ).encode() + (data + b"\r\n\r\n")


def archive(*records: bytes, packed: bool = False) -> bytes:
    """Write an archive: what wrote it, then the records, each packed by itself or none."""
    first = record("software: a test", ("Content-Type", "application/warc-fields"), kind="warcinfo")
    return b"".join(gzip.compress(each, mtime=0) if packed else each for each in (first, *records))


def brotli_compressed(body: bytes) -> bytes:
    """Compress a body, quickly."""
    packed: bytes = cast("Any", brotli).compress(body, quality=1)
    return packed


def chunked(body: bytes) -> bytes:
    """Write a body in the chunks of HTTP/1.1."""
    pieces = [body[i : i + 100] for i in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        archive(record(PAGE, HTML)),
        archive(record(PAGE, HTML), packed=True),
        gzip.compress(archive(record(PAGE, HTML)), mtime=0),
    ],
)
def test_a_page_in_an_archive_is_an_item(data: bytes) -> None:
    """A page is read whether the archive is packed by record, in one piece or not at all."""
    (snippet,) = snippets(read(warc.snippets, data))
    assert snippet.text == f"Ferry stops\n\n{TEXT}"
    assert (str(snippet.place), snippet.block) == ("news/it#2", 2)
    assert (snippet.metadata.title, snippet.metadata.language) == ("Ferry stops", "en")


def test_the_address_is_where_the_page_was_fetched() -> None:
    """The item's address is that of the record; its date the page's, not that of the fetching."""
    undated = PAGE.replace("2024-05-03T10:15:00Z", "")
    first, second = snippets(
        read(warc.snippets, archive(record(PAGE, HTML), record(undated, HTML)))
    )
    assert first.metadata.url == URL
    assert first.metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=UTC)
    assert second.metadata.published is None


def test_only_pages_that_were_found_are_read() -> None:
    """Redirects, errors, requests, pictures and texts give neither item nor problem."""
    records = [
        record(PAGE, HTML, status="404 Not Found"),
        record(PAGE, HTML, ("Location", "/"), status="301 Moved Permanently"),
        record(b"\x89PNG", ("Content-Type", "image/png")),
        record(PAGE, ("Content-Type", "text/plain")),
        record(PAGE),
        record(PAGE, HTML, kind="metadata"),
        record(PAGE, HTML, url="dns:post.example"),
        record(PAGE, HTML, kind="resource"),
    ]
    (snippet,) = read(warc.snippets, archive(*records))
    assert snippets([snippet])[0].place.record == 9


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode(), mtime=0), [("Content-Encoding", "gzip")]),
        (brotli_compressed(PAGE.encode()), [("Content-Encoding", "br")]),
        (zlib.compress(PAGE.encode()), [("Content-Encoding", "deflate")]),
        (zlib.compress(PAGE.encode(), wbits=-15), [("Content-Encoding", "deflate")]),
        (chunked(PAGE.encode()), [("Transfer-Encoding", "chunked")]),
        (
            chunked(gzip.compress(PAGE.encode(), mtime=0)),
            [("Transfer-Encoding", "chunked"), ("Content-Encoding", "GZIP")],
        ),
        # Many archives keep the headers and not the coding.
        (PAGE.encode(), [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]),
        (PAGE.encode(), [("Content-Encoding", "br")]),
    ],
)
def test_codings_are_undone(body: bytes, headers: Sequence[tuple[str, str]]) -> None:
    """A body is read in whatever coding it was sent."""
    (snippet,) = snippets(read(warc.snippets, archive(record(body, HTML, *headers))))
    assert TEXT in snippet.text


def test_the_server_names_the_encoding() -> None:
    """The charset of the HTTP header counts."""
    body = PAGE.encode("windows-1252")
    read_archive = read(
        warc.snippets,
        archive(record(body, ("Content-Type", 'Text/HTML; Charset="windows-1252"'))),
    )
    assert TEXT in snippets(read_archive)[0].text


@pytest.mark.parametrize(
    ("body", "headers", "kind", "lost"),
    [
        ("<html><body><a href='/'>Home</a>", [], Kind.EMPTY, False),
        ("", [], Kind.EMPTY, False),
        (b"\xff\xfd" * 50, [], Kind.ENCODING, True),
        (
            gzip.compress(PAGE.encode(), mtime=0)[:-20],
            [("Content-Encoding", "gzip")],
            Kind.UNREADABLE,
            True,
        ),
        (PAGE, [("Content-Encoding", "gzip, br")], Kind.UNREADABLE, True),
        ("<div>" * 10_000, [], Kind.LIMIT, True),
    ],
)
def test_a_page_that_cannot_be_read_is_told(
    body: str | bytes, headers: list[tuple[str, str]], kind: Kind, lost: bool
) -> None:
    """A page that holds no article or is broken is named by its record, and the next is read."""
    read_archive = read(warc.snippets, archive(record(body, HTML, *headers), record(PAGE, HTML)))
    (problem,) = problems(read_archive)
    assert (problem.kind, problem.where, problem.lost) == (kind, "news/it#2", lost)
    assert [each.place.record for each in snippets(read_archive)] == [3]


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_is_not_unpacked(coding: str) -> None:
    """A body that unpacks to more than any page is refused before it fills the memory."""
    zeros = bytes(10 * MAX_PAGE_BYTES)
    body = gzip.compress(zeros, mtime=0) if coding == "gzip" else brotli_compressed(zeros)
    data = archive(record(body, HTML, ("Content-Encoding", coding)), record(PAGE, HTML))
    del zeros
    tracemalloc.start()
    try:
        read_archive = read(warc.snippets, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    (problem,) = problems(read_archive)
    assert (problem.where, "unpacks to over" in problem.message) == ("news/it#2", True)
    assert len(snippets(read_archive)) == 1
    assert peak < 3 * MAX_PAGE_BYTES


def test_a_record_far_too_long_is_told() -> None:
    """A page longer than any is left out, and the next is read."""
    data = archive(record(bytes(MAX_PAGE_BYTES + 1), HTML), record(PAGE, HTML))
    read_archive = read(warc.snippets, data)
    assert [each.where for each in problems(read_archive)] == ["news/it#2"]
    assert [each.place.record for each in snippets(read_archive)] == [3]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cut", [60, 300])
def test_an_archive_that_breaks_off_keeps_what_is_whole(packed: bool, cut: int) -> None:
    """Records before the place where an archive breaks off are read, and the place is told."""
    data = archive(record(PAGE, HTML), record(PAGE, HTML), packed=packed)[:-cut]
    read_archive = read(warc.snippets, data)
    assert [each.place.record for each in snippets(read_archive)] == [2]
    (problem,) = problems(read_archive)
    assert (problem.kind, problem.where, problem.lost) == (Kind.MALFORMED, "news/it#3", True)


def test_a_wrong_length_ends_the_archive() -> None:
    """Where a record's length is wrong, nothing after it can be told, and that is said."""
    whole = record(PAGE, HTML)
    length = int(whole.partition(b"Content-Length: ")[2].partition(b"\r")[0])
    wrong = whole.replace(b"Length: %d" % length, b"Length: %d" % (length - 20))
    read_archive = read(warc.snippets, archive(whole, wrong, whole))
    assert [each.place.record for each in snippets(read_archive)] == [2]
    (problem,) = problems(read_archive)
    assert (problem.kind, problem.where) == (Kind.MALFORMED, "news/it#3")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n",
        b"WARC/1.0\r\n",
        b"<html>",
        b"\x1f\x8b\x08",
        gzip.compress(b"", mtime=0),
        b"x" * 200_000,
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    """A file that holds no record is refused by its name."""
    with pytest.raises(UnreadableFileError, match="news/it is no web archive"):
        read(warc.snippets, data)


def test_nothing_is_written_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """What warcio would print of a broken archive is not printed."""
    spaced = record(PAGE, HTML, url="http://post.example/a b")
    data = archive(record(b"\x1f\x8b broken", HTML, ("Content-Encoding", "gzip")), spaced)
    read(warc.snippets, data)
    read(warc.snippets, data.replace(b"\r\n\r\n\r\n", b"\r\n\r\nmore\r\n"))
    assert capsys.readouterr() == ("", "")


@given(
    data=mangled(
        archive(record(PAGE, HTML), record("no", HTML)),
        archive(record(gzip.compress(PAGE.encode(), mtime=0), HTML, ("Content-Encoding", "gzip"))),
        archive(record(chunked(PAGE.encode()), HTML, ("Transfer-Encoding", "chunked"))),
        archive(record(PAGE, HTML), record(PAGE, HTML, kind="resource"), packed=True),
    )
)
@MALFORMED
def test_malformed_archives(data: bytes) -> None:
    """Whatever the bytes, an archive is read or told to be wrong, in the same way each time."""
    check(warc.snippets, data)
