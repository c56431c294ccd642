"""Plain text: a line is a snippet, blank lines separate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.corpus.lines import LineReader, Undecodable
from index.place import Place
from index.records import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.lines import Line
    from index.corpus.problems import Problem
    from index.corpus.source import Source


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield one snippet for every line that is not blank, without the white space around it."""
    block = 0
    lines = LineReader(source)
    for line in lines.each():
        if isinstance(line, Undecodable):
            yield source.problem_of(line.error)
            continue
        text = line.text.strip()
        if not text:
            block += 1
        elif source.sliced:
            yield Snippet(text, _place(source.path, line, text, lines.encoding), block=block)
        else:
            yield source.stored(text, first_line=line.number, block=block)


def _place(path: str, line: Line, text: str, encoding: str) -> Place:
    indent = line.text[: line.text.index(text)]
    byte_start = line.byte_start + len(indent.encode(encoding))
    byte_end = byte_start + len(text.encode(encoding))
    return Place(path, line.number, line.number, byte_start, byte_end, encoding)
