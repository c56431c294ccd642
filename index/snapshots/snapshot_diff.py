"""What came and went between two snapshots: passages by id, files by hash.

SQLite compares the two stores of passages where they lie; only what is shown is read from them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from index import snapshot
from index.errors import SnapshotError
from index.snapshots import history, passage_file, passage_store
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from pathlib import Path

    from index.records import Passage, SnapshotInfo
    from index.snapshot import Snapshot

LIMIT: Final = 20
"""How many files that differ, and how many of their passages, are shown."""
OPENING_CHARS: Final = 80

_THOSE: Final = """
SELECT path, id, runs.row + here.slot - runs.slot AS row
FROM {age}_corpus.runs AS runs CROSS JOIN {part}.passages AS here
    ON here.slot >= runs.slot AND here.slot < runs.slot + runs.passages
"""
"""The passages of a snapshot that lie in one of its segments."""
_NOT_IN: Final = """
NOT EXISTS (
    SELECT 1 FROM {part}.passages AS there
    WHERE there.id = those.id AND there.slot < (
        SELECT runs.slot + runs.passages FROM {age}_corpus.runs AS runs
        WHERE runs.slot <= there.slot ORDER BY runs.slot DESC LIMIT 1
    )
)
"""
"""That one of ``those`` is none of a snapshot's passages in one of its segments."""
_FILES: Final = """
CREATE TEMP TABLE differing AS
    SELECT path, coalesce(max(change), 'same') AS change, sum(came) AS came, sum(went) AS went
    FROM (
        SELECT path, iif(old_corpus.files.sha256 IS NULL, 'added', 'changed') AS change,
            0 AS came, 0 AS went
        FROM new_corpus.files LEFT JOIN old_corpus.files USING (path)
        WHERE new_corpus.files.sha256 IS NOT old_corpus.files.sha256
        UNION ALL
        SELECT path, 'removed', 0, 0 FROM old_corpus.files
        WHERE path NOT IN (SELECT path FROM new_corpus.files)
        UNION ALL
        SELECT path, NULL, 1, 0 FROM came
        UNION ALL
        SELECT path, NULL, 0, 1 FROM went
    )
    GROUP BY path;
"""


class FileChange(StrEnum):
    """What became of a file. ``SAME``: its bytes are as they were, but it is read otherwise."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file that changed, or whose passages did: how many of them came and went.

    ``gone`` and ``new`` are these passages, in the file's order, as far as they are shown.
    """

    path: str
    change: FileChange
    came: int
    went: int
    gone: tuple[Passage, ...] = ()
    new: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotDiff:
    """What came and went. ``files`` are the first that differ, by path; the counts are of all.

    ``added``, ``changed`` and ``removed`` count files, ``came`` and ``went`` passages;
    ``differing`` counts all files that a :class:`FileDiff` could be made of.
    """

    before: SnapshotInfo
    after: SnapshotInfo
    added: int
    changed: int
    removed: int
    came: int
    went: int
    differing: int
    files: tuple[FileDiff, ...]

    @property
    def same(self) -> bool:
        """Say whether the snapshots hold the same passages of the same files."""
        return not self.differing

    @property
    def not_shown(self) -> tuple[int, int]:
        """Count the files that are left out, and the passages."""
        passages = sum(len(each.gone) + len(each.new) for each in self.files)
        return self.differing - len(self.files), self.came + self.went - passages


