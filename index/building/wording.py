"""Passages → the lexical index and the vocabulary: only words of what is new or gone are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.errors import SnapshotError
from index.lexical import segmenting, writing
from index.lexical.writing import Taken
from index.text import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.previous import Previous
    from index.lexical.segmenting import Part
    from index.records import Passage
    from index.text.vocabulary import Tally

    Rows = NDArray[np.int64]


def write(
    directory: Path,
    passages: Sequence[Passage],
    published: NDArray[np.datetime64],
    former: Rows,
    before: Previous,
) -> None:
    """Write both into a snapshot's directory.

    ``former`` has the row that each passage had ``before``, -1 where it was read anew;
    ``published`` has their dates.
    """
    parts, counted = _known(former, before) or ([], None)
    segments = segmenting.by_time(published, segmenting.MOST)
    for number, places in enumerate(segments):
        taken = _taken(parts, former[places])
        own: list[int] = places.tolist()
        new: list[int] = np.flatnonzero(taken.rows < 0).tolist() if taken else list(range(len(own)))
        terms = ((row, writing.terms_of(passages[own[row]])) for row in new)
        if len(segments) == 1:
            writing.write(directory, len(passages), terms, taken)
        else:
            segmenting.write(directory, number, places, terms, taken)
    came = vocabulary.gather(
        passages
        if counted is None
        else (passages[row] for row in np.flatnonzero(former < 0).tolist())
    )
    vocabulary.write(directory, came if counted is None else counted.and_also(came))


def _taken(parts: Sequence[Part], former: Rows) -> Taken | None:
    """Return the postings that a segment takes over: of the one that has most of its passages."""
    best, most = None, 0
    for part in parts:
        at = np.searchsorted(part.places, former)
        at[at == len(part.places)] = 0
        rows = np.where(part.places[at] == former, at, -1) if len(part.places) else at - 1
        count = int((rows >= 0).sum())
        if count > most:
            best, most = Taken(part.postings, rows), count
    return best


def _known(former: Rows, before: Previous) -> tuple[list[Part], Tally] | None:
    """Return what can be taken over: postings, and what was counted in the passages that stay.

    None where there is nothing, or where text is made into terms otherwise by now.
    """
    if before.snapshot is None or before.store is None or not (former >= 0).any():
        return None
    try:
        parts = segmenting.read(before.snapshot.directory)
        counted = vocabulary.tally(before.snapshot.directory)
    except SnapshotError:
        return None
    if any(each.postings.about.analysis != writing.analysis() for each in parts):
        return None
    size = sum(each.postings.about.size for each in parts)
    gone = np.setdiff1d(np.arange(size), former)
    went = vocabulary.gather(before.store.by_rows(gone.tolist()))
    return parts, counted.without(went)
