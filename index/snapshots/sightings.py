"""Which passages were never seen before, whatever snapshots came and went meanwhile.

A passage leaves two marks: of its id, and of what its vector was made from. New is a passage
neither of whose marks is known. So what only moved in its file is not new (the id stays), nor is a
file that was renamed (title and words stay), nor a corpus that another model embedded (the ids
stay), nor what an earlier snapshot had and a rollback took away. Whoever asks keeps the marks, 16
bytes a passage: an earlier snapshot itself may have been cleared away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Marks = NDArray[np.uint64]

MOST_MARKS: Final = 2_000_000
"""So many are kept (16 MB), if one snapshot has not more; those seen last stay."""
_HEX: Final = 16
"""Digits of a hash in a mark: two of a million passages share one once in 40 million times."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a snapshot has that was never seen: the rows by passage id, in row order.

    ``known`` is to be kept and given back for the next snapshot.
    """

    rows: Mapping[str, int]
    known: bytes


def fresh(ids: Sequence[str], vector_keys: Sequence[str], known: bytes) -> Fresh:
    """Tell which passages are new; ``ids`` and ``vector_keys`` are hexadecimal, in row order.

    ``known`` is what an earlier call returned, empty where there was none: then all are new.
    """
    before = np.frombuffer(known, dtype=np.uint64)
    now = np.stack([_marks(ids), _marks(vector_keys)], axis=1)
    rows = np.flatnonzero(~np.isin(now, before).any(axis=1))
    return Fresh({ids[row]: row for row in rows.tolist()}, _added(before, now).tobytes())


def _marks(hashes: Sequence[str]) -> Marks:
    return np.array([int(each[:_HEX], 16) for each in hashes], dtype=np.uint64)


def _added(before: Marks, now: Marks) -> Marks:
    """Return all marks, those of this snapshot last, without the oldest where they are too many."""
    seen = np.unique(now)
    older = before[~np.isin(before, seen)]
    room = max(MOST_MARKS - len(seen), 0)
    return np.concatenate([older[len(older) - min(room, len(older)) :], seen])
