"""The passages of a snapshot by row and by id, read only (:mod:`index.snapshots.passage_file`)."""

from __future__ import annotations

import sqlite3
import weakref
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.errors import CorruptSnapshotError, UnknownPassageError
from index.records import SourceFile
from index.snapshots import columns
from index.snapshots.passage_file import CORPUS, ITEM, MAIN, SIDE, passage_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage
    from index.snapshots.columns import Columns

    Rows = NDArray[np.int64]
    Record = tuple[Any, ...]

HASHES_KEPT: Final = 32_768
"""The hashes of so many files are kept, those met first. About 6 MB."""
_CHUNK: Final = 4_096


class PassageStore:
    """Reads the passages of one snapshot. Calls may run concurrently.

    Its files are closed when nobody holds it any more, and not only when Python looks for garbage:
    a program that follows an index leaves many snapshots behind.
    """

    def __init__(self, directory: Path) -> None:
        """Open the store of a snapshot's directory. Raises CorruptSnapshotError."""
        self._directory = directory
        path = directory / CORPUS
        try:
            self._connection = sqlite3.connect(address(path), uri=True, check_same_thread=False)
            # A connection refers to itself by its cache of statements.
            weakref.finalize(self, self._connection.close)
            runs = self._connection.execute("SELECT slot, row, passages FROM runs ORDER BY slot")
            self._runs = _Runs(np.array(runs.fetchall(), dtype=np.int64).reshape(-1, 3))
            path = directory / MAIN
            self._parts = attach(self._connection, directory, "kept", "side")
            for table in ("passages", "items", "texts"):
                every = " UNION ALL ".join(f"SELECT * FROM {part}.{table}" for part in self._parts)  # noqa: S608  names of ours
                self._connection.execute(f"CREATE TEMP VIEW {table} AS {every}")
            last = self._connection.execute("SELECT max(slot) FROM kept.passages").fetchone()[0]
            self.main = 0 if last is None else int(last) + 1
            """How many slots the main segment has."""
            self._hashes = dict[str, str]()
            if self._runs.end > self.main and len(self._parts) == 1:
                path = directory / SIDE
                raise sqlite3.DatabaseError("there is none")
        except sqlite3.Error as error:
            raise CorruptSnapshotError(
                f"The index file {path} cannot be read.",
                remedy="Run `newsquote rebuild`.",
                path=str(path),
            ) from error

    def __len__(self) -> int:
        """Count the passages."""
        return self._runs.size

    def slots(self, rows: Rows) -> Rows:
        """Return in which slots rows lie."""
        return self._runs.slots(rows)

    def records(self, slots: Sequence[int]) -> dict[int, Record]:
        """Return what lies in slots, as it lies there."""
        found = self._select("SELECT * FROM passages WHERE slot IN", slots)
        return {record[0]: record for record in found}

    def opened_items(self, slots: Sequence[int]) -> dict[int, tuple[str, bytes]]:
        """Return the items that begin in slots, and their signatures."""
        found = self._select("SELECT slot, item, signature FROM items WHERE slot IN", slots)
        return {slot: (item, signature) for slot, item, signature in found}

    def by_rows(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of these rows, in this order."""
        slots: list[int] = self.slots(np.array(rows, dtype=np.int64)).tolist()
        found = self.records(slots)
        passages = dict(zip(found, self._passages(found.values()), strict=True))
        return [passages[slot] for slot in slots]

    def texts(self, rows: Sequence[int]) -> list[str]:
        """Return the texts of these rows, in this order."""
        slots: list[int] = self.slots(np.array(rows, dtype=np.int64)).tolist()
        found = dict[int, str](self._select("SELECT slot, text FROM passages WHERE slot IN", slots))
        return [found[slot] for slot in slots]

    def by_id(self, passage_id: str) -> Passage:
        """Return one passage. Raises UnknownPassageError."""
        found = self._found("SELECT * FROM passages WHERE id = ?", passage_id)
        if not found:
            raise UnknownPassageError(
                f"No passage has the id {passage_id}.",
                remedy="Take an id from `newsquote search`; it lasts as long as its text.",
            )
        return found[0]

    def all(self) -> Iterator[Passage]:
        """Yield every passage in row order."""
        for start in range(0, len(self), _CHUNK):
            yield from self.by_rows(range(start, min(start + _CHUNK, len(self))))

    def rows_of_files(self) -> dict[str, range]:
        """Return the rows of each file's passages, by path."""
        found = self._connection.execute("SELECT path, row, passages FROM files")
        return {path: range(row, row + passages) for path, row, passages in found}

    def ids(self) -> list[str]:
        """List the passages' ids, in row order."""
        return self._column("id")

    def ids_of(self, rows: Sequence[int]) -> list[str]:
        """Return the ids of the passages of these rows, in no order."""
        slots = self.slots(np.array(rows, dtype=np.int64)).tolist()
        return [found for (found,) in self._select("SELECT id FROM passages WHERE slot IN", slots)]

    def of_item(self, item: str) -> list[Passage]:
        """Return the passages of one item, in row order."""
        return self._found("SELECT * FROM passages WHERE item = ?", item)

    def items(self) -> list[tuple[int, str]]:
        """Return each item's first row and its name, in row order."""
        return [(row, item) for row, (_, item) in self._there("SELECT slot, item FROM items")]

    def signatures(self) -> Iterator[tuple[str, bytes]]:
        """Yield each item with its signature, in no order (see :mod:`index.text.copies`)."""
        cursor = self._connection.execute("SELECT slot, item, signature FROM items")
        while found := cursor.fetchmany(_CHUNK):
            rows = self._runs.rows([slot for slot, _, _ in found])
            for row, (_, item, signature) in zip(rows, found, strict=True):
                if row >= 0:
                    yield item, signature

    def copies(self, of: str) -> list[Passage]:
        """Return the passages of all items of a set of near copies, in row order."""
        return self._found(
            "SELECT * FROM passages WHERE item IN (SELECT item FROM copies WHERE copies = ?)", of
        )

    def columns(self) -> Columns:
        """Return what passages can be filtered by. Raises CorruptSnapshotError."""
        return columns.read(self._directory)

    def dated_items(self) -> list[tuple[str | None, datetime | None]]:
        """Return each item's outlet and date, in row order; None where its source names none."""
        found: list[tuple[int, Record]] = []
        for part in self._parts:
            found += self._there(
                f"SELECT slot, outlet, published FROM {part}.passages"  # noqa: S608  names of ours
                f" WHERE slot IN (SELECT min(slot) FROM {part}.passages GROUP BY item)"
            )
        return [
            (outlet, datetime.fromisoformat(published) if published else None)
            for _, (_, outlet, published) in sorted(found, key=itemgetter(0))
        ]

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

    def encodings(self) -> dict[str, str]:
        """Return the encodings of the files that are not UTF-8, by path."""
        return dict[str, str](
            self._connection.execute(
                "SELECT path, encoding FROM files WHERE encoding != '' ORDER BY path"
            ).fetchall()
        )

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
        return self._column("vector_key")

    def rows_of_keys(self, keys: Collection[str]) -> dict[str, int]:
        """Return the rows whose vectors were made from these; of several with one, the last."""
        found = self._there(
            "SELECT slot, vector_key FROM passages"
            " WHERE vector_key IN (SELECT value FROM json_each(?))",
            _json(keys),
        )
        return {key: row for row, (_, key) in found}

    def close(self) -> None:
        """Close the files."""
        self._connection.close()

    def _select(self, query: str, slots: Iterable[int]) -> list[Record]:
        """Return what a query, which ends in IN, finds in slots."""
        query += " (SELECT value FROM json_each(?))"
        return self._connection.execute(query, [_json(slots)]).fetchall()

    def _there(self, query: str, *given: str) -> list[tuple[int, Record]]:
        """Return the row of each record that a query finds, and this; the slot comes first in it.

        They are in row order; what belongs to no row any more is left out.
        """
        found: list[Record] = self._connection.execute(query, given).fetchall()
        rows = self._runs.rows([record[0] for record in found])
        there = [each for each in zip(rows, found, strict=True) if each[0] >= 0]
        return sorted(there, key=itemgetter(0))

    def _column(self, name: str) -> list[str]:
        found = self._there(f"SELECT slot, {name} FROM passages")  # noqa: S608  a name of ours
        return [value for _, (_, value) in found]

    def _found(self, query: str, *given: str) -> list[Passage]:
        """Return the passages that a query finds, in row order."""
        return self._passages([record for _, record in self._there(query, *given)])

    def _passages(self, records: Collection[Record]) -> list[Passage]:
        items = {record[ITEM] for record in records}
        copies = dict[str, str](
            self._connection.execute(
                "SELECT item, copies FROM copies WHERE item IN (SELECT value FROM json_each(?))",
                [_json(items)],
            ).fetchall()
        )
        return [passage_of(record, copies.get(record[ITEM], "")) for record in records]


class _Runs:
    """Which slot a row is, and which row a slot; made of slot, row and length, slots ascending."""

    def __init__(self, runs: Rows) -> None:
        self._by_slot = runs
        self._by_row = runs[np.argsort(runs[:, 1])]
        self.size = int(runs[:, 2].sum())
        self.end = int(runs[-1, 0] + runs[-1, 2]) if len(runs) else 0

    def slots(self, rows: Rows) -> Rows:
        """Return the slots of rows, all of which there are."""
        if len(rows) and not (rows.min() >= 0 and rows.max() < self.size):
            raise IndexError(f"There are {self.size} rows.")
        at = np.searchsorted(self._by_row[:, 1], rows, side="right") - 1
        return self._by_row[at, 0] + rows - self._by_row[at, 1]

    def rows(self, slots: Sequence[int]) -> list[int]:
        """Return the rows of slots; -1 for those that no passage is in any more."""
        if not self.size:
            return [-1] * len(slots)
        wanted = np.array(slots, dtype=np.int64)
        at = np.maximum(np.searchsorted(self._by_slot[:, 0], wanted, side="right") - 1, 0)
        within = wanted - self._by_slot[at, 0]
        there = (within >= 0) & (within < self._by_slot[at, 2])
        found: list[int] = np.where(there, within + self._by_slot[at, 1], -1).tolist()
        return found


def address(path: Path) -> str:
    """Return how SQLite opens a file that nobody writes any more."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def attach(
    connection: sqlite3.Connection, directory: Path, main: str, side: str
) -> tuple[str, ...]:
    """Attach the segments of a snapshot's directory under these names; return those there are."""
    there = {main: directory / MAIN}
    if (directory / SIDE).exists():
        there[side] = directory / SIDE
    for name, path in there.items():
        connection.execute(f"ATTACH ? AS {name}", [address(path)])
    return tuple(there)


def _json(values: Iterable[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
