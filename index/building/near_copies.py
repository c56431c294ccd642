"""Items → sets of near copies: those that came are compared with those that stand."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from index.text import copies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.building.gathered import Gathered
    from index.snapshots.passage_store import PassageStore


def sets(found: Gathered, before: PassageStore | None) -> dict[str, str]:
    """Name the set of near copies that each item is in, by its first one, where it has a copy."""
    rows: dict[str, int] = {}
    for row, passage in zip(np.flatnonzero(found.former < 0).tolist(), found.new, strict=True):
        rows.setdefault(passage.item, row)
    standing: Iterable[tuple[str, bytes]] = ()
    stand = found.former >= 0
    if before is not None and stand.any():
        now = np.full(len(before), -1, dtype=np.int64)
        now[found.former[stand]] = np.flatnonzero(stand)
        rows |= {item: row for old, item in before.items() if (row := int(now[old])) >= 0}
        standing = before.signatures()
    items = sorted(rows, key=rows.__getitem__)
    unsigned = {item: at for at, item in enumerate(items)}
    signatures = np.empty((len(items), copies.SIGNATURE), dtype=np.uint32)
    # What came goes first: an item that went may have had its name.
    for item, signature in chain(found.signatures.items(), standing):
        at = unsigned.pop(item, None)
        if at is not None:
            signatures[at] = np.frombuffer(signature, dtype="<u4")
    if unsigned:
        raise ValueError(f"Items without a signature: {len(unsigned)}.")
    firsts = copies.grouped(signatures)
    return {
        item: items[first] for item, first in zip(items, firsts, strict=True) if first is not None
    }
