"""What stands right before and after a passage or a quote, where it was cut from, word for word.

Around a slice of a file these are the lines of the file as it is now; around a passage of an
extracted text, the rest of that text, so that nothing comes from another item.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from index.corpus.lines import LineReader, Undecodable
from index.corpus.source import Source
from index.errors import CorpusError
from index.place import Span
from index.records import Citation, Quote
from index.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.corpus.lines import Line
    from index.place import Place
    from index.records import Passage, SnapshotInfo
    from index.snapshots.passage_store import PassageStore

LINES: Final = 2
"""So many lines that are not blank, on either side."""
CHARS: Final = 600
"""The most of either side. What is nearest stays, in whole sentences where one fits."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text beside a passage, and where it stands; ``fragment`` as in Passage."""

    text: str
    place: Place
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A passage or a quote, whole, and what stands around it; None where nothing does."""

    quote: Quote
    before: Excerpt | None
    after: Excerpt | None
    snapshot: SnapshotInfo


def of(
    passage: Passage,
    store: PassageStore,
    root: Path,
    check: Callable[[Quote], None],
    info: SnapshotInfo,
) -> Surroundings:
    """Return a passage with what stands around it. Raises StaleQuoteError where it is gone."""
    place = passage.place
    quote = Quote(
        passage.text,
        passage.id,
        1.0,
        Citation(place, store.file_sha256(place.path), passage.metadata),
        fragment=passage.fragment,
    )
    return around(quote, store, root, check, info)


def around(
    quote: Quote,
    store: PassageStore,
    root: Path,
    check: Callable[[Quote], None],
    info: SnapshotInfo,
) -> Surroundings:
    """Return a quote with what stands around it. Raises StaleQuoteError where it is gone."""
    check(quote)
    place = quote.citation.place
    before, after = _in_text(place, store) if place.extracted else _in_file(place, root)
    return Surroundings(quote, _nearest_end(before), _nearest_start(after), info)


def _in_text(place: Place, store: PassageStore) -> tuple[Excerpt, Excerpt]:
    """Cut an extracted text, which was just checked, before and behind a passage of it."""
    data = store.text(place.extracted).encode()
    start, end = place.byte_start, place.byte_end
    return (
        Excerpt(data[:start].decode(), replace(place, byte_start=0, byte_end=start)),
        Excerpt(data[end:].decode(), replace(place, byte_start=end, byte_end=len(data))),
    )


def _in_file(place: Place, root: Path) -> tuple[Excerpt, Excerpt]:
    """Cut the lines around a passage out of its file, the rest of its own lines with them."""
    before: deque[Line] = deque(maxlen=LINES)
    own: list[Line] = []
    after: list[Line] = []
    try:
        with (root / place.path).open("rb") as stream:
            reader = LineReader(Source(place.path, stream, encoding=place.encoding))
            for line in reader.each():
                if isinstance(line, Undecodable):
                    if line.byte_start > place.byte_start:
                        break
                    before.clear()
                    own.clear()
                elif line.byte_start <= place.byte_start:
                    before.extend(each for each in own if each.text.strip())
                    own = [line]
                elif line.byte_start < place.byte_end:
                    own.append(line)
                elif line.text.strip():
                    after.append(line)
                if len(after) == LINES:
                    break
    except (OSError, CorpusError):
        pass  # what was read up to there is shown
    if not own:
        return Excerpt("", place), Excerpt("", place)
    first, last = (*before, own[0])[0], (own[-1], *after)[-1]
    end = last.byte_start + len(last.text.encode(place.encoding))
    return (
        _cut(root, replace(place, first_line=first.number), first.byte_start, place.byte_start),
        _cut(root, replace(place, first_line=own[-1].number), place.byte_end, end),
    )


def _cut(root: Path, place: Place, byte_start: int, byte_end: int) -> Excerpt:
    """Cut bytes out of a file; ``place`` has the line that they begin on."""
    place = replace(place, byte_start=byte_start, byte_end=byte_end)
    try:
        with (root / place.path).open("rb") as file:
            file.seek(byte_start)
            return Excerpt(file.read(byte_end - byte_start).decode(place.encoding), place)
    except (OSError, UnicodeDecodeError):  # it is being written
        return Excerpt("", place)


def _nearest_end(excerpt: Excerpt) -> Excerpt | None:
    """Return the end of what stands before a passage; None where nothing does."""
    text = excerpt.text
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    if end <= start:
        return None
    fragment = False
    if end - start > CHARS:
        near = max(start, end - 2 * CHARS)
        starts = [near + span.start for span in sentences(text[near:end])]
        fitting = [each for each in starts if each >= end - CHARS]
        fragment = not fitting
        start = fitting[0] if fitting else _word_start(text, end - CHARS, end)
    return _part(excerpt, Span(start, end), fragment=fragment)


def _nearest_start(excerpt: Excerpt) -> Excerpt | None:
    """Return the start of what stands behind a passage; None where nothing does."""
    text = excerpt.text
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    if end <= start:
        return None
    fragment = False
    if end - start > CHARS:
        far = min(end, start + 2 * CHARS)
        ends = [start + span.end for span in sentences(text[start:far])]
        fitting = [each for each in ends if each <= start + CHARS]
        fragment = not fitting
        end = fitting[-1] if fitting else _word_end(text, start, start + CHARS)
    return _part(excerpt, Span(start, end), fragment=fragment)


def _word_start(text: str, earliest: int, end: int) -> int:
    """Return where the first whole word begins; ``earliest`` where one word is all there is."""
    space = next((i for i in range(earliest, end) if text[i].isspace()), None)
    if space is None:
        return earliest
    return space + len(text[space:]) - len(text[space:].lstrip())


def _word_end(text: str, start: int, latest: int) -> int:
    """Return where the last whole word ends; ``latest`` where one word is all there is."""
    space = next((i for i in range(latest, start, -1) if text[i].isspace()), latest)
    return start + len(text[start:space].rstrip())


def _part(excerpt: Excerpt, span: Span, *, fragment: bool) -> Excerpt:
    return Excerpt(span.of(excerpt.text), excerpt.place.part(excerpt.text, span), fragment)
