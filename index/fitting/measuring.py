"""How good the learned stages are, told in shares, on questions that they were not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.answering.learned import descending
from index.evaluation.reliability import auroc, calibration
from index.fitting.examples import ANSWERED, SWAPPED, TAKEN_OUT, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.fitting.stages import State

    Labels = Callable[[State], NDArray[np.bool_]]


def order(states: Sequence[State]) -> dict[str, float]:
    """Measure the order of passages and sentences over the answerable questions.

    ``success_at_1`` is over passages; ``gold_…`` where a quote is evidence, ``answer_…`` where an
    answer stands in it.
    """
    asked = [each for each in states if each.example.answerable and not each.example.retyped]
    first = [
        bool(len(each.scores) and each.example.relevant[descending(each.scores)[0]])
        for each in asked
    ]
    return {
        "questions": len(asked),
        "success_at_1": _share(first),
        "gold_sentence_first": _share([_any(each, 1, lambda state: state.right) for each in asked]),
        "gold_sentence_in_three": _share(
            [_any(each, 3, lambda state: state.right) for each in asked]
        ),
        "answer_first": _share([_any(each, 1, lambda state: state.holding) for each in asked]),
        "answer_in_three": _share([_any(each, 3, lambda state: state.holding) for each in asked]),
    }


def separation(
    states: Sequence[State], sure: NDArray[np.float64], right: NDArray[np.bool_]
) -> dict[str, float]:
    """Measure a confidence: AUROC against each kind of unanswerable, and calibration error.

    The error is over the questions as the set has them: none retyped, taken out or about another.
    """
    told = np.array([not each.example.retyped for each in states])
    kinds = np.array([each.example.kind for each in states])[told]
    sure, right = sure[told], right[told]
    there = sure[kinds == ANSWERED]
    found: dict[str, float] = {}
    for kind in (UNANSWERED, TAKEN_OUT, SWAPPED):
        if (kinds == kind).any() and len(there):
            value = auroc(there, sure[kinds == kind]).value
            found[f"auroc_{kind.replace(' ', '_')}"] = round(value, 3)
    asked = (kinds == ANSWERED) | (kinds == UNANSWERED)
    error = calibration(sure[asked], right[asked].astype(np.float64)).error.value
    found["calibration_error"] = round(error, 3)
    return found


def by_set(
    states: Sequence[State], measure: Callable[[Sequence[int]], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Measure each data set by the positions of its states."""
    names = sorted({each.example.data for each in states})
    return {
        name: measure([i for i, each in enumerate(states) if each.example.data == name])
        for name in names
    }


def _any(state: State, first: int, labels: Labels) -> bool:
    if not len(state.sentence_scores):
        return False
    return bool(labels(state)[descending(state.sentence_scores)[:first]].any())


def _share(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 3) if values else 0.0
