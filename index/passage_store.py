"""The passages of a snapshot by row and by id: one SQLite file, written once, then read only."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index.errors import CorruptSnapshotError, UnknownPassageError
from index.records import Metadata, Passage, Place, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILE: Final = "passages.sqlite"

_SCHEMA: Final = """
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
    path TEXT NOT NULL REFERENCES files, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
    byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, encoding TEXT NOT NULL,
    sentences BLOB NOT NULL, title TEXT, outlet TEXT, published TEXT, url TEXT,
    context TEXT NOT NULL, fragment INTEGER NOT NULL, vector_key TEXT NOT NULL
);
"""


class PassageStore:
    """Reads the passages of one snapshot. Calls may run concurrently."""

    def __init__(self, directory: Path) -> None:
        """Open the store of a snapshot's directory. Raises CorruptSnapshotError."""
        self._path = directory / FILE
        try:
            self._connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            )
            self._hashes = dict[str, str](
                self._connection.execute("SELECT path, sha256 FROM files").fetchall()
            )
        except sqlite3.Error as error:
            raise CorruptSnapshotError(
                f"The index file {self._path} cannot be read.",
                remedy="Run `newsquote rebuild`.",
                path=str(self._path),
            ) from error

    def __len__(self) -> int:
        """Count the passages."""
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def by_rows(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of these rows, in this order."""
        records = self._connection.execute(
            "SELECT * FROM passages WHERE row IN (SELECT value FROM json_each(?))",
            [msgspec.json.encode(list(rows)).decode()],
        )
        found = {record[0]: _passage(record) for record in records}
        return [found[row] for row in rows]

    def by_id(self, passage_id: str) -> Passage:
        """Return one passage. Raises UnknownPassageError."""
        record = self._connection.execute(
            "SELECT * FROM passages WHERE id = ?", [passage_id]
        ).fetchone()
        if record is None:
            raise UnknownPassageError(
                f"No passage has the id {passage_id}.",
                remedy="Take an id from `newsquote search`; it lasts as long as its text.",
            )
        return _passage(record)

    def all(self) -> Iterator[Passage]:
        """Yield every passage in row order."""
        cursor = self._connection.execute("SELECT * FROM passages ORDER BY row")
        yield from map(_passage, cursor)

    def files(self) -> list[SourceFile]:
        """List the corpus's files as they were indexed, by path."""
        rows = self._connection.execute("SELECT path, sha256, size_bytes FROM files ORDER BY path")
        return [SourceFile(*row) for row in rows]

    def file_sha256(self, path: str) -> str:
        """Return the hash that a file of the corpus had when it was indexed."""
        return self._hashes[path]

    def vector_keys(self) -> list[str]:
        """Return the hash of what each passage's vector was made from, in row order."""
        rows = self._connection.execute("SELECT vector_key FROM passages ORDER BY row")
        return [row[0] for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def write(
    directory: Path,
    files: Sequence[SourceFile],
    passages: Sequence[Passage],
    vector_keys: Sequence[str],
) -> None:
    """Write the store into a snapshot's directory; a passage's place in the list is its row."""
    connection = sqlite3.connect(directory / FILE)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        with connection:
            connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?)",
                ((file.path, file.sha256, file.size_bytes) for file in files),
            )
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (row, *_record(passage), key)
                    for row, (passage, key) in enumerate(zip(passages, vector_keys, strict=True))
                ),
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
        msgspec.msgpack.encode([(span.start, span.end) for span in passage.sentences]),
        metadata.title,
        metadata.outlet,
        metadata.published.isoformat() if metadata.published else None,
        metadata.url,
        passage.context,
        passage.fragment,
    )


def _passage(record: tuple[Any, ...]) -> Passage:
    pairs = msgspec.msgpack.decode(record[9], type=list[tuple[int, int]])
    published = datetime.fromisoformat(record[12]) if record[12] else None
    return Passage(
        id=record[1],
        text=record[2],
        place=Place(*record[3:9]),
        sentences=tuple(Span(start, end) for start, end in pairs),
        metadata=Metadata(record[10], record[11], published, record[13]),
        context=record[14],
        fragment=bool(record[15]),
    )
