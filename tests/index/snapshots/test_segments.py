"""Which vectors of an earlier snapshot stay where they lie, and when all are laid anew."""

from __future__ import annotations

import numpy as np

from index.snapshots import segments


def test_what_stays_keeps_its_slot_and_what_came_lies_beside() -> None:
    """Of two rows with one slot the first has it; the other's vector is written again."""
    lay = np.concatenate([np.arange(100), [-1, 7]])
    made = segments.plan(lay, 100)
    assert made is not None
    assert made.slots[:100].tolist() == list(range(100))
    assert made.beside.tolist() == [100, 101]
    assert made.slots[100:].tolist() == [100, 101]
    assert made.gone == 0


def test_where_too_much_changed_all_is_laid_anew() -> None:
    """New and unused vectors together are a bounded share of the main segment."""
    most = int(segments.SIDE_MOST * 100)
    assert segments.plan(np.arange(100 - most), 100) is not None
    assert segments.plan(np.arange(100 - most - 1), 100) is None
    assert segments.plan(np.concatenate([np.arange(100), np.full(most + 1, -1)]), 100) is None
