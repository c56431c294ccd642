"""Reading a document of a few lines with one reader, whole, cut off and mangled."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from index.corpus.problems import Problem
from index.corpus.source import Source
from index.errors import CorpusError
from index.records import Snippet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Reader = Callable[[Source], Iterator[Snippet | Problem]]

MALFORMED: Final = settings(
    deadline=timedelta(seconds=2), max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
"""How readers are tested on malformed documents: each is read, twice, within two seconds."""


def read(reader: Reader, document: str | bytes, encoding: str = "utf-8") -> list[Snippet | Problem]:
    """Read a document; text is written as UTF-8."""
    data = document if isinstance(document, bytes) else document.encode()
    return list(reader(Source("news/it", BytesIO(data), encoding=encoding)))


def snippets(read_items: Sequence[Snippet | Problem]) -> list[Snippet]:
    """Return the snippets among what was read."""
    return [each for each in read_items if isinstance(each, Snippet)]


def problems(read_items: Sequence[Snippet | Problem]) -> list[Problem]:
    """Return the problems among what was read."""
    return [each for each in read_items if isinstance(each, Problem)]


def check(reader: Reader, data: bytes) -> None:
    """Check that bytes are read, or refused, in one way, and that texts are what is cited."""
    first, second = _read_or_refused(reader, data), _read_or_refused(reader, data)
    assert first == second
    if isinstance(first, str):
        assert first.startswith("news/it: ")
        return
    for each in first:
        if isinstance(each, Problem):
            assert each.message
            continue
        stored = each.text.encode()
        assert hashlib.sha256(stored).hexdigest() == each.place.extracted
        assert (each.place.byte_start, each.place.byte_end) == (0, len(stored))
        assert each.text == each.text.strip() != ""


def _read_or_refused(reader: Reader, data: bytes) -> list[Snippet | Problem] | str:
    try:
        return read(reader, data)
    except CorpusError as error:
        return f"{error.path}: {error}"


def mangled(*documents: bytes) -> st.SearchStrategy[bytes]:
    """Draw one of the documents: cut off, with bytes put in, taken out or twice, or mere bytes."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(documents))
        for _ in range(draw(st.integers(1, 4))):
            start = draw(st.integers(0, len(data)))
            end = draw(st.integers(start, min(len(data), start + 40)))
            put = draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES)))
            kind = draw(st.sampled_from(["cut", "replace", "repeat", "insert"]))
            if kind == "cut":
                data = data[:start]
            elif kind == "replace":
                data = data[:start] + put + data[end:]
            elif kind == "repeat":
                data = data[:end] + data[start:end] * draw(st.integers(1, 50)) + data[end:]
            else:
                data = data[:start] + put + data[start:]
        return data

    return st.one_of(draw_one(), draw_one(), st.binary(max_size=200))


PIECES: Final = [
    b"<",
    b">",
    b"</",
    b"&",
    b"&#0;",
    b"&#xD800;",
    b"&#1;",
    b"&lt;p&gt;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b'"',
    b"\0",
    b"\xff",
    b"\r\n",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<div>" * 300,
    b"<p>",
]
