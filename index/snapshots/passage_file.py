"""The files of a snapshot's passages: SQLite databases, written once.

What is said of a passage by itself lies in a segment, each passage in a slot of its own. Where a
rebuild changes little, the big segment is the same file in snapshot after snapshot, and what came
lies in a small one beside it (:mod:`index.snapshots.segments`). What the corpus as a whole says is
written with every snapshot: its files, which slot each row is, which items are near copies.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.place import Place, Span
from index.records import Metadata, Passage
from index.snapshots import durable, segments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import SourceFile
    from index.snapshots.passage_store import PassageStore

    Rows = NDArray[np.int64]

CORPUS: Final = "corpus.sqlite"
MAIN: Final = "passages.sqlite"
SIDE: Final = "passages_side.sqlite"
"""Its slots come after those of the main segment."""
FILES: Final = frozenset({CORPUS, MAIN, SIDE})

_CORPUS_SCHEMA: Final = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    snippets INTEGER NOT NULL, supersedes TEXT NOT NULL,
    row INTEGER NOT NULL, passages INTEGER NOT NULL, encoding TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE runs (
    slot INTEGER PRIMARY KEY, row INTEGER NOT NULL, passages INTEGER NOT NULL
);  -- so many passages lie in rows and in slots that follow each other
CREATE TABLE copies (item TEXT PRIMARY KEY, copies TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX copies_by_set ON copies (copies);
"""
_SEGMENT_SCHEMA: Final = """
CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (slot INTEGER PRIMARY KEY, item TEXT NOT NULL, signature BLOB NOT NULL);
CREATE TABLE passages (
    slot INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
    path TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
    byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, encoding TEXT NOT NULL,
    entry TEXT NOT NULL, record INTEGER NOT NULL, extracted TEXT NOT NULL,
    sentences BLOB NOT NULL, title TEXT, outlet TEXT, published TEXT, url TEXT, author TEXT,
    date_only INTEGER NOT NULL, language TEXT, source_id TEXT,
    context TEXT NOT NULL, fragment INTEGER NOT NULL, item TEXT NOT NULL,
    spoken TEXT, vector_key TEXT NOT NULL
);
CREATE INDEX passages_by_item ON passages (item);
"""
_COLUMNS: Final = 26
_EXTRACTED: Final = 11
_CHUNK: Final = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What a snapshot's passages are written from.

    ``former`` has for each row the one that its passage has in the store before, where it stays as
    it is, or -1; ``new`` are the passages of those rows, in order, and ``vector_keys`` name what
    their vectors were made from. Of these, ``texts`` are the extracted ones by hash, ``signatures``
    those of the items. ``rows`` are those of each file's passages.
    ``encodings`` name those of files that are not UTF-8, ``copies`` the set of near copies that an
    item is in.
    """

    files: Sequence[SourceFile]
    rows: Sequence[range]
    former: Rows
    new: Sequence[Passage]
    vector_keys: Sequence[str]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    signatures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    encodings: Mapping[str, str] = field(default_factory=dict[str, str])
    copies: Mapping[str, str] = field(default_factory=dict[str, str])


def write(
    directory: Path, contents: Contents, before: tuple[Path, PassageStore] | None = None
) -> None:
    """Write the passages into a snapshot's directory.

    ``before`` is the directory of the snapshot before, and its store.
    """
    former = contents.former
    slots, rows = np.arange(len(former)), np.arange(len(former))
    name = MAIN
    plan = None
    if before is not None and (former >= 0).any():
        lay = np.where(former >= 0, before[1].slots(np.maximum(former, 0)), -1)
        plan = segments.plan(lay, before[1].main)
    if before is not None and plan is not None:
        durable.link(before[0] / MAIN, directory / MAIN)
        slots, rows, name = plan.slots, plan.beside, SIDE
    if len(rows) or plan is None:
        store = None if before is None else before[1]
        with closing(_created(directory / name, _SEGMENT_SCHEMA)) as connection, connection:
            _write_segment(connection, contents, rows, slots[rows], store)
    with closing(_created(directory / CORPUS, _CORPUS_SCHEMA)) as connection, connection:
        _write_corpus(connection, contents, slots)


def _created(path: Path, schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + schema)
    return connection


def _write_corpus(connection: sqlite3.Connection, contents: Contents, slots: Rows) -> None:
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(file.path, file.sha256, file.size_bytes, file.snippets, file.supersedes),
                *(rows.start, len(rows), contents.encodings.get(file.path, "")),
            )
            for file, rows in zip(contents.files, contents.rows, strict=True)
        ),
    )
    first = np.flatnonzero(np.diff(slots, prepend=-2) != 1)
    runs = (slots[first], first, np.diff(first, append=len(slots)))
    connection.executemany(
        "INSERT INTO runs VALUES (?, ?, ?)", zip(*(each.tolist() for each in runs), strict=True)
    )
    connection.executemany("INSERT INTO copies VALUES (?, ?)", contents.copies.items())


def _write_segment(
    connection: sqlite3.Connection,
    contents: Contents,
    rows: Rows,
    slots: Rows,
    before: PassageStore | None,
) -> None:
    """Write the passages of these rows into these slots; what stands is copied as it lies."""
    texts = dict(contents.texts)
    signed = set[str]()
    new = zip(contents.new, contents.vector_keys, strict=True)
    for start in range(0, len(rows), _CHUNK):
        part = slots[start : start + _CHUNK].tolist()
        former = contents.former[rows[start : start + _CHUNK]]
        records, items = _standing(former, before)
        if before is not None:
            extracted = {record[_EXTRACTED] for record in records.values()} - texts.keys() - {""}
            texts.update((each, before.text(each)) for each in extracted)
        written: list[tuple[Any, ...]] = []
        opening: list[tuple[int, str, bytes]] = []
        for slot, row in zip(part, former.tolist(), strict=True):
            if row >= 0:
                written.append((slot, *records[row][1:]))
                if row in items:
                    opening.append((slot, *items[row]))
                continue
            passage, key = next(new)
            written.append((slot, *_record(passage), key))
            signature = contents.signatures.get(passage.item)
            if signature is not None and passage.item not in signed:
                signed.add(passage.item)
                opening.append((slot, passage.item, signature))
        connection.executemany(
            f"INSERT INTO passages VALUES ({', '.join('?' * _COLUMNS)})",  # noqa: S608  nothing but question marks
            written,
        )
        connection.executemany("INSERT INTO items VALUES (?, ?, ?)", opening)
    connection.executemany("INSERT INTO texts VALUES (?, ?)", sorted(texts.items()))


def _standing(
    former: Rows, before: PassageStore | None
) -> tuple[dict[int, tuple[Any, ...]], dict[int, tuple[str, bytes]]]:
    """Return the records of passages that stand, and of the items they open, by row before."""
    stand = former[former >= 0]
    if before is None or not len(stand):
        return {}, {}
    rows = dict(zip(before.slots(stand).tolist(), stand.tolist(), strict=True))
    return (
        {rows[slot]: record for slot, record in before.records(list(rows)).items()},
        {rows[slot]: opened for slot, opened in before.opened_items(list(rows)).items()},
    )


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
        passage.spoken,
    )


def passage_of(record: tuple[Any, ...], copies: str = "") -> Passage:
    """Return the passage that a row of a segment's table says; ``copies`` its item's set."""
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
        item=record[ITEM],
        copies=copies,
        spoken=record[24],
    )


ITEM: Final = 23
"""Where a record has its item."""
