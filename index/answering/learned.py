"""Boosted trees, read from JSON and evaluated with NumPy.

The trees are made by LightGBM (:mod:`index.fitting.ranker`) and kept as arrays, so that they can be
read, compared and loaded without it. Where a value is NaN, a node says which way to go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

LEAF: Final = -1
"""The feature of a node that is a leaf."""


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
    """A forest laid out as arrays, for rows of ``names``."""

    def __init__(self, forest: Forest, names: Sequence[str]) -> None:
        """Lay the trees out. ValueError where a feature is not among ``names``."""
        columns = [list(names).index(name) for name in forest.features]
        sizes = [len(tree.features) for tree in forest.trees]
        # All nodes in a row, and each child by its place in that row. A leaf leads to itself, so
        # that every row can take as many steps as the deepest tree has.
        self._roots = np.cumsum([0, *sizes], dtype=np.intp)[:-1]
        count = sum(sizes)
        self._features = np.zeros(count, dtype=np.intp)
        self._values = np.zeros(count)
        self._left = np.arange(count, dtype=np.intp)
        self._right = np.arange(count, dtype=np.intp)
        self._missing_left = np.zeros(count, dtype=np.bool_)
        for root, tree in zip(map(int, self._roots), forest.trees, strict=True):
            for node, feature in enumerate(tree.features):
                self._values[root + node] = tree.values[node]
                if feature != LEAF:
                    self._features[root + node] = columns[feature]
                    self._left[root + node] = root + tree.left[node]
                    self._right[root + node] = root + tree.right[node]
                    self._missing_left[root + node] = tree.missing_left[node]
        self._depth = max(map(_depth, forest.trees), default=0)

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the trees' outputs for each row; shape (rows,)."""
        if not len(rows):
            return np.zeros(0)
        flat = np.ascontiguousarray(rows).ravel()
        starts = np.arange(0, rows.size, int(rows.shape[1]), dtype=np.intp)[:, None]
        missing = bool(np.isnan(flat).any())
        at: NDArray[np.intp] = np.repeat(self._roots[None, :], len(rows), axis=0)
        for _ in range(self._depth):
            value = flat.take(self._features.take(at) + starts)
            left = value <= self._values.take(at)
            if missing:
                left |= np.isnan(value) & self._missing_left.take(at)
            at = np.where(left, self._left.take(at), self._right.take(at))
        return self._values.take(at).sum(axis=1)


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


def _depth(tree: Tree) -> int:
    depths = [0] * len(tree.features)
    for node, feature in enumerate(tree.features):  # a node stands before its children
        if feature != LEAF:
            depths[tree.left[node]] = depths[tree.right[node]] = depths[node] + 1
    return max(depths)
