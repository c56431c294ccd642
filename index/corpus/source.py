"""One document to read: a file of the corpus, or an entry inside one, and how to cite from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from index.corpus.decoding import codec_of
from index.corpus.fields import FieldNames
from index.corpus.problems import Kind, Problem
from index.errors import BinaryFileError, EncodingError, SnippetTooLongError
from index.place import Place
from index.records import Metadata, Snippet

if TYPE_CHECKING:
    from typing import BinaryIO

    from index.errors import CorpusError

MAX_WHOLE_BYTES: Final = 256_000_000
"""A document that has to be read whole may be this long; line by line there is no limit."""
MAX_TEXT_CHARS: Final = 1_000_000
"""A text beyond this is not a news item; the longest article stays far below."""


@dataclass(slots=True)
class Source:
    """A document's bytes, and what its readers need to know.

    ``stream`` is seekable and stands at 0; who opened it closes it. ``entry`` is as in a Place.
    ``encoding`` is the codec to fall back on where the bytes are not UTF-8, or ``auto``.
    ``sliced`` says that the stream's bytes are the file's own, so that a quote can be cut out of
    the file itself. ``name`` is the document's own, without that of what it is packed in;
    ``read_as`` the codec that its text was decoded with, once it was.
    """

    path: str
    stream: BinaryIO
    entry: str = ""
    encoding: str = "utf-8"
    names: FieldNames = field(default_factory=FieldNames)
    sliced: bool = True
    name: str = ""
    read_as: str = "utf-8"

    def __post_init__(self) -> None:
        """Name the document by its path, where it isn't said that it is packed."""
        self.name = self.name or PurePosixPath(self.entry or self.path).name

    @property
    def document(self) -> str:
        """The file, and what is inside it."""
        return f"{self.path}!{self.entry}" if self.entry else self.path

    def whole(self) -> bytes:
        """Read all bytes. Raises SnippetTooLongError beyond ``MAX_WHOLE_BYTES``."""
        self.stream.seek(0)
        data = self.stream.read(MAX_WHOLE_BYTES + 1)
        if len(data) > MAX_WHOLE_BYTES:
            raise SnippetTooLongError(
                f"{self.document} is longer than {MAX_WHOLE_BYTES:,} bytes.",
                remedy="Split it: this format has to be read whole.",
                path=self.path,
            )
        return data

    def text(self) -> str:
        """Decode all bytes, without a byte order mark. Raises EncodingError."""
        codec, bom_bytes = codec_of(self.stream, self.encoding)
        self.read_as = codec
        data = self.whole()[bom_bytes:]
        try:
            return data.decode(codec)
        except UnicodeDecodeError as error:
            line = 1 + data[: error.start].count(b"\n")
            raise EncodingError(
                f"{self.document}:{line}: byte {bom_bytes + error.start} is not {codec} text.",
                remedy="Convert the file to UTF-8, or name its encoding"
                " (--encoding cp1252; --encoding auto detects one).",
                path=self.path,
                line=line,
            ) from error

    def stored(
        self,
        text: str,
        metadata: Metadata | None = None,
        *,
        first_line: int = 0,
        last_line: int = 0,
        record: int = 0,
        block: int = 0,
    ) -> Snippet:
        """Return a snippet whose text is kept in the snapshot, cited by record or lines."""
        data = text.encode()
        place = Place(
            self.path,
            first_line,
            last_line or first_line,
            0,
            len(data),
            entry=self.entry,
            record=record,
            extracted=hashlib.sha256(data).hexdigest(),
        )
        return Snippet(text, place, metadata or Metadata(), block)

    def problem(
        self,
        kind: Kind,
        message: str,
        remedy: str = "",
        *,
        line: int = 0,
        record: int = 0,
        lost: bool = True,
    ) -> Problem:
        """Return a problem of this document."""
        return Problem(kind, self.path, message, remedy, self.entry, line, record, lost)

    def problem_of(self, error: CorpusError) -> Problem:
        """Turn an error about this document into a problem, whose text says no place again."""
        message = error.message
        for prefix in (f"{self.document}:{error.line}: ", f"{self.document}: "):
            message = message.removeprefix(prefix)
        if message.startswith(f"{self.document} "):
            message = f"It {message.removeprefix(self.document).strip()}"
        kind = (
            Kind.ENCODING
            if isinstance(error, EncodingError | BinaryFileError)
            else Kind.LIMIT
            if isinstance(error, SnippetTooLongError)
            else Kind.UNREADABLE
        )
        return self.problem(
            kind, message[:1].upper() + message[1:], error.remedy, line=error.line or 0
        )
