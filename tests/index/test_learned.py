"""Boosted trees: what LightGBM says of a row, read from JSON and evaluated with NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from index.features import PASSAGE_FEATURES, SENTENCE_FEATURES
from index.learned import LEAF, Evaluator, Forest, Tree, descending, used
from index.ranking_models import packaged_models

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
