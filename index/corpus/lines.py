"""A text file as numbered lines with their byte offsets, in whatever encoding it is.

Lines end where an editor ends them: at LF, CR LF or CR, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from index.corpus.decoding import codec_of, slices
from index.errors import (
    BinaryFileError,
    EncodingError,
    SnippetTooLongError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from index.corpus.source import Source

MAX_LINE_BYTES: Final = 1_000_000
"""A line beyond this is not a news snippet; the longest article stays far below."""

MOST_UNDECODABLE: Final = 25
"""With more such lines than these, a file is in another encoding: the rest of it is given up."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its ending. ``byte_start`` is where its text begins in the file."""

    number: int
    byte_start: int
    text: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A line whose bytes are no text in the codec; ``error`` says which byte."""

    number: int
    byte_start: int
    error: EncodingError


@dataclass(slots=True)
class LineReader:
    """Reads a document line by line; after the first line, ``encoding`` is the codec in use."""

    source: Source
    encoding: str = ""

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines. Raises CorpusError, naming file, line and byte, and OSError."""
        for one in self.each():
            if isinstance(one, Undecodable):
                raise one.error
            yield one

    def each(self) -> Iterator[Line | Undecodable]:
        """Yield the lines, also where a line alone cannot be decoded: the others stand.

        Raises CorpusError where no line can be told from the next, or too many are undecodable.
        """
        file = self.source.stream
        file.seek(0)
        self.encoding, bom_bytes = codec_of(file, self.source.encoding)
        self.source.read_as = self.encoding
        file.seek(bom_bytes)
        if "\n".encode(self.encoding) == b"\n":
            yield from self._narrow(file, bom_bytes)
        else:
            yield from self._wide(file.read(), bom_bytes)

    @property
    def _shown(self) -> str:
        return self.source.document

    def _narrow(self, file: BinaryIO, offset: int) -> Iterator[Line | Undecodable]:
        undecodable = 0
        for number, raw in enumerate(self._raw_lines(file), start=1):
            content = raw.rstrip(b"\r\n")
            if len(content) > MAX_LINE_BYTES:
                self._too_long(number)
            if b"\0" in content:
                self._binary(number, offset + content.index(b"\0"))
            line = self._decoded(number, offset, content)
            if isinstance(line, Undecodable):
                undecodable += 1
                if undecodable > MOST_UNDECODABLE:
                    raise line.error
            yield line
            offset += len(raw)

    def _decoded(self, number: int, offset: int, content: bytes) -> Line | Undecodable:
        try:
            text = content.decode(self.encoding)
        except UnicodeDecodeError as error:
            return Undecodable(
                number, offset, self._undecodable(number, offset + error.start, error)
            )
        if not slices(text, content, self.encoding):
            return Undecodable(number, offset, self._undecodable(number, offset, None))
        return Line(number, offset, text)

    def _raw_lines(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield the lines with their endings; the last one may be cut where it is too long."""
        rest = b""
        while len(rest) <= MAX_LINE_BYTES + 2 and (block := file.read(MAX_LINE_BYTES)):
            # The last line stays back: the next block may go on with it, or with the LF of a CR.
            *lines, rest = (rest + block).splitlines(keepends=True)
            yield from lines
        if rest:
            yield rest

    def _wide(self, data: bytes, offset: int) -> Iterator[Line]:
        try:
            text = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            before = data[: error.start].decode(self.encoding)
            number = 1 + len(re.findall(r"\r\n|\r|\n", before))
            raise self._undecodable(number, offset + error.start, error) from error
        if not slices(text, data, self.encoding):
            raise self._undecodable(1, offset, None)
        for number, match in enumerate(_LINE.finditer(text), start=1):
            content = match.group().rstrip("\r\n")
            if len(content) > MAX_LINE_BYTES:
                self._too_long(number)
            if "\0" in content:
                before = content[: content.index("\0")]
                self._binary(number, offset + len(before.encode(self.encoding)))
            yield Line(number, offset, content)
            offset += len(match.group().encode(self.encoding))

    def _too_long(self, number: int) -> NoReturn:
        raise SnippetTooLongError(
            f"{self._shown}:{number}: the line is longer than {MAX_LINE_BYTES:,} bytes.",
            remedy="A line is one snippet: break it into lines.",
            path=self.source.path,
            line=number,
        )

    def _binary(self, number: int, byte: int) -> NoReturn:
        raise BinaryFileError(
            f"{self._shown}:{number}: byte {byte} is NUL, so this is no UTF-8 text file.",
            remedy="Take the file out of the corpus, or name its encoding (--encoding utf-16).",
            path=self.source.path,
            line=number,
        )

    def _undecodable(
        self, number: int, byte: int, cause: UnicodeDecodeError | None
    ) -> EncodingError:
        what = (
            f"byte {byte} is not {self.encoding} text"
            if cause
            else f"from byte {byte} on, a part of the line cannot be cut out in {self.encoding}"
        )
        error = EncodingError(
            f"{self._shown}:{number}: {what}.",
            remedy="Convert the file to UTF-8, or name its encoding"
            " (--encoding cp1252; --encoding auto detects one).",
            path=self.source.path,
            line=number,
        )
        error.__cause__ = cause
        return error
