"""Passages → the lexical index and the vocabulary: only words of what is new or gone are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.errors import SnapshotError
from index.lexical import postings, writing
from index.lexical.writing import Taken
from index.text import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.previous import Previous
    from index.records import Passage
    from index.text.vocabulary import Tally

    Rows = NDArray[np.int64]


def write(directory: Path, passages: Sequence[Passage], former: Rows, before: Previous) -> None:
    """Write both into a snapshot's directory.

    ``former`` has the row that each passage had ``before``, -1 where it was read anew.
    """
    known = _known(former, before)
    taken, counted = known or (None, None)
    fresh = [row for row in range(len(passages)) if known is None or former[row] < 0]
    terms = ((row, writing.terms_of(passages[row])) for row in fresh)
    writing.write(directory, len(passages), terms, taken)
    came = vocabulary.gather(passages[row] for row in fresh)
    vocabulary.write(directory, came if counted is None else counted.and_also(came))


def _known(former: Rows, before: Previous) -> tuple[Taken, Tally] | None:
    """Return what can be taken over: postings, and what was counted in the passages that stay.

    None where there is nothing, or where text is made into terms otherwise by now.
    """
    if before.snapshot is None or before.store is None or not (former >= 0).any():
        return None
    try:
        found = postings.read(before.snapshot.directory)
        counted = vocabulary.tally(before.snapshot.directory)
    except SnapshotError:
        return None
    if found.about.analysis != writing.analysis():
        return None
    gone = np.setdiff1d(np.arange(found.about.size), former)
    went = vocabulary.gather(before.store.by_rows(gone.tolist()))
    return Taken(found, former), counted.without(went)
