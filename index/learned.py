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


class Evaluator:
    """A forest laid out as arrays, for rows of ``names``."""

    def __init__(self, forest: Forest, names: Sequence[str]) -> None:
        """Lay the trees out. ValueError where a feature is not among ``names``."""
        columns = [list(names).index(name) for name in forest.features]
        width = max((len(tree.features) for tree in forest.trees), default=1)
        shape = (len(forest.trees), width)
        self._features = np.full(shape, LEAF, dtype=np.intp)
        self._values = np.zeros(shape)
        self._left = np.zeros(shape, dtype=np.intp)
        self._right = np.zeros(shape, dtype=np.intp)
        self._missing_left = np.zeros(shape, dtype=np.bool_)
        self._depth = 0
        for number, tree in enumerate(forest.trees):
            size = len(tree.features)
            self._features[number, :size] = [
                LEAF if feature == LEAF else columns[feature] for feature in tree.features
            ]
            self._values[number, :size] = tree.values
            self._left[number, :size] = tree.left
            self._right[number, :size] = tree.right
            self._missing_left[number, :size] = tree.missing_left
            self._depth = max(self._depth, _depth(tree))

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the trees' outputs for each row; shape (rows,)."""
        trees = np.arange(len(self._features))[None, :]
        at = np.zeros((len(rows), len(self._features)), dtype=np.intp)
        row = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            feature = self._features[trees, at]
            value = rows[row, feature]  # a leaf's LEAF takes the last column, and is not used
            goes_left = np.where(
                np.isnan(value), self._missing_left[trees, at], value <= self._values[trees, at]
            )
            onward = np.where(goes_left, self._left[trees, at], self._right[trees, at])
            at = np.where(feature == LEAF, at, onward)
        return self._values[trees, at].sum(axis=1)


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
