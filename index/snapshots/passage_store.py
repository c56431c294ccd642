"""The passages of a snapshot by row and by id, read only (:mod:`index.snapshots.passage_file`)."""

from __future__ import annotations

import sqlite3
import weakref
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from index.errors import CorruptSnapshotError, UnknownPassageError
from index.records import SourceFile
from index.snapshots import columns
from index.snapshots.passage_file import FILE, passage_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from index.records import Passage
    from index.snapshots.columns import Columns


HASHES_KEPT: Final = 32_768
"""The hashes of so many files are kept, those met first. About 6 MB."""


class PassageStore:
    """Reads the passages of one snapshot. Calls may run concurrently.

    Its file is closed when nobody holds it any more, and not only when Python looks for garbage: a
    program that follows an index leaves many snapshots behind.
    """

    def __init__(self, directory: Path) -> None:
        """Open the store of a snapshot's directory. Raises CorruptSnapshotError."""
        self._path = directory / FILE
        try:
            self._connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            )
            # A connection refers to itself by its cache of statements.
            weakref.finalize(self, self._connection.close)
            # Rows are numbered from 0 on; to count them would be to go through them.
            last = self._connection.execute("SELECT max(row) FROM passages").fetchone()[0]
            self._size = 0 if last is None else int(last) + 1
            self._hashes = dict[str, str]()
        except sqlite3.Error as error:
            raise CorruptSnapshotError(
                f"The index file {self._path} cannot be read.",
                remedy="Run `newsquote rebuild`.",
                path=str(self._path),
            ) from error

    def __len__(self) -> int:
        """Count the passages."""
        return self._size

    def by_rows(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of these rows, in this order."""
        records = self._connection.execute(
            "SELECT * FROM passages WHERE row IN (SELECT value FROM json_each(?))",
            [msgspec.json.encode(list(rows)).decode()],
        )
        found = {record[0]: passage_of(record) for record in records}
        return [found[row] for row in rows]

    def texts(self, rows: Sequence[int]) -> list[str]:
        """Return the texts of these rows, in this order."""
        found = dict[int, str](
            self._connection.execute(
                "SELECT row, text FROM passages WHERE row IN (SELECT value FROM json_each(?))",
                [msgspec.json.encode(list(rows)).decode()],
            ).fetchall()
        )
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
        return passage_of(record)

    def all(self) -> Iterator[Passage]:
        """Yield every passage in row order."""
        cursor = self._connection.execute("SELECT * FROM passages ORDER BY row")
        yield from map(passage_of, cursor)

    def of_file(self, path: str) -> list[Passage]:
        """Return the passages of one file, in row order."""
        cursor = self._connection.execute(
            "SELECT * FROM passages WHERE path = ? ORDER BY row", [path]
        )
        return [passage_of(record) for record in cursor]

    def rows_of_file(self, path: str) -> list[int]:
        """Return the rows of the passages of one file, ascending."""
        cursor = self._connection.execute(
            "SELECT row FROM passages WHERE path = ? ORDER BY row", [path]
        )
        return [row for (row,) in cursor]

    def ids(self) -> list[str]:
        """List the passages' ids, in row order."""
        return [row[0] for row in self._connection.execute("SELECT id FROM passages ORDER BY row")]

    def of_item(self, item: str) -> list[Passage]:
        """Return the passages of one item, in row order."""
        cursor = self._connection.execute(
            "SELECT * FROM passages WHERE item = ? ORDER BY row", [item]
        )
        return [passage_of(record) for record in cursor]

    def signatures(self, path: str) -> dict[str, bytes]:
        """Return the signatures of a file's items, by item (see :mod:`index.text.copies`)."""
        rows = self._connection.execute(
            "SELECT item, signature FROM items"
            " WHERE item IN (SELECT item FROM passages WHERE path = ?)",
            [path],
        )
        return dict(rows.fetchall())

    def copies(self, of: str) -> list[Passage]:
        """Return the passages of all items of a set of near copies, in row order."""
        cursor = self._connection.execute(
            "SELECT * FROM passages WHERE item IN (SELECT item FROM items WHERE copies = ?)"
            " ORDER BY row",
            [of],
        )
        return [passage_of(record) for record in cursor]

    def columns(self) -> Columns:
        """Return what passages can be filtered by. Raises CorruptSnapshotError."""
        return columns.read(self._path.parent)

    def dated_items(self) -> list[tuple[str | None, datetime | None]]:
        """Return each item's outlet and date, in row order; None where its source names none."""
        rows = self._connection.execute(
            "SELECT outlet, published FROM passages"
            " WHERE row IN (SELECT min(row) FROM passages GROUP BY item) ORDER BY row"
        )
        return [(row[0], datetime.fromisoformat(row[1]) if row[1] else None) for row in rows]

    def text(self, sha256: str) -> str:
        """Return a text that was extracted from a file. Raises KeyError."""
        row = self._connection.execute(
            "SELECT text FROM texts WHERE sha256 = ?", [sha256]
        ).fetchone()
        if row is None:
            raise KeyError(sha256)
        return str(row[0])

    def files(self) -> list[SourceFile]:
        """List the corpus's files as they were indexed, by path."""
        rows = self._connection.execute(
            "SELECT path, sha256, size_bytes, snippets, supersedes FROM files ORDER BY path"
        )
        return [SourceFile(*row) for row in rows]

    def file_sha256(self, path: str) -> str:
        """Return the hash that a file of the corpus had when it was indexed. Raises KeyError."""
        known = self._hashes.get(path)
        if known is not None:
            return known
        row = self._connection.execute("SELECT sha256 FROM files WHERE path = ?", [path]).fetchone()
        if row is None:
            raise KeyError(path)
        if len(self._hashes) < HASHES_KEPT:
            self._hashes[path] = row[0]
        return str(row[0])

    def vector_keys(self) -> list[str]:
        """Return the hash of what each passage's vector was made from, in row order."""
        rows = self._connection.execute("SELECT vector_key FROM passages ORDER BY row")
        return [row[0] for row in rows]

    def rows_of_keys(self, keys: Collection[str]) -> dict[str, int]:
        """Return the rows whose vectors were made from these; of several with one, the last."""
        rows = self._connection.execute(
            "SELECT vector_key, row FROM passages"
            " WHERE vector_key IN (SELECT value FROM json_each(?)) ORDER BY row",
            [msgspec.json.encode(list(keys)).decode()],
        )
        return dict[str, int](rows.fetchall())

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
