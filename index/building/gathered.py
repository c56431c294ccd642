"""A corpus as passages: those read now, and those that stand as they did in the snapshot before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.corpus.problems import Problem
    from index.records import Passage, SourceFile
    from index.snapshots.file_stamps import Stamp
    from index.snapshots.passage_store import PassageStore

    Rows = NDArray[np.int64]

_CHUNK: Final = 4_096


@dataclass(frozen=True, slots=True)
class Changed:
    """Which files came, changed and went since the snapshot before."""

    added: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A corpus as passages, file by file; ``rows`` are those of each file's.

    ``former`` has the row of each passage in the snapshot that it is taken over from as it is, -1
    where it was read now: those are ``new``, in row order. Of these, ``texts`` are the extracted
    ones by hash, and ``signatures`` those of the items. ``encodings`` name those of all files that
    are not UTF-8. ``problems`` are those of the files that were read now; ``stamps`` say how files
    look.
    """

    root: Path
    files: tuple[SourceFile, ...]
    rows: tuple[range, ...]
    former: Rows
    new: Sequence[Passage]
    texts: dict[str, str]
    signatures: dict[str, bytes]
    encodings: dict[str, str] = field(default_factory=dict[str, str])
    skipped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    changed: Changed = field(default_factory=Changed)
    stamps: dict[str, Stamp] = field(default_factory=dict[str, "Stamp"])

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.former)

    @property
    def snippets(self) -> int:
        """Count the snippets."""
        return sum(file.snippets for file in self.files)


def anew(
    root: Path,
    files: Sequence[SourceFile],
    passages: Sequence[Passage],
    texts: dict[str, str],
    signatures: dict[str, bytes],
) -> Gathered:
    """Return a corpus of which nothing is known; a file's passages follow each other."""
    rows: dict[str, range] = {}
    row = 0
    for path, run in groupby(passages, lambda each: each.place.path):
        start, row = row, row + sum(1 for _ in run)
        if path in rows:
            raise ValueError(f"The passages of {path} do not follow each other.")
        rows[path] = range(start, row)
    return Gathered(
        root,
        tuple(files),
        tuple(rows.get(file.path, range(0)) for file in files),
        np.full(len(passages), -1, dtype=np.int64),
        passages,
        texts,
        signatures,
        encodings(passages),
    )


def encodings(passages: Sequence[Passage]) -> dict[str, str]:
    """Name the encodings of files that are not UTF-8."""
    return {
        each.place.path: each.place.encoding for each in passages if each.place.encoding != "utf-8"
    }


class Passages(Sequence["Passage"]):
    """All passages of a corpus by row; one that stands is read when it is asked for."""

    def __init__(self, found: Gathered, before: PassageStore | None) -> None:
        self._former = found.former
        self._new = found.new
        self._place = np.cumsum(found.former < 0) - 1
        self._before = before

    def __len__(self) -> int:
        """Count them."""
        return len(self._former)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> list[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | list[Passage]:
        """Return one, or several in row order."""
        if isinstance(row, int):
            return self[range(len(self))[row] : range(len(self))[row] + 1][0]
        former = self._former[row]
        stand: list[int] = former[former >= 0].tolist()
        standing = iter(self._before.by_rows(stand) if self._before is not None and stand else [])
        return [
            self._new[place] if old < 0 else next(standing)
            for old, place in zip(former.tolist(), self._place[row].tolist(), strict=True)
        ]

    def __iter__(self) -> Iterator[Passage]:
        """Yield them, a few thousand in memory at a time."""
        for start in range(0, len(self), _CHUNK):
            yield from self[start : start + _CHUNK]
