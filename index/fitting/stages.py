"""The learned stages, fitted one after the other on what the stage before makes of its questions.

Every stage is fitted on scores that the stage before gave to questions it had not been fitted on
(cross-fitted); what ships is then fitted on all. The same runs measure it: a question
is always judged by models that did not see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index import features
from index.fitting import ranker
from index.learned import Evaluator, descending
from index.reading import PASSAGES_QUOTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.evidence import Reading
    from index.learned import Forest
    from index.question import Question

PASSAGE_TREES: Final = ranker.Recipe()
SENTENCE_TREES: Final = ranker.Recipe(least_in_leaf=100)
HEAVIEST: Final = 3.0
"""A small set's questions weigh at most so many times those of a middling one."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question: its candidate passages in fused order, and what is right.

    ``relevant`` has a value a passage; ``right`` and ``holding`` a value for each of its sentences:
    whether it is evidence, and whether an answer stands in it.
    """

    data: str
    fold: int
    answerable: bool
    question: Question
    readings: tuple[Reading, ...]
    relevant: NDArray[np.bool_]
    right: tuple[NDArray[np.bool_], ...]
    holding: tuple[NDArray[np.bool_], ...]


@dataclass(slots=True)
class State:
    """What the stages have made of one question so far.

    ``rows`` are its passages' features, ``order`` the passages quoted from, ``sentences`` their
    sentences' features, ``right`` and ``holding`` their labels.
    """

    example: Example
    rows: NDArray[np.float64]
    scores: NDArray[np.float64]
    order: list[int]
    sentences: NDArray[np.float64]
    sentence_scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    holding: NDArray[np.bool_]


def start(examples: Sequence[Example]) -> list[State]:
    """Measure every question's passages; no model has a part in it."""
    empty = np.zeros(0)
    return [
        State(
            each,
            features.of_passages(each.question, each.readings),
            empty,
            [],
            np.zeros((0, len(features.SENTENCE_FEATURES))),
            empty,
            np.zeros(0, np.bool_),
            np.zeros(0, np.bool_),
        )
        for each in examples
    ]


def fit_passages(states: Sequence[State]) -> Forest:
    """Fit the order of passages."""
    groups = [
        ranker.Group(each.rows, each.example.relevant, weight)
        for each, weight in _weighed(states)
        if each.example.answerable
    ]
    names = features.PASSAGE_FEATURES
    return ranker.fit(groups, names, names, PASSAGE_TREES)


def order_passages(states: Sequence[State], forest: Forest) -> None:
    """Score passages, and measure the sentences of the best."""
    evaluator = Evaluator(forest, features.PASSAGE_FEATURES)
    for each in states:
        if not len(each.rows):
            continue
        each.scores = evaluator.scores(each.rows)
        each.order = descending(each.scores)[:PASSAGES_QUOTED]
        each.right = np.concatenate([each.example.right[i] for i in each.order])
        each.holding = np.concatenate([each.example.holding[i] for i in each.order])
        _measure_sentences(each)


def fit_sentences(states: Sequence[State]) -> Forest:
    """Fit the order of sentences."""
    groups = [
        ranker.Group(each.sentences, each.right, weight)
        for each, weight in _weighed(states)
        if each.example.answerable
    ]
    names = features.SENTENCE_FEATURES
    return ranker.fit(groups, names, names, SENTENCE_TREES)


def order_sentences(states: Sequence[State], forest: Forest) -> None:
    """Score the sentences."""
    evaluator = Evaluator(forest, features.SENTENCE_FEATURES)
    for each in states:
        each.sentence_scores = evaluator.scores(each.sentences)


def _measure_sentences(state: State) -> None:
    # The passages' scores of the first stage, as they were when the sentences were first read.
    top = [state.example.readings[i] for i in state.order]
    scores = state.scores[state.order]
    state.sentences = features.of_sentences(state.example.question, top, scores)


def _weighed(states: Sequence[State]) -> list[tuple[State, float]]:
    """Weigh questions so that the sets count about the same."""
    counts: dict[str, int] = {}
    for each in states:
        if each.example.answerable:
            counts[each.example.data] = counts.get(each.example.data, 0) + 1
    middling = sum(counts.values()) / max(1, len(counts))
    return [
        (each, min(HEAVIEST, middling / counts[each.example.data]))
        for each in states
        if each.example.data in counts
    ]
