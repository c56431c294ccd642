"""Where a text stands: a span of another text, or a place in a file of the corpus.

Offsets say in their names what they count: ``byte_*`` counts bytes in the source file, a
:class:`Span` counts code points in the text it belongs to. Lines are numbered from 1, as an
editor numbers them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``start <= i < end``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the part of ``text`` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in its source file.

    ``path`` is relative to the corpus root, with forward slashes; ``entry`` names what is inside
    it, as in an archive. ``encoding`` is the codec that turns the bytes ``byte_start:byte_end``
    into the text. Those bytes are the file's own where ``extracted`` is empty. Else it is the
    SHA-256 of a text that was extracted from the file and is kept in the snapshot, and they are
    that text's. ``first_line`` and ``last_line`` are then those of the record it came from, or 0
    where the format has no lines to tell; ``record`` numbers the record from 1, or is 0.
    """

    path: str
    first_line: int
    last_line: int
    byte_start: int
    byte_end: int
    encoding: str = "utf-8"
    entry: str = ""
    record: int = 0
    extracted: str = ""

    def part(self, text: str, span: Span) -> Place:
        """Return where a span of ``text``, the whole text that stands here, stands itself."""
        byte_start = self.byte_start + len(text[: span.start].encode(self.encoding))
        byte_end = byte_start + len(span.of(text).encode(self.encoding))
        if self.extracted:
            return replace(self, byte_start=byte_start, byte_end=byte_end)
        first_line = self.first_line + _line_ends(text[: span.start])
        return replace(
            self,
            first_line=first_line,
            last_line=first_line + _line_ends(span.of(text)),
            byte_start=byte_start,
            byte_end=byte_end,
        )

    @property
    def document(self) -> str:
        """The file, and what is inside it: ``wire.zip!may.csv``."""
        return f"{self.path}!{self.entry}" if self.entry else self.path

    def __str__(self) -> str:
        if not self.first_line:
            return f"{self.document}#{self.record}" if self.record else self.document
        lines = str(self.first_line)
        if self.last_line != self.first_line:
            lines += f"-{self.last_line}"
        return f"{self.document}:{lines}"


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