def compare(
    index_dir: Path, before: str, after: str = history.CURRENT, *, limit: int = LIMIT
) -> SnapshotDiff:
    """Compare two snapshots, given as :func:`index.snapshots.history.named` takes them.

    At most ``limit`` files are shown, and ``limit`` of their passages. A passage that only moved
    in its file is the same. Raises SnapshotError.
    """
    old, new = _opened(index_dir, before), _opened(index_dir, after)
    with _compared(old, new) as connection:
        added, changed, removed, came, went, differing = connection.execute(
            "SELECT total(change = 'added'), total(change = 'changed'),"
            " total(change = 'removed'), total(came), total(went), count(*) FROM differing"
        ).fetchone()
        files = connection.execute(
            "SELECT path, change, came, went FROM differing ORDER BY path LIMIT ?", [limit]
        ).fetchall()
        last = files[-1][0] if files else ""
        moved = sorted(
            [
                *((path, True, row) for path, row in _rows(connection, "came", last, limit)),
                *((path, False, row) for path, row in _rows(connection, "went", last, limit)),
            ]
        )[:limit]
    gone = _passages(old, [row for _, came, row in moved if not came])
    arrived = _passages(new, [row for _, came, row in moved if came])
    return SnapshotDiff(
        old.info,
        new.info,
        int(added),
        int(changed),
        int(removed),
        int(came),
        int(went),
        differing,
        tuple(
            FileDiff(
                path,
                FileChange(change),
                file_came,
                file_went,
                tuple(each for each in gone if each.place.path == path),
                tuple(each for each in arrived if each.place.path == path),
            )
            for path, change, file_came, file_went in files
        ),
    )


def opening(text: str) -> str:
    """Return the first words of a text as they stand there, up to the end of their line."""
    line = text.splitlines()[0] if text else ""
    if len(line) <= OPENING_CHARS:
        return line
    cut = line[: OPENING_CHARS + 1].rpartition(" ")[0].rstrip()
    return cut or line[:OPENING_CHARS]


def _opened(index_dir: Path, name: str) -> Snapshot:
    opened = snapshot.read(index_dir, history.named(index_dir, name))
    snapshot.check(opened, passage_file.FILES)
    return opened


@contextmanager
def _compared(old: Snapshot, new: Snapshot) -> Generator[sqlite3.Connection]:
    """Open both stores, with what differs between them in the tables of _COMPARISON."""
    try:
        with closing(sqlite3.connect("file::memory:", uri=True)) as connection:
            parts = {
                name: passage_store.attach(connection, each.directory, name, f"{name}_side")
                for name, each in (("old", old), ("new", new))
            }
            for name, each in (("old", old), ("new", new)):
                corpus = passage_store.address(each.directory / passage_file.CORPUS)
                connection.execute(f"ATTACH ? AS {name}_corpus", [corpus])
            connection.executescript(
                f"CREATE TEMP TABLE came AS {_only_in('new', 'old', parts)};"
                f"CREATE TEMP TABLE went AS {_only_in('old', 'new', parts)};{_FILES}"
            )
            yield connection
    except sqlite3.Error as error:
        raise SnapshotError(
            f"The snapshots {old.id} and {new.id} can't be compared: {error}.",
            remedy="Run `newsquote snapshots` to see whether they are whole.",
            path=str(old.directory.parent),
        ) from error


def _only_in(age: str, other: str, parts: Mapping[str, Iterable[str]]) -> str:
    """Return the query for the passages of one snapshot that the other has not."""
    those = " UNION ALL ".join(_THOSE.format(age=age, part=part) for part in parts[age])
    absent = " AND ".join(_NOT_IN.format(age=other, part=part) for part in parts[other])
    return f"SELECT path, row FROM ({those}) AS those WHERE {absent}"  # noqa: S608  names of ours


def _rows(
    connection: sqlite3.Connection, table: Literal["came", "went"], last: str, limit: int
) -> list[tuple[str, int]]:
    """Return path and row of the first passages, in files up to the ``last`` one."""
    return connection.execute(
        f"SELECT path, row FROM {table} WHERE path <= ? ORDER BY path, row LIMIT ?",  # noqa: S608  one of two names
        [last, limit],
    ).fetchall()


def _passages(opened: Snapshot, rows: Sequence[int]) -> list[Passage]:
    with closing(PassageStore(opened.directory)) as store:
        return store.by_rows(rows)
