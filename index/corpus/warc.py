"""Web archives: the article on each HTML page of a WARC file (library: warcio)."""

# warcio ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import contextlib
import gzip
import logging
import re
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from index.corpus.articles import MAX_PAGE_BYTES, article
from index.corpus.extracted import item, refusal
from index.corpus.http_body import decoded_body
from index.corpus.page_facts import web_address
from index.corpus.problems import Kind, Problem
from index.errors import CorpusError, SnippetTooLongError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import BinaryIO

    from index.corpus.source import Source
    from index.records import Snippet

_FETCHED: Final = {"response", "resource"}
_PAGES: Final = ("text/html", "application/xhtml+xml")
_BLOCK_BYTES: Final = 65_536
_MAX_LINE_BYTES: Final = 65_536
_CHARSET = re.compile(r"""charset\s*+=\s*+["']?\s*+([\w.:-]+)""", re.IGNORECASE)


class _BrokenArchiveError(Exception):
    """The archive cannot be read further."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as warcio reads it: its kind, its headers, and the first bytes of its block."""

    kind: str
    headers: Any
    block: bytes


@dataclass(frozen=True, slots=True)
class _Page:
    url: str | None
    body: bytes
    charset: str | None


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the articles on pages that were fetched; ``record`` counts all records from 1.

    Of an archive that breaks off, those before. Raises UnreadableFileError where it is none, and
    OSError where the disk fails.
    """
    number = 0
    try:
        for record in _records(_Archive(source.stream)):
            number += 1
            yield from _article(source, record, number)
    except _BrokenArchiveError as error:
        if not number:
            raise UnreadableFileError(
                f"{source.document} is no web archive that can be read.",
                remedy="Fetch it again, or take it out.",
                path=source.path,
            ) from error
        yield source.problem(
            Kind.MALFORMED,
            f"The archive {error}: nothing is read from here on.",
            "Fetch it again, or repair it.",
            record=number + 1,
        )


def _article(source: Source, record: _Record, number: int) -> Iterator[Snippet | Problem]:
    try:
        page = _page(record)
        if page is None:
            return
        found = article(page.body, page.url, page.charset, source.encoding)
    except CorpusError as error:
        yield refusal(source, error, record=number)
        return
    if found is None:
        message = "There is no article on the page."
        yield source.problem(Kind.EMPTY, message, record=number, lost=False)
        return
    if found.doubt:
        yield source.problem(Kind.ENCODING, found.doubt, record=number, lost=False)
    metadata = replace(found.metadata, url=page.url or found.metadata.url)
    yield from item(source, found.text, metadata, found.written, record=number)


class _Archive:
    """The archive's bytes, unpacked: in one piece or record by record, as gzip allows."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        is_packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        self._stream = gzip.GzipFile(fileobj=stream) if is_packed else stream
        self._position = 0

    def read(self, length: int = -1) -> bytes:
        with _unpacking():
            data = self._stream.read(length)
        self._position += len(data)
        return data

    def readline(self, length: int = -1) -> bytes:
        most = min(length, _MAX_LINE_BYTES) if length >= 0 else _MAX_LINE_BYTES
        with _unpacking():
            line = self._stream.readline(most)
        if len(line) == _MAX_LINE_BYTES:
            raise _BrokenArchiveError("has a header that is no header")
        self._position += len(line)
        return line

    def tell(self) -> int:
        return self._position


@contextlib.contextmanager
def _unpacking() -> Generator[None]:
    """Say that an archive is broken where it is, and not the disk that it is read from."""
    try:
        yield
    except (EOFError, OSError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _BrokenArchiveError("breaks off or is damaged") from error


def _records(archive: _Archive) -> Iterator[_Record]:
    """Yield the whole records. Raises _BrokenArchiveError at the first that isn't one."""
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.limitreader import LimitReader
    from warcio.recordloader import ArcWarcRecordLoader

    logging.getLogger("warcio").setLevel(logging.CRITICAL + 1)
    loader: Any = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    is_empty = True
    while line := archive.readline():
        if not line.strip():
            continue
        is_empty = False
        try:
            # The block's HTTP headers are not warcio's to read yet: an error there is the record's.
            parsed = loader.parse_record_stream(archive, line, "warc", no_record_parse=True)
        except (ArchiveLoadFailed, EOFError, ValueError) as error:
            raise _BrokenArchiveError("is damaged") from error
        stream: Any = parsed.raw_stream
        if not isinstance(stream, LimitReader):
            raise _BrokenArchiveError("has a record without a length")
        kind = str(parsed.rec_type or "")
        block: bytes = cast("Any", stream).read(MAX_PAGE_BYTES + 1) if kind in _FETCHED else b""
        while stream.read(_BLOCK_BYTES):
            pass
        if stream.limit:
            raise _BrokenArchiveError("breaks off inside a record")
        if archive.readline().strip():
            raise _BrokenArchiveError("has a record that is longer than it says")
        yield _Record(kind, parsed.rec_headers, block)
    if is_empty:
        raise _BrokenArchiveError("is empty")


def _page(record: _Record) -> _Page | None:
    """Return the page in a record, None where there is none. Raises CorpusError without a place."""
    if record.kind not in _FETCHED:
        return None
    url = web_address(record.headers.get_header("WARC-Target-URI"))
    if record.kind == "resource":
        media = record.headers.get_header("Content-Type") or ""
        body: BytesIO | None = BytesIO(record.block)
        headers: Any = None
    elif url:
        body = BytesIO(record.block)
        headers = _http_headers(body)
        if headers.get_statuscode() != "200":
            return None
        media = headers.get_header("Content-Type") or ""
    else:
        return None
    if not media.strip().lower().startswith(_PAGES):
        return None
    if len(record.block) > MAX_PAGE_BYTES:
        raise SnippetTooLongError(
            f"The record is longer than {MAX_PAGE_BYTES:,} bytes.", remedy="Take it out."
        )
    charset = _CHARSET.search(media)
    content = decoded_body(body, headers, MAX_PAGE_BYTES) if headers else record.block
    return _Page(url, content, charset.group(1) if charset else None)


def _http_headers(body: BytesIO) -> Any:
    from warcio.statusandheaders import StatusAndHeadersParser

    try:
        return StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(body)
    except Exception as error:
        # What it raises on other bytes than headers is not documented.
        raise CorpusError("The record's HTTP headers cannot be read.", remedy="") from error
