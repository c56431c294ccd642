"""Which texts to embed together.

A batch is padded to its longest text, so texts of like length go together, and a batch is
bounded by its padded size, not by a count: both measured several times faster on mixed lengths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_PIECES: Final = 1_024


def batches(lengths: Sequence[int], budget: int = BATCH_PIECES) -> Iterator[list[int]]:
    """Yield the positions of ``lengths`` in groups whose padded size stays within ``budget``.

    Longest first; a text that is longer than the budget alone makes a group of its own.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    group: list[int] = []
    for i in order:
        if group and lengths[group[0]] * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(i)
    if group:
        yield group
