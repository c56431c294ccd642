"""Markdown: a paragraph is a snippet and a slice of its file (library: markdown-it-py).

Quotes and the items of lists are paragraphs too, and a table is one. Headings separate; code,
comments and pictures are left out. Nothing of the notation is taken away, but where the text is
HTML, which is stored as plain text.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from index.corpus import export_record, front_matter
from index.corpus.fields import Fields
from index.corpus.lines import LineReader
from index.corpus.markup import fragment
from index.corpus.problems import Kind
from index.corpus.source import MAX_TEXT_CHARS
from index.errors import CorpusError, SnippetTooLongError
from index.place import Place
from index.records import Metadata, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from index.corpus.lines import Line
    from index.corpus.problems import Problem
    from index.corpus.source import Source

MAX_CHARS: Final = 5_000_000
"""A longer document is no page that somebody wrote."""
MAX_CHECKED_CHARS: Final = 10_000
"""A paragraph of more is not made of pictures only."""


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the paragraphs; those under one heading are a block. Raises CorpusError."""
    reader = LineReader(source)
    lines: list[Line] = []
    chars = 0
    for line in reader:
        lines.append(line)
        chars += len(line.text) + 1
        if chars > MAX_CHARS:
            raise SnippetTooLongError(
                f"{source.document} is longer than {MAX_CHARS:,} characters.",
                remedy="Split it.",
                path=source.path,
            )
    front = front_matter.read([line.text for line in lines])
    if front.fault:
        yield source.problem(Kind.MALFORMED, front.fault, "Mend it.", line=front.line)
    described = export_record.describe(Fields(front.fields, source.names))
    for kind, doubt in described.doubts:
        yield source.problem(kind, doubt, line=1, lost=False)
    body = lines[front.lines :]
    tokens = _blocks().parse("\n".join(line.text for line in body))
    metadata = described.metadata
    if metadata.title is None:
        metadata = dataclasses.replace(metadata, title=_first_heading(tokens))
    yield from _Page(source, body, reader.encoding, metadata).snippets(tokens)


@dataclasses.dataclass(frozen=True, slots=True)
class _Page:
    """A document's lines after the front matter, and what is said about it."""

    source: Source
    lines: Sequence[Line]
    encoding: str
    metadata: Metadata

    def snippets(self, tokens: Sequence[Token]) -> Iterator[Snippet | Problem]:
        section = 0
        for number, token in enumerate(tokens):
            if token.map is None:
                continue
            start, end = token.map
            if token.type == "heading_open":
                section += 1
            elif token.type == "paragraph_open":
                content = tokens[number + 1].content
                if content.strip() and _has_words(content):
                    yield self._slice(start, end, content.partition("\n")[0], section)
            elif token.type == "table_open":
                yield self._slice(start, end, "", section)
            elif token.type == "html_block":
                yield from self._html(start, end, token.content, section)

    def _slice(self, start: int, end: int, opening: str, section: int) -> Snippet | Problem:
        """Cut out some lines, from where the first of them has the ``opening``."""
        # Markdown knows fewer spaces than Python does, so that a line may be blank all the same.
        while end > start + 1 and not self.lines[end - 1].text.strip():
            end -= 1
        while start < end - 1 and not self.lines[start].text.strip():
            start += 1
        first, last = self.lines[start], self.lines[end - 1]
        text = first.text.rstrip()
        opening = opening.strip()
        # What is before it are the marks of lists and quotes.
        if not opening or not text.endswith(opening):
            opening = text.lstrip()
        indent = text[: len(text) - len(opening)]
        byte_start = first.byte_start + len(indent.encode(self.encoding))
        byte_end = last.byte_start + len(last.text.rstrip().encode(self.encoding))
        self.source.stream.seek(byte_start)
        cut = self.source.stream.read(byte_end - byte_start).decode(self.encoding)
        if len(cut) > MAX_TEXT_CHARS or not self.source.sliced:
            return self._stored(cut, first, last, section)
        place = Place(
            self.source.path, first.number, last.number, byte_start, byte_end, self.encoding
        )
        return Snippet(cut, place, self.metadata, section)

    def _html(
        self, start: int, end: int, content: str, section: int
    ) -> Iterator[Snippet | Problem]:
        first, last = self.lines[start], self.lines[end - 1]
        try:
            text = fragment(content)
        except CorpusError as error:
            yield self.source.problem(
                Kind.MALFORMED, error.message, error.remedy, line=first.number
            )
            return
        if text:
            yield self._stored(text, first, last, section)

    def _stored(self, text: str, first: Line, last: Line, section: int) -> Snippet | Problem:
        if len(text) > MAX_TEXT_CHARS:
            return self.source.problem(
                Kind.LIMIT,
                f"The paragraph is longer than {MAX_TEXT_CHARS:,} characters.",
                "Put blank lines into it.",
                line=first.number,
            )
        return self.source.stored(
            text, self.metadata, first_line=first.number, last_line=last.number, block=section
        )


@cache
def _blocks() -> MarkdownIt:
    """Return a parser that tells blocks and leaves what is in them."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")


@cache
def _inline() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _words(content: str) -> str:
    """Return what of some text is shown as words."""
    return "".join(
        " " if part.type == "softbreak" else part.content
        for token in _inline().parseInline(content)
        for part in token.children or ()
        if part.type in {"text", "code_inline", "softbreak"}
    )


def _has_words(content: str) -> bool:
    might_not = content[:1] in {"!", "<", "["} and len(content) <= MAX_CHECKED_CHARS
    return not might_not or bool(_words(content).strip())


def _first_heading(tokens: Sequence[Token]) -> str | None:
    """Return the first heading of level 1, without its notation."""
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            title = " ".join(_words(inside.content[:MAX_CHECKED_CHARS]).split())
            if title:
                return title
    return None
