"""Which pairs are learned from together."""

from __future__ import annotations

from itertools import groupby
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.fitting.pairs import Pair

    Group = list[Pair]

POOL_BATCHES: Final = 40
"""Groups of like length are batched within pools of so many batches, so that order stays random."""
PAIRS_A_BATCH: Final = 14
"""Documents with few questions are put together up to so many pairs."""


def shuffled(pairs: Sequence[Pair], groups: int, seed: str) -> list[list[Pair]]:
    """Batch so many groups of like length, in an order that the seed makes."""
    random = Random(seed)  # noqa: S311  reproducible, not secret
    all_groups = _groups(pairs)
    random.shuffle(all_groups)
    pool = groups * POOL_BATCHES
    batches: list[list[Pair]] = []
    for start in range(0, len(all_groups), pool):
        like = sorted(all_groups[start : start + pool], key=_length)
        batches += [
            [pair for group in like[i : i + groups] for pair in group]
            for i in range(0, len(like), groups)
        ]
    random.shuffle(batches)
    return batches


def by_document(pairs: Sequence[Pair], groups: int, seed: str) -> list[list[Pair]]:
    """Batch groups about one document, those with an answer and those without in equal shares.

    A document with more than ``groups`` is parted.
    """
    random = Random(seed)  # noqa: S311  reproducible, not secret
    about: dict[str, list[Group]] = {}
    for group in _groups(pairs):
        about.setdefault(group[0].articles[1], []).append(group)
    parts: list[list[Pair]] = []
    for found in about.values():
        random.shuffle(found)
        count = -(-len(found) // groups)
        dealt: list[list[Pair]] = [[] for _ in range(count)]
        for answered in (True, False):
            alike = [each for each in found if any(pair.label for pair in each) == answered]
            for number, group in enumerate(alike):
                dealt[number % count] += group
        parts += [part for part in dealt if part]
    random.shuffle(parts)
    parts.sort(key=len)
    batches: list[list[Pair]] = [[]]
    for part in parts:
        if batches[-1] and len(batches[-1]) + len(part) > PAIRS_A_BATCH:
            batches.append([])
        batches[-1] += part
    random.shuffle(batches)
    return [batch for batch in batches if batch]


def _groups(pairs: Sequence[Pair]) -> list[Group]:
    return [list(members) for _, members in groupby(pairs, key=lambda pair: pair.group)]


def _length(pairs: Group) -> int:
    """Return how many characters the longest pair has."""
    return max(len(pair.question) + len(pair.title) + len(pair.sentence) for pair in pairs)
