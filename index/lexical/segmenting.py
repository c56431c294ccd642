"""A big lexical index is cut into segments, by time, each of which is written by itself.

A segment is made from its own passages alone, in memory that grows with it and not with the
corpus, in any order and on any machine; what the corpus says as a whole, how rare a term is and
how long a passage, is added up when the segments are opened. Each ends with a month, so that news
changes the last one and what was indexed earlier is taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from index.lexical import postings, writing
from index.mapped import mapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.lexical.postings import Postings
    from index.lexical.writing import Taken

    Rows = NDArray[np.int64]

MOST: Final = 2**22
"""So many passages, about, are one segment. A posting is sorted in 8 bytes: some gigabytes."""
_PLACES: Final = "places.npy"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment, and which row of the corpus each of its own rows is, ascending."""

    postings: Postings
    places: Rows


def by_time(published: NDArray[np.datetime64], most: int = MOST) -> list[Rows]:
    """Cut a corpus into segments of whole months, at most ``most`` passages each; rows ascend.

    A month of more passages is cut by their rows. What has no date, NaT, comes first.
    """
    if len(published) <= most:
        return [np.arange(len(published))]
    months: list[int] = published.astype("datetime64[M]").astype(np.int64).tolist()
    order = sorted(range(len(months)), key=lambda row: (months[row], row))
    segments: list[list[int]] = [[]]
    for _, month in groupby(order, key=months.__getitem__):
        rows = list(month)
        if segments[-1] and len(segments[-1]) + len(rows) > most:
            segments.append([])
        for start in range(0, len(rows), most):
            if start:
                segments.append([])
            segments[-1] += rows[start : start + most]
    return [np.array(sorted(rows), dtype=np.int64) for rows in segments]


def write(
    snapshot: Path,
    number: int,
    places: Rows,
    fresh: Iterable[tuple[int, Sequence[str]]],
    taken: Taken | None = None,
) -> None:
    """Index one segment into the snapshot's directory; ``places`` are its rows in the corpus.

    ``fresh`` are its own rows, from 0 on, with their terms; the others' are ``taken`` over.
    """
    directory = snapshot / postings.DIRECTORY / f"{number:05}"
    postings.write(directory, writing.made(len(places), fresh, taken))
    np.save(directory / _PLACES, places)


def read(snapshot: Path) -> list[Part]:
    """Map all segments of a snapshot's directory. Raises CorruptSnapshotError."""
    directory = snapshot / postings.DIRECTORY
    cut = sorted(directory.glob("[0-9]*/"))
    if not cut:
        whole = postings.read(directory)
        return [Part(whole, np.arange(whole.about.size))]
    try:
        parts = [Part(postings.read(each), mapped(each / _PLACES, np.int64)) for each in cut]
    except (OSError, ValueError) as error:
        raise postings.corrupt(directory) from error
    size = sum(len(each.places) for each in parts)
    seen = np.zeros(size, dtype=np.bool_)
    for each in parts:
        if len(each.places) != each.postings.about.size or (each.places >= size).any():
            raise postings.corrupt(directory)
        seen[each.places] = True
    if not seen.all():
        raise postings.corrupt(directory)
    return parts
