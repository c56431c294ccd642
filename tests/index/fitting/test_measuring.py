"""Shares and separations that can be reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.fitting import measuring
from index.fitting.examples import ANSWERED, TAKEN_OUT, UNANSWERED
from index.fitting.stages import State

if TYPE_CHECKING:
    from index.fitting.examples import Example

NOTHING = np.zeros((0, 1))


@pytest.fixture(scope="module")
def example(town_examples: tuple[Example, ...]) -> Example:
    """An answerable question; each test says what is right about it."""
    return next(each for each in town_examples if each.answerable)


def only(at: int, count: int) -> list[bool]:
    """Mark one of so many."""
    return [i == at for i in range(count)]


def state(example: Example, scores: list[float], right: int, holding: int) -> State:
    """Order two passages, the first of which is relevant, and four sentences, best first."""
    return State(
        replace(example, relevant=np.array([True, False])),
        np.zeros((2, 1)),
        scores=np.array(scores),
        order=[0, 1],
        sentences=np.zeros((4, 1)),
        sentence_scores=np.array([3.0, 2.0, 1.0, 0.0]),
        right=np.array(only(right, 4)),
        holding=np.array(only(holding, 4)),
    )


def test_order_counts_what_comes_first_and_in_three(example: Example) -> None:
    """Only answerable questions as the set has them count; one with nothing found has nothing."""
    found = [
        state(example, [2.0, 1.0], right=0, holding=3),
        state(example, [1.0, 2.0], right=2, holding=1),
        State(example, NOTHING),
    ]
    ignored = [
        state(replace(example, kind=UNANSWERED), [2.0, 1.0], right=0, holding=0),
        state(replace(example, kind=TAKEN_OUT), [2.0, 1.0], right=0, holding=0),
        state(replace(example, retyped=True), [2.0, 1.0], right=0, holding=0),
    ]
    assert measuring.order([*found, *ignored]) == {
        "questions": 3,
        "success_at_1": 0.333,
        "gold_sentence_first": 0.333,
        "gold_sentence_in_three": 0.667,
        "answer_first": 0.0,
        "answer_in_three": 0.333,
    }


def test_nothing_asked_is_nothing_found() -> None:
    """Without a question every share is 0."""
    assert set(measuring.order([]).values()) == {0}


def test_separation_compares_each_kind_with_the_answerable(example: Example) -> None:
    """Pairs in order, ties half; the error is over questions that the set has.

    0.9 and 0.6 against 0.7 and 0.1: three of four. Against 0.6: one and a half of two. The bins'
    gaps are 0.1, 0.6, 0.7 and 0.1, each over one question of four.
    """
    asked = [
        (ANSWERED, False, 0.9, True),
        (ANSWERED, False, 0.6, False),
        (UNANSWERED, False, 0.7, False),
        (UNANSWERED, False, 0.1, False),
        (TAKEN_OUT, False, 0.6, False),
        (ANSWERED, True, 0.0, True),
    ]
    states = [
        State(replace(example, kind=kind, retyped=retyped), NOTHING)
        for kind, retyped, _, _ in asked
    ]
    sure = np.array([each[2] for each in asked])
    right = np.array([each[3] for each in asked])
    assert measuring.separation(states, sure, right) == {
        "auroc_unanswered": 0.75,
        "auroc_taken_out": 0.75,
        "calibration_error": 0.375,
    }


def test_each_set_is_measured_alone(example: Example) -> None:
    """By the positions of its questions, in the order of the sets' names."""
    states = [State(replace(example, data=data), NOTHING) for data in ("b", "a", "b")]
    found = measuring.by_set(states, lambda at: {"at": list(at)})
    assert list(found.items()) == [("a", {"at": [1]}), ("b", {"at": [0, 2]})]
