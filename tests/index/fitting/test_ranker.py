"""Fitting trees: they find what tells right from wrong, and are what LightGBM made."""

from __future__ import annotations

import numpy as np
import pytest

from index.answering.learned import Evaluator
from index.fitting.errors import TooFewQuestionsError
from index.fitting.ranker import Group, Recipe, fit

pytest.importorskip("lightgbm")

NAMES = ["noise", "coverage"]
RECIPE = Recipe(trees=20, least_in_leaf=5)


def groups(count: int) -> list[Group]:
    """Questions whose right candidate has the best coverage."""
    random = np.random.default_rng(7)
    made: list[Group] = []
    for _ in range(count):
        rows = random.random((6, 2))
        right = np.zeros(6, np.bool_)
        right[int(np.argmax(rows[:, 1]))] = True
        made.append(Group(rows, right))
    return made


def test_trees_put_the_right_candidate_first() -> None:
    """On questions that they were not fitted on, mostly; chance would be one in six."""
    evaluator = Evaluator(fit(groups(120), NAMES, NAMES, RECIPE), NAMES)
    unseen = groups(170)[120:]
    first = [bool(each.right[int(np.argmax(evaluator.scores(each.rows)))]) for each in unseen]
    assert sum(first) > 0.7 * len(first)


def test_more_coverage_never_counts_against_a_candidate() -> None:
    """The bound holds everywhere, not only where there were examples."""
    evaluator = Evaluator(fit(groups(120), NAMES, NAMES, RECIPE), NAMES)
    rising = np.column_stack((np.full(50, 0.5), np.linspace(-1, 2, 50)))
    assert (np.diff(evaluator.scores(rising)) >= 0).all()


def test_the_same_questions_give_the_same_trees() -> None:
    """A fit can be repeated."""
    assert fit(groups(60), NAMES, NAMES, RECIPE) == fit(groups(60), NAMES, NAMES, RECIPE)


def test_nothing_is_learnt_where_no_question_tells() -> None:
    """All right, all wrong or nothing found: the error says what the questions lack."""
    rows = np.zeros((2, 2))
    nothing = Group(np.zeros((0, 2)), np.zeros(0, np.bool_))
    untold = [Group(rows, np.full(2, right)) for right in (True, False)]
    with pytest.raises(TooFewQuestionsError, match="evidence"):
        fit([*untold, nothing], NAMES, NAMES, RECIPE)
