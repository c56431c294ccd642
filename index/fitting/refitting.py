"""All that is learned, fitted and measured: the order, with the scorer and without, and the
confidence.

Questions are judged by models that didn't see them: of the other fold (cross-fitted), and of the
other data sets alone (left out). What ships is fitted on all. The sentence scorer's part is always
the other fold's; a set that no scorer was trained on is read by either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from index import confidence
from index.answering import ranking_models
from index.answering.learned import Evaluator
from index.fitting import judging, measuring, stages
from index.fitting.dealing import FOLDS
from index.fitting.errors import TooFewQuestionsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from index.answering.learned import Forest
    from index.building.reporting import Progress
    from index.confidence import Trees
    from index.fitting.examples import Example
    from index.fitting.fold_scores import FoldScores
    from index.fitting.stages import State

Metrics = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Refitted:
    """What was fitted: the files' contents."""

    models: ranking_models.Models
    confidence: confidence.Model


@dataclass(slots=True)
class _Asked:
    """The states of all questions, cross-fitted, and of each set by models of the other sets."""

    states: list[State]
    folds: list[int]
    left_out: dict[str, list[State]]
    scores: Mapping[int, FoldScores]
    seed: int
    metrics: Metrics = field(default_factory=dict[str, dict[str, dict[str, Any]]])

    def rest(self, name: str) -> list[State]:
        """Return the cross-fitted states of the other sets."""
        return [each for each in self.states if each.example.data != name]

    def stage(
        self,
        fit: Callable[[Sequence[State]], Forest],
        apply: Callable[[Sequence[State], Forest], None],
    ) -> Forest:
        """Fit one stage for each purpose, apply it, and return it fitted on all."""
        everything = fit(self.states)
        of_rest = {name: fit(self.rest(name)) for name in self.left_out}
        fitted = [fit(self._fold(fold, same=False)) for fold in range(FOLDS)]
        for name, states in self.left_out.items():
            apply(states, of_rest[name])
        for fold, forest in enumerate(fitted):
            apply(self._fold(fold, same=True), forest)
        return everything

    def score(self) -> None:
        """Let the folds' scorers read the best sentences."""
        for fold in range(FOLDS):
            # Fold 0's scorer was trained on fold 0.
            scorer = self.scores[1 - fold].of
            stages.score_sentences(self._fold(fold, same=True), scorer)
        for name, states in self.left_out.items():
            of = [f for f, s in zip(self.folds, self.states, strict=True) if s.example.data == name]
            for fold in range(FOLDS):
                those = [s for f, s in zip(of, states, strict=True) if f == fold]
                stages.score_sentences(those, self.scores[1 - fold].of)

    def judge(self, label: str) -> tuple[Trees, NDArray[np.float64]]:
        """Fit the confidence, measure it and the order so far; return it and its cross-fitted."""
        told = [i for i, each in enumerate(self.states) if len(each.sentences)]
        states, folds = [self.states[i] for i in told], [self.folds[i] for i in told]
        trees = judging.fit(states, folds, self.seed)
        sure = _cross_judged(states, folds, self.seed)
        right = judging.right(states)
        self.metrics[f"{label}, cross-fitted"] = measuring.by_set(
            states, lambda at: _measured([states[i] for i in at], sure[at], right[at])
        )
        self.metrics[f"{label}, left out"] = {
            name: self._judged_left_out(name, those) for name, those in self.left_out.items()
        }
        return trees, sure

    def _judged_left_out(self, name: str, states: Sequence[State]) -> dict[str, Any]:
        rest = [i for i, each in enumerate(self.states) if each.example.data != name]
        told = [i for i in rest if len(self.states[i].sentences)]
        of_rest, folds = [self.states[i] for i in told], [self.folds[i] for i in told]
        trees = judging.fit(of_rest, folds, self.seed)
        asked = judging.with_sentences(states)
        return _measured(asked, _sure(trees, asked), judging.right(asked))

    def _fold(self, fold: int, *, same: bool) -> list[State]:
        return [
            state for of, state in zip(self.folds, self.states, strict=True) if (of == fold) == same
        ]


