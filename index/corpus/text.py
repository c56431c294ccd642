"""Plain text: a line is a snippet, blank lines separate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.records import Place, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.lines import LineReader


def snippets(lines: LineReader) -> Iterator[Snippet]:
    """Yield one snippet for every line that is not blank, without the white space around it."""
    block = 0
    for line in lines:
        text = line.text.strip()
        if not text:
            block += 1
            continue
        indent = line.text[: line.text.index(text)]
        byte_start = line.byte_start + len(indent.encode(lines.encoding))
        byte_end = byte_start + len(text.encode(lines.encoding))
        place = Place(
            lines.shown_path, line.number, line.number, byte_start, byte_end, lines.encoding
        )
        yield Snippet(text, place, block=block)
