"""Boosted trees, read from JSON and evaluated with NumPy.

The trees are made by LightGBM (:mod:`index.fitting.ranker`) and kept as arrays, so that they can be
read, compared and loaded without it. Where a value is NaN, a node says which way to go.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

LEAF: Final = -1
"""The feature of a node that is a leaf."""
MOST_LEAVES: Final = 64
_MASKS: Final = (np.uint8, np.uint16, np.uint32, np.uint64)


class Tree(msgspec.Struct, frozen=True):
    """One tree; its nodes are numbered from the root, 0.

    Where ``features[n]`` is LEAF, ``values[n]`` is the tree's output; else a row goes on to
    ``left[n]`` where its value is at most ``values[n]``, or to ``right[n]``.
    """

    features: tuple[int, ...]
    values: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    missing_left: tuple[bool, ...]


class Forest(msgspec.Struct, frozen=True):
    """The trees over named features; their outputs are added up."""

    features: tuple[str, ...]
    trees: tuple[Tree, ...]

    def or_none(self, names: Sequence[str]) -> Forest:
        """Return itself, or no trees where one asks for a feature that is not among ``names``."""
        return self if set(self.features).issubset(names) else Forest((), ())


class Evaluator:
    """A forest laid out for rows of ``names``.

    As in QuickScorer (Lucchese et al. 2015): a tree's leaves are the bits of a mask, from the left.
    Every split that sends a row to the right strikes out the leaves on its left; the first one that
    is left is where the row ends. What the splits on one feature strike out together depends on
    how many of their thresholds a value exceeds alone, and is laid out beforehand.
    """

    def __init__(self, forest: Forest, names: Sequence[str]) -> None:
        """Lay the trees out. ValueError where a feature is no name, or a tree too big."""
        columns = [list(names).index(name) for name in forest.features]
        most = max((tree.features.count(LEAF) for tree in forest.trees), default=1)
        if most > MOST_LEAVES:
            raise ValueError(f"A tree has {most} leaves, more than {MOST_LEAVES}.")
        masks = next(kind for kind in _MASKS if np.iinfo(kind).bits >= most)
        self._every = np.iinfo(masks).max
        self._values = np.zeros((len(forest.trees), most))
        splits: dict[int, list[_Split]] = {}
        for number, tree in enumerate(forest.trees):
            leaves, own = _splits(tree)
            self._values[number, : len(leaves)] = leaves
            for feature, threshold, left, missing_left in own:
                split = _Split(threshold, number, self._every & ~left, missing_left)
                splits.setdefault(columns[feature], []).append(split)
        self._starts = np.arange(len(forest.trees)) * most
        self._columns = [
            (column, *_laid_out(found, len(forest.trees), masks))
            for column, found in sorted(splits.items())
        ]

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the trees' outputs for each row; shape (rows,)."""
        if not len(rows):
            return np.zeros(0)
        shape = (len(rows), len(self._starts))
        left = np.full(shape, self._every, dtype=np.min_scalar_type(self._every))
        for column, thresholds, struck in self._columns:
            values = rows[:, column]
            exceeded = thresholds.searchsorted(values)
            exceeded[np.isnan(values)] = len(thresholds) + 1
            left &= struck.take(exceeded, axis=0)
        first = left & (~left + left.dtype.type(1))
        # A power of two, exact in 32 bits.
        leaf = np.frexp(first.astype(np.float32))[1] - 1
        outputs: NDArray[np.float64] = self._values.ravel()[leaf + self._starts]
        return outputs.sum(axis=1)


class _Split(NamedTuple):
    """A split of a tree: ``kept`` are the leaves that are left of a row that goes to the right."""

    threshold: float
    tree: int
    kept: int
    missing_left: bool


def _splits(tree: Tree) -> tuple[list[float], list[tuple[int, float, int, bool]]]:
    """Return the leaves from the left, and each split's feature, threshold, mask of its left side.

    And whether a missing value goes left there.
    """
    leaves: list[float] = []
    splits: list[tuple[int, float, int, bool]] = []

    def walk(node: int) -> int:
        """Number the leaves below a node, and return their mask."""
        if tree.features[node] == LEAF:
            leaves.append(tree.values[node])
            return 1 << (len(leaves) - 1)
        left = walk(tree.left[node])
        right = walk(tree.right[node])
        missing_left = tree.missing_left[node]
        splits.append((tree.features[node], tree.values[node], left, missing_left))
        return left | right

    walk(0)
    return leaves, splits


def _laid_out(
    splits: list[_Split], trees: int, masks: type[np.unsignedinteger[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.unsignedinteger[Any]]]:
    """Return the thresholds on one feature, ascending, and the leaves left of each tree.

    In row n where a value exceeds n of them; in the last one where it is missing.
    """
    splits.sort(key=attrgetter("threshold"))
    thresholds, numbers, of_split, missing_left = map(np.array, zip(*splits, strict=True))
    of_split = of_split.astype(masks)
    kept = np.full((len(splits) + 2, trees), np.iinfo(masks).max, dtype=masks)
    kept[np.arange(1, len(splits) + 1), numbers] = of_split
    np.bitwise_and.accumulate(kept[:-1], axis=0, out=kept[:-1])
    np.bitwise_and.at(kept[-1], numbers[~missing_left], of_split[~missing_left])
    return thresholds, kept


def descending(scores: NDArray[np.float64]) -> list[int]:
    """Return the positions of the scores, highest first; of equal ones the first first."""
    return [int(at) for at in np.argsort(-scores, kind="stable")]


def used(forest: Forest) -> Mapping[str, int]:
    """Count the nodes that split on each feature."""
    counts = dict.fromkeys(forest.features, 0)
    for tree in forest.trees:
        for feature in tree.features:
            if feature != LEAF:
                counts[forest.features[feature]] += 1
    return counts
