"""Boosted trees: what LightGBM says of a row, read from JSON and evaluated with NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.answering.features import PASSAGE_FEATURES, SENTENCE_FEATURES
from index.answering.learned import LEAF, Evaluator, Forest, Tree, descending, used
from index.answering.ranking_models import packaged_models

if TYPE_CHECKING:
    from collections.abc import Sequence

# x at most 1 → (y at most 0 → 1, else 2), else 4; a missing x goes right, a missing y left.
TREE = Tree(
    features=(0, 1, LEAF, LEAF, LEAF),
    values=(1.0, 0.0, 1.0, 2.0, 4.0),
    left=(1, 2, 0, 0, 0),
    right=(4, 3, 0, 0, 0),
    missing_left=(False, True, False, False, False),
)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (1.0, 0.0, 1.0),
        (0.5, 0.1, 2.0),
        (1.1, 0.0, 4.0),
        (float("nan"), 0.0, 4.0),
        (1.0, float("nan"), 1.0),
    ],
)
def test_a_row_ends_in_the_leaf_that_its_values_lead_to(
    x: float, y: float, expected: float
) -> None:
    """At most the threshold goes left, more goes right, and a missing value as the node says."""
    evaluator = Evaluator(Forest(("x", "y"), (TREE,)), ["y", "unused", "x"])
    assert evaluator.scores(np.array([[y, 7.0, x]])).tolist() == [expected]


def test_the_trees_are_added_up() -> None:
    """A forest's score is the sum of its trees', whatever their sizes."""
    stump = Tree((LEAF,), (0.25,), (0,), (0,), (False,))
    evaluator = Evaluator(Forest(("x", "y"), (TREE, stump)), ["x", "y"])
    assert evaluator.scores(np.array([[0.0, 0.0], [2.0, 0.0]])).tolist() == [1.25, 4.25]


VALUES = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A tree over two features, grown at its leaves one split after the other."""
    nodes: list[tuple[int, float, int, int, bool]] = [(LEAF, draw(VALUES), 0, 0, False)]
    for _ in range(draw(st.integers(0, 6) | st.sampled_from([7, 8, 15, 16, 31, 32, 63]))):
        at = draw(st.sampled_from([n for n, node in enumerate(nodes) if node[0] == LEAF]))
        feature, threshold, missing = draw(st.tuples(st.integers(0, 1), VALUES, st.booleans()))
        nodes[at] = (feature, threshold, len(nodes), len(nodes) + 1, missing)
        nodes += [(LEAF, draw(VALUES), 0, 0, False), (LEAF, draw(VALUES), 0, 0, False)]
    return Tree(*(tuple(column) for column in zip(*nodes, strict=True)))


def walked(tree: Tree, row: Sequence[float]) -> float:
    """Go from the root to a leaf, step by step."""
    at = 0
    while tree.features[at] != LEAF:
        value = row[tree.features[at]]
        left = tree.missing_left[at] if math.isnan(value) else value <= tree.values[at]
        at = tree.left[at] if left else tree.right[at]
    return tree.values[at]


@settings(deadline=None)
@given(
    forest=st.lists(trees(), max_size=4),
    rows=st.lists(st.tuples(*[VALUES | st.just(math.nan)] * 2), max_size=4),
)
def test_trees_evaluated_together_give_what_each_gives(
    forest: list[Tree], rows: list[tuple[float, float]]
) -> None:
    """Whatever their shapes, and where values are missing; no row has no score."""
    evaluator = Evaluator(Forest(("x", "y"), tuple(forest)), ["x", "y"])
    scores = evaluator.scores(np.array(rows).reshape(len(rows), 2))
    assert scores.tolist() == [sum(walked(tree, row) for tree in forest) for row in rows]


def test_a_tree_of_more_leaves_than_a_mask_has_bits_is_refused() -> None:
    """It is not cut off."""
    count = 64
    tree = Tree(
        features=(0, LEAF) * count + (LEAF,),
        values=(0.0,) * (2 * count + 1),
        left=tuple(range(1, 2 * count + 2)),
        right=tuple(range(2, 2 * count + 3)),
        missing_left=(False,) * (2 * count + 1),
    )
    with pytest.raises(ValueError, match="65"):
        Evaluator(Forest(("x",), (tree,)), ["x"])


def test_a_feature_that_nobody_measures_is_refused() -> None:
    """Trees over other features than are measured are an error, not a silent zero."""
    with pytest.raises(ValueError, match="z"):
        Evaluator(Forest(("z",), (TREE,)), ["x", "y"])


def test_the_packaged_trees_fit_what_is_measured() -> None:
    """The shipped file is over the features of today, and uses most of them."""
    models = packaged_models()
    Evaluator(models.passages, PASSAGE_FEATURES)
    Evaluator(models.sentences, SENTENCE_FEATURES)
    for forest in (models.passages, models.sentences):
        counts = used(forest)
        assert sum(1 for count in counts.values() if count) > len(counts) / 2


def test_equal_scores_keep_their_order() -> None:
    """Highest first; of equals the first stays first."""
    assert descending(np.array([1.0, 3.0, 1.0, 3.0])) == [1, 3, 0, 2]
