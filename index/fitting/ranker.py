"""Boosted trees that put the right candidates of a question first (library: LightGBM).

LambdaMART (Burges, 2010) on the features of :mod:`index.answering.evidence`. That more of the
question's words, or a nearer vector, never counts against a candidate is built in: trees so bound
hold better on corpora that they were not made on.
"""
# LightGBM is typed in parts.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.answering.learned import LEAF, Forest, Tree
from index.fitting.errors import TooFewQuestionsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RISING: Final = frozenset(
    {
        "cosine",
        "lexical_share",
        "fused",
        "coverage",
        "names_covered",
        "names_covered_around",
        "bigrams",
        "sentence_coverage",
        "window_coverage",
        "sentence_cosine",
        "coverage_with_previous",
        "kind_matches",
        "passage",
        "outlet_asked",
        "time_asked",
        "scorer",
        "sentence",
    }
)
"""Features of which more never counts against a candidate."""
FALLING: Final = frozenset(
    {
        "cosine_below_best",
        "fused_below_best",
        "dense_rank",
        "lexical_rank",
        "coverage_below_best",
        "sentence_coverage_below_best",
        "window_coverage_below_best",
        "sentence_cosine_below_best",
        "passage_below_best",
        "passage_rank",
        "scorer_below_best",
        "sentence_below_best",
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one question: their features, which are right, and what it weighs."""

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to grow the trees."""

    trees: int = 300
    leaves: int = 8
    learning_rate: float = 0.06
    least_in_leaf: int = 60
    seed: int = 20261124


def fit(
    groups: Sequence[Group], names: Sequence[str], kept: Sequence[str], recipe: Recipe
) -> Forest:
    """Fit trees over the ``kept`` ones of the named columns; the same for the same groups.

    Raises TooFewQuestionsError where no question has right and wrong candidates.
    """
    import lightgbm

    telling = [group for group in groups if group.right.any() and not group.right.all()]
    if not telling:
        raise TooFewQuestionsError(
            "No question has its right passage or sentence among those found, and wrong ones too.",
            remedy="Fit on data sets whose questions have relevant documents and evidence.",
        )
    columns = [list(names).index(name) for name in kept]
    rows = np.concatenate([group.rows[:, columns] for group in telling])
    right = np.concatenate([group.right for group in telling]).astype(np.int32)
    weights = np.concatenate([np.full(len(group.right), group.weight) for group in telling])
    data = lightgbm.Dataset(
        rows,
        label=right,
        weight=weights,
        group=[len(group.right) for group in telling],
        feature_name=list(kept),
        params={"verbose": -1},
    )
    booster: Any = lightgbm.train(
        {
            "objective": "lambdarank",
            "lambdarank_truncation_level": 5,
            "num_leaves": recipe.leaves,
            "learning_rate": recipe.learning_rate,
            "min_data_in_leaf": recipe.least_in_leaf,
            "feature_fraction": 0.7,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "monotone_constraints": [(name in RISING) - (name in FALLING) for name in kept],
            "seed": recipe.seed,
            "deterministic": True,
            "num_threads": 1,
            "verbose": -1,
        },
        data,
        num_boost_round=recipe.trees,
    )
    return forest_of(booster, kept)


def forest_of(booster: Any, names: Sequence[str]) -> Forest:
    """Read LightGBM's trees out of it."""
    described: dict[str, Any] = booster.dump_model()
    return Forest(
        tuple(names), tuple(_tree(each["tree_structure"]) for each in described["tree_info"])
    )


def _tree(root: dict[str, Any]) -> Tree:
    """Lay LightGBM's nested nodes out in a row, each before its children."""
    nodes: list[tuple[int, float, int, int, bool]] = []

    def add(node: dict[str, Any]) -> int:
        at = len(nodes)
        if "leaf_value" in node:
            nodes.append((LEAF, float(node["leaf_value"]), 0, 0, False))
            return at
        nodes.append((LEAF, 0.0, 0, 0, False))
        left = add(node["left_child"])
        right = add(node["right_child"])
        # Where no value was missing in training, LightGBM reads a missing one as 0.
        missing_left = (
            node["threshold"] >= 0.0 if node["missing_type"] == "None" else node["default_left"]
        )
        feature, threshold = int(node["split_feature"]), float(node["threshold"])
        nodes[at] = (feature, threshold, left, right, bool(missing_left))
        return at

    add(root)
    features, values, left, right, missing_left = zip(*nodes, strict=True)
    return Tree(features, values, left, right, missing_left)
