"""The confidence, fitted on what the stages made of questions that they were not fitted on.

A question counts as answered where one of the quotes is evidence or holds an answer. The trees
(LightGBM) are bound to rise with the evidence, as those that order are. They learn to tell such
questions from those without an answer; from one whose answer was not found they learn nothing: it
looks like either. The line over their sum counts it, and is fitted on sums that other folds' trees
gave (Platt 1999).
"""
# LightGBM and scikit-learn are typed in parts.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES, of_answer
from index.answering.features import log_odds
from index.answering.learned import Evaluator, Forest, descending
from index.confidence import Trees
from index.fitting.dealing import FOLDS
from index.fitting.examples import ANSWERED, SWAPPED, TAKEN_OUT, UNANSWERED
from index.fitting.ranker import forest_of
from index.quoting import MAX_QUOTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.fitting.stages import State

SHARES: Final = {ANSWERED: 0.5, UNANSWERED: 0.2, TAKEN_OUT: 0.15, SWAPPED: 0.15}
"""What the kinds of question weigh in a set. The sets weigh the same, but for small ones."""
SMALL: Final = 200
"""A set of fewer questions weighs in proportion."""
ABOUT_AS_GOOD: Final = 0.01
"""Points that part this share of the questions less well than the best count as equal to it."""
NOT_RISING: Final = frozenset({"question_length"})
TREES: Final = 120
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "binary",
    "num_leaves": 6,
    "learning_rate": 0.06,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}


def answer_rows(states: Sequence[State]) -> NDArray[np.float64]:
    """Return the features of every question's answer; only for states with sentences."""
    rows = [
        of_answer(
            each.example.question, each.rows, each.scores, each.sentences, each.sentence_scores
        )
        for each in states
    ]
    return np.array([row for row in rows if row is not None])


def with_sentences(states: Sequence[State]) -> list[State]:
    """Keep the questions for which there is anything to quote."""
    return [each for each in states if len(each.sentences)]


def right(states: Sequence[State]) -> NDArray[np.bool_]:
    """Say for each question whether its quotes answer it."""
    return np.array([_right(each) for each in states], np.bool_)


def fit(states: Sequence[State], folds: Sequence[int], seed: int) -> Trees:
    """Fit trees on all, and the line over sums that the other fold's trees give.

    Where those do not rise with what is right, as with too few questions, the slope is 0: more
    evidence must not lower the confidence.
    """
    rows, labels, weights = answer_rows(states), right(states), weigh(states)
    teaching = np.array([each.example.answerable for each in states]) == labels
    dealt = np.array(folds)
    sums = np.zeros(len(rows))
    for fold in range(FOLDS):
        here = dealt == fold
        of = teaching & ~here
        grown = grow(rows[of], labels[of], weights[of], seed)
        sums[here] = Evaluator(grown, grown.features).scores(rows[here])
    line = _line(sums, labels, weights)
    return Trees(grow(rows[teaching], labels[teaching], weights[teaching], seed), *line)


def grow(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
) -> Forest:
    """Grow the trees; the same for the same rows, and none where there is no row."""
    import lightgbm

    names = ANSWER_FEATURES if rows.shape[1] == len(ANSWER_FEATURES) else SCORED_ANSWER_FEATURES
    if not len(rows):
        return Forest(names, ())
    data = lightgbm.Dataset(
        rows,
        label=labels.astype(np.int32),
        weight=weights,
        feature_name=list(names),
        params={"verbose": -1},
    )
    rising = [int(name not in NOT_RISING) for name in names]
    booster: Any = lightgbm.train(
        {**PARAMETERS, "monotone_constraints": rising, "seed": seed}, data, num_boost_round=TREES
    )
    return forest_of(booster, names)


def weigh(states: Sequence[State]) -> NDArray[np.float64]:
    """Weigh questions so that kinds and sets count as they should; 1 on average."""
    keys = [(each.example.data, each.example.kind) for each in states]
    counts = {key: keys.count(key) for key in set(keys)}
    sizes = {name: sum(c for (data, _), c in counts.items() if data == name) for name, _ in counts}
    weights = np.array(
        [SHARES[kind] / counts[name, kind] * min(1.0, sizes[name] / SMALL) for name, kind in keys]
    )
    return weights * len(weights) / weights.sum()


def thresholds(
    sure: NDArray[np.float64], states: Sequence[State], shown: float = 0.97
) -> tuple[float, float]:
    """Choose from which confidence on to answer, and from which on to show what is closest.

    To answer: where the answerable are best parted from the rest, as the kinds and sets weigh; of
    the points that do about as well, the one in the middle, since which is the very best is chance.
    To show: where ``shown`` of the answerable still are.
    """
    weights = weigh(states)
    answerable = np.array([each.example.answerable for each in states])
    points = np.arange(0.02, 0.98, 0.01)
    gain = [float(((sure >= at) * weights * np.where(answerable, 1, -1)).sum()) for at in points]
    as_good = np.array(gain) >= max(gain) - ABOUT_AS_GOOD * weights.sum()
    answer_at = round(float(np.median(points[as_good])), 2)
    order = np.argsort(sure[answerable])
    mass = np.cumsum(weights[answerable][order]) / weights[answerable].sum()
    close_at = float(sure[answerable][order][int(np.searchsorted(mass, 1 - shown))])
    # Rounded down: up, it would leave out the very question that it was chosen for. Never 0, which
    # is the confidence where nothing was found.
    return answer_at, min(max(math.floor(1000 * close_at), 1) / 1000, answer_at)


def _line(
    sums: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Fit slope and intercept; where sums do not rise with what is right, the slope is 0."""
    from sklearn.linear_model import LogisticRegression

    share = np.average(labels, weights=weights)
    if 0 < share < 1:
        line = LogisticRegression(C=1e6).fit(sums[:, None], labels, sample_weight=weights)
        if line.coef_[0][0] > 0:
            return float(line.coef_[0][0]), float(line.intercept_[0])
    return 0.0, float(log_odds(np.array([share]))[0])


def _right(state: State) -> bool:
    if not state.example.answerable:
        return False
    best = descending(state.sentence_scores)[:MAX_QUOTES]
    return bool(state.right[best].any() or state.holding[best].any())
