"""Which vectors of a rebuilt index stay in the segment they lie in, and which lie beside it.

A big index's main segment is the same file in snapshot after snapshot. What comes lies in a small
side segment, written anew each time; what goes leaves its slot empty. When both together pass a
share of the main segment, all is written into a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

SIDE_MOST: Final = 0.05
"""Above this share of the main segment, what came and what went is merged into it."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Where each row's vector will lie.

    ``slots`` says so, those of the side segment after all of the main one; ``beside`` are the rows
    in it, in order. Of the main segment's slots, ``gone`` belong to no row.
    """

    slots: Rows
    beside: Rows
    gone: int


def plan(lay: Rows, main: int) -> Plan | None:
    """Leave in a main segment of so many slots what lies there; None where it is to be merged.

    ``lay`` says in which slot each row's vector lies, -1 or beyond the main segment where in none
    of its. Of two rows with one slot, the first has it.
    """
    slots = np.full(len(lay), -1, dtype=np.int64)
    stay = np.flatnonzero((lay >= 0) & (lay < main))
    _, first = np.unique(lay[stay], return_index=True)
    stay = stay[first]
    slots[stay] = lay[stay]
    beside = np.flatnonzero(slots < 0)
    gone = main - len(stay)
    if len(beside) + gone > SIDE_MOST * main:
        return None
    slots[beside] = main + np.arange(len(beside))
    return Plan(slots, beside, gone)