def refit(
    examples: Sequence[Example],
    dealt: Mapping[str, Mapping[str, int]],
    scores: Mapping[int, FoldScores],
    seed: int,
    tell: Progress,
) -> Refitted:
    """Fit every stage. ``dealt`` has each question's fold, by set and id.

    Raises TooFewQuestionsError where no confidence comes out that tells right from wrong.
    """
    names = sorted({each.data for each in examples})
    states = stages.start(examples)
    work = _Asked(
        states,
        [dealt[each.data][each.id] for each in examples],
        {
            name: stages.start([each for each in examples if each.data == name])
            for name in (names if len(names) > 1 else [])
        },
        scores,
        seed,
    )
    tell("fitting", 0, 4)
    passages = work.stage(stages.fit_passages, stages.order_passages)
    sentences = work.stage(stages.fit_sentences, stages.order_sentences)
    tell("fitting", 1, 4)
    plain, _ = work.judge("without the scorer")
    tell("fitting", 2, 4)
    work.score()
    tell("fitting", 3, 4)
    scored_sentences = work.stage(
        lambda those: stages.fit_sentences(those, scored=True), stages.order_sentences
    )
    for each in (work.states, *work.left_out.values()):
        stages.measure_passages(each)
    scored_passages = work.stage(
        lambda those: stages.fit_passages(those, scored=True), stages.order_scored_passages
    )
    scored, sure = work.judge("with the scorer")
    if not (plain.slope and scored.slope):
        raise TooFewQuestionsError(
            f"From {len(examples):,} questions no confidence can be learnt: it would be the same"
            " for right answers as for wrong ones.",
            remedy="Fit on more, some hundred with an answer and some hundred without one.",
        )
    told = judging.with_sentences(states)
    answer_at, close_at = judging.thresholds(sure, told)
    fitted = {
        "by": "newsquote fit",
        "on": {name: len({e.id for e in examples if e.data == name}) for name in names},
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": seed,
        **work.metrics,
    }
    tell("fitting", 4, 4)
    return Refitted(
        ranking_models.Models(passages, sentences, scored_passages, scored_sentences, fitted),
        confidence.Model(
            plain,
            scored,
            answer_at,
            close_at,
            {**fitted, "answered": _answered(told, sure, answer_at, close_at)},
        ),
    )


def _measured(
    states: Sequence[State], sure: NDArray[np.float64], right: NDArray[np.bool_]
) -> dict[str, Any]:
    return {**measuring.order(states), **measuring.separation(states, sure, right)}


def _cross_judged(states: Sequence[State], folds: Sequence[int], seed: int) -> NDArray[np.float64]:
    """Return every question's confidence by trees and line of the other fold."""
    dealt = np.array(folds)
    sure = np.zeros(len(states))
    for fold in range(FOLDS):
        others = [s for s, f in zip(states, folds, strict=True) if f != fold]
        # Within the other fold, odd and even questions take the folds' part.
        trees = judging.fit(others, [i % FOLDS for i in range(len(others))], seed)
        here = [s for s, f in zip(states, folds, strict=True) if f == fold]
        sure[dealt == fold] = _sure(trees, here)
    return sure


def _sure(trees: Trees, states: Sequence[State]) -> NDArray[np.float64]:
    rows = judging.answer_rows(states)
    return trees.confidence(Evaluator(trees.forest, trees.forest.features).scores(rows))


def _answered(
    states: Sequence[State], sure: NDArray[np.float64], answer_at: float, close_at: float
) -> dict[str, dict[str, dict[str, float]]]:
    """Return which share of each kind of question is answered, and which is at least shown."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    keys = np.array([f"{each.example.data}\n{each.example.kind}" for each in states])
    for key in sorted(set(keys)):
        name, kind = key.split("\n")
        here = sure[keys == key]
        found.setdefault(name, {})[kind] = {
            "answered": round(float((here >= answer_at).mean()), 3),
            "shown": round(float((here >= close_at).mean()), 3),
        }
    return found
