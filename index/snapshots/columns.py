"""What passages can be filtered by, a column each, mapped into memory: no question reads it all.

A column of words keeps each value once, sorted, and a number a passage: 0 for none, else one more
than the value's place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Final

import numpy as np

from index.errors import CorruptSnapshotError
from index.mapped import mapped
from index.text.word_list import WordList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.expressions import Fields
    from index.records import Passage

DIRECTORY: Final = "columns"
_PUBLISHED: Final = "published.npy"

OUTLET: Final = "outlet"
LANGUAGE: Final = "language"
PUBLISHED: Final = "published"
"""In seconds since 1970."""
DATED_FROM: Final = -(2**62)
"""What has no date, NaT, is earlier than any date."""


@dataclass(frozen=True, slots=True)
class Column:
    """``values`` are sorted; ``numbers`` has one a passage, in row order."""

    values: Sequence[str]
    numbers: NDArray[np.uint32]

    @classmethod
    def of(cls, said: Sequence[str | None]) -> Column:
        """Lay out what each passage has, None or empty for nothing."""
        values = sorted({each for each in said if each})
        number = {value: at for at, value in enumerate(values, start=1)}
        numbers = np.array([number[each] if each else 0 for each in said], dtype=np.uint32)
        return cls(values, numbers)

    def value(self, row: int) -> str | None:
        """Return what a passage has."""
        number = int(self.numbers[row])
        return self.values[number - 1] if number else None

    def where(self, meets: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Return the rows whose value meets a condition; none without a value does."""
        return self.having(map(meets, self.values))

    def having(self, met: Iterable[bool]) -> NDArray[np.bool_]:
        """Return the rows whose value is one of those that are ``met``, given in their order."""
        return np.array([False, *met], dtype=np.bool_)[self.numbers]

    def most_common(self) -> list[str]:
        """Return the values, those of most passages first, then those of the first passages."""
        numbers, first, counts = np.unique(self.numbers, return_index=True, return_counts=True)
        order: list[int] = numbers[np.lexsort((first, -counts))].tolist()
        return [self.values[number - 1] for number in order if number]


def _undated() -> NDArray[np.datetime64]:
    return np.zeros(0, dtype="datetime64[s]")


@dataclass(frozen=True, slots=True)
class Columns:
    """In row order; ``published`` is in UTC, NaT where nothing is known.

    ``languages`` are those that the sources name, else those found in the text.
    """

    outlets: Column
    languages: Column
    titles: Column
    published: NDArray[np.datetime64] = field(default_factory=_undated)

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.published)


_WORDS: Final = ("outlets", "languages", "titles")


def of(passages: Iterable[Passage]) -> Columns:
    """Lay out the columns of passages in row order."""
    said = [(each.metadata, each.spoken) for each in passages]
    dates = [
        metadata.published.astimezone(UTC).replace(tzinfo=None) if metadata.published else None
        for metadata, _ in said
    ]
    return Columns(
        Column.of([metadata.outlet for metadata, _ in said]),
        Column.of([metadata.language or spoken for metadata, spoken in said]),
        Column.of([metadata.title for metadata, _ in said]),
        np.array(dates, dtype="datetime64[s]"),
    )


def merged(new: Columns, former: NDArray[np.int64], before: Columns) -> Columns:
    """Return the columns of passages of which some have a ``former`` row, and others are new.

    ``former`` says -1 for the latter, which have the rows of ``new``, in order.
    """
    stand = former >= 0
    published = np.empty(len(former), dtype="datetime64[s]")
    published[stand] = before.published[former[stand]]
    published[~stand] = new.published
    outlets, languages, titles = (
        _merged(getattr(new, name), stand, getattr(before, name), former) for name in _WORDS
    )
    return Columns(outlets, languages, titles, published)


def _merged(
    new: Column, stand: NDArray[np.bool_], before: Column, former: NDArray[np.int64]
) -> Column:
    kept = before.numbers[former[stand]]
    used: list[int] = np.unique(kept[kept > 0]).tolist()
    names = [before.values[number - 1] for number in used]
    values = sorted({*names, *new.values})
    number = {value: at for at, value in enumerate(values, start=1)}
    numbers = np.zeros(len(former), dtype=np.uint32)
    now = np.zeros(len(before.values) + 1, dtype=np.uint32)
    now[used] = [number[name] for name in names]
    numbers[stand] = now[kept]
    now = np.array([0, *(number[value] for value in new.values)], dtype=np.uint32)
    numbers[~stand] = now[new.numbers]
    return Column(values, numbers)


def fields(columns: Columns) -> Fields:
    """Return what an engine may filter by, a number a passage; no text is among it, no copy."""
    return {
        OUTLET: columns.outlets.numbers,
        LANGUAGE: columns.languages.numbers,
        PUBLISHED: columns.published.astype("datetime64[s]", copy=False).view(np.int64),
    }


def write(directory: Path, columns: Columns) -> None:
    """Write the columns into a snapshot's directory."""
    home = directory / DIRECTORY
    home.mkdir()
    for name in _WORDS:
        column: Column = getattr(columns, name)
        WordList.of(column.values).write(home, name)
        np.save(home / f"{name}_numbers.npy", column.numbers)
    np.save(home / _PUBLISHED, columns.published)


def read(directory: Path) -> Columns:
    """Map the columns of a snapshot's directory. Raises CorruptSnapshotError."""
    home = directory / DIRECTORY
    try:
        outlets, languages, titles = (
            Column(WordList.open(home, name), mapped(home / f"{name}_numbers.npy", np.uint32))
            for name in _WORDS
        )
        published = mapped(home / _PUBLISHED, np.dtype("datetime64[s]"))
    except (OSError, ValueError) as error:
        raise _corrupt(home) from error
    columns = Columns(outlets, languages, titles, published)
    if {len(each.numbers) for each in (outlets, languages, titles)} != {len(published)}:
        raise _corrupt(home)
    return columns


def _corrupt(home: Path) -> CorruptSnapshotError:
    return CorruptSnapshotError(
        f"The columns of the index {home} cannot be read.",
        remedy="Run `newsquote rebuild`.",
        path=str(home),
    )
