"""Reading malformed documents, and proving again that each snippet is what its place says."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from index.corpus.problems import Problem
from index.corpus.source import Source
from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.records import Snippet

    Reader = Callable[[Source], Iterator[Snippet | Problem]]

_LINE_END = re.compile("\r\n|\r|\n")


def reverify(reader: Reader, name: str, data: bytes, encoding: str = "utf-8") -> None:
    """Check that bytes are read or refused in one way, and that every snippet stands as cited."""
    for sliced in (True, False):
        first = _read_or_refused(reader, name, data, encoding, sliced=sliced)
        assert first == _read_or_refused(reader, name, data, encoding, sliced=sliced)
        if isinstance(first, str):
            assert first.startswith(f"{name}: {name}")
            continue
        for each in first:
            if isinstance(each, Problem):
                assert each.message
                str(each).encode()
            else:
                _verify(each, data, sliced=sliced)


def _verify(snippet: Snippet, data: bytes, *, sliced: bool) -> None:
    place, text = snippet.place, snippet.text
    assert text == text.strip() != ""
    if place.extracted:
        stored = text.encode()
        assert hashlib.sha256(stored).hexdigest() == place.extracted
        assert (place.byte_start, place.byte_end) == (0, len(stored))
        assert place.first_line <= place.last_line
        return
    assert sliced
    assert data[place.byte_start : place.byte_end].decode(place.encoding) == text
    before = data[: place.byte_start].decode(place.encoding)
    first_line = 1 + len(_LINE_END.findall(before))
    last_line = first_line + len(_LINE_END.findall(text))
    assert (place.first_line, place.last_line) == (first_line, last_line)


def _read_or_refused(
    reader: Reader, name: str, data: bytes, encoding: str, *, sliced: bool
) -> Sequence[Snippet | Problem] | str:
    try:
        return list(reader(Source(name, BytesIO(data), encoding=encoding, sliced=sliced)))
    except CorpusError as error:
        return f"{error.path}: {error}"


def malformed(pieces: Sequence[str], *documents: str) -> st.SearchStrategy[bytes]:
    """Draw a document made of pieces, one that was cut and pasted into, or mere bytes."""
    encoded = [piece.encode("utf-8", "surrogatepass") for piece in pieces]

    @st.composite
    def damaged(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(documents)).encode()
        for _ in range(draw(st.integers(1, 5))):
            start = draw(st.integers(0, len(data)))
            end = draw(st.integers(start, min(len(data), start + 30)))
            put = draw(st.one_of(st.sampled_from(encoded), st.binary(max_size=4)))
            data = data[:start] + put + data[end:]
        return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data

    built = st.lists(st.sampled_from(encoded), max_size=25).map(b"".join)
    return st.one_of(damaged(), built, st.binary(max_size=100))
