"""The file of a snapshot's passages: one SQLite database, written once."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index.place import Place, Span
from index.records import Metadata, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.records import SourceFile

FILE: Final = "passages.sqlite"

_SCHEMA: Final = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    snippets INTEGER NOT NULL, supersedes TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
    item TEXT PRIMARY KEY, signature BLOB NOT NULL, copies TEXT NOT NULL
);  -- with row ids: without, each signature would fill a page of its own
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
    path TEXT NOT NULL REFERENCES files, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
    byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, encoding TEXT NOT NULL,
    entry TEXT NOT NULL, record INTEGER NOT NULL, extracted TEXT NOT NULL,
    sentences BLOB NOT NULL, title TEXT, outlet TEXT, published TEXT, url TEXT, author TEXT,
    date_only INTEGER NOT NULL, language TEXT, source_id TEXT,
    context TEXT NOT NULL, fragment INTEGER NOT NULL, item TEXT NOT NULL, copies TEXT NOT NULL,
    spoken TEXT, vector_key TEXT NOT NULL
);
CREATE INDEX passages_by_path ON passages (path);
CREATE INDEX passages_by_item ON passages (item);
CREATE INDEX items_by_copies ON items (copies) WHERE copies != '';
"""
_COLUMNS: Final = 27


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store is written from, passages in row order.

    ``vector_keys`` go with the passages. ``texts`` are the extracted ones by hash; ``items`` are
    names, signatures and copy sets.
    """

    files: Sequence[SourceFile]
    passages: Sequence[Passage]
    vector_keys: Sequence[str]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    items: Sequence[tuple[str, bytes, str]] = ()


def write(directory: Path, contents: Contents) -> None:
    """Write the store into a snapshot's directory; a passage's place in the list is its row."""
    connection = sqlite3.connect(directory / FILE)
    passages = zip(contents.passages, contents.vector_keys, strict=True)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        with connection:
            connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                (
                    (file.path, file.sha256, file.size_bytes, file.snippets, file.supersedes)
                    for file in contents.files
                ),
            )
            connection.executemany(
                "INSERT INTO texts VALUES (?, ?)", sorted(contents.texts.items())
            )
            connection.executemany("INSERT INTO items VALUES (?, ?, ?)", contents.items)
            connection.executemany(
                f"INSERT INTO passages VALUES ({', '.join('?' * _COLUMNS)})",  # noqa: S608  nothing but question marks
                ((row, *_record(passage), key) for row, (passage, key) in enumerate(passages)),
            )
    finally:
        connection.close()


def _record(passage: Passage) -> tuple[object, ...]:
    place, metadata = passage.place, passage.metadata
    return (
        passage.id,
        passage.text,
        place.path,
        place.first_line,
        place.last_line,
        place.byte_start,
        place.byte_end,
        place.encoding,
        place.entry,
        place.record,
        place.extracted,
        msgspec.msgpack.encode([(span.start, span.end) for span in passage.sentences]),
        metadata.title,
        metadata.outlet,
        metadata.published.isoformat() if metadata.published else None,
        metadata.url,
        metadata.author,
        metadata.date_only,
        metadata.language,
        metadata.source_id,
        passage.context,
        passage.fragment,
        passage.item,
        passage.copies,
        passage.spoken,
    )


def passage_of(record: tuple[Any, ...]) -> Passage:
    """Return the passage that a row of the table ``passages`` says."""
    pairs = msgspec.msgpack.decode(record[12], type=list[tuple[int, int]])
    title, outlet, published, url, author, date_only, language, source_id = record[13:21]
    return Passage(
        id=record[1],
        text=record[2],
        place=Place(*record[3:12]),
        sentences=tuple(Span(start, end) for start, end in pairs),
        metadata=Metadata(
            title,
            outlet,
            datetime.fromisoformat(published) if published else None,
            url,
            author,
            bool(date_only),
            language,
            source_id,
        ),
        context=record[21],
        fragment=bool(record[22]),
        item=record[23],
        copies=record[24],
        spoken=record[25],
    )
