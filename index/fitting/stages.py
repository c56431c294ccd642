"""The learned stages, fitted one after the other on what the stage before makes of its questions.

Every stage is fitted on scores that the stage before gave to questions it had not been fitted on
(cross-fitted); what ships is then fitted on all. The same runs measure it: a question
is always judged by models that did not see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from index.answering import features
from index.answering.close_reading import PASSAGES_QUOTED, sure, worth_scoring
from index.answering.learned import Evaluator, descending
from index.fitting import ranker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.answering.learned import Forest
    from index.fitting.examples import Example

    Scorer = Callable[[Sequence[tuple[str, str, str]]], NDArray[np.float64]]

PASSAGE_TREES: Final = ranker.Recipe()
SENTENCE_TREES: Final = ranker.Recipe(least_in_leaf=100)
HEAVIEST: Final = 3.0
"""A small set's questions weigh at most so many times those of a middling one."""


def _none() -> NDArray[np.float64]:
    return np.zeros(0)


def _nothing() -> NDArray[np.bool_]:
    return np.zeros(0, np.bool_)


@dataclass(slots=True)
class State:
    """What the stages have made of one question so far.

    ``rows`` are its passages' features, ``scores`` what they come to, ``order`` the passages quoted
    from. ``sentences`` are their sentences' features, ``sentence_scores`` what they come to,
    ``right`` and ``holding`` their labels. ``scored`` is what the sentence scorer says of each.
    """

    example: Example
    rows: NDArray[np.float64]
    scores: NDArray[np.float64] = field(default_factory=_none)
    order: list[int] = field(default_factory=list[int])
    sentences: NDArray[np.float64] = field(default_factory=_none)
    sentence_scores: NDArray[np.float64] = field(default_factory=_none)
    right: NDArray[np.bool_] = field(default_factory=_nothing)
    holding: NDArray[np.bool_] = field(default_factory=_nothing)
    scored: NDArray[np.float64] = field(default_factory=_none)


def start(examples: Sequence[Example]) -> list[State]:
    """Measure every question's passages; no model has a part in it."""
    return [State(each, features.of_passages(each.question, each.readings)) for each in examples]


def fit_passages(states: Sequence[State], *, scored: bool = False) -> Forest:
    """Fit the order of passages, with the scorer's scores or without."""
    groups = [
        ranker.Group(each.rows, each.example.relevant, weight)
        for each, weight in weighed(states)
        if each.example.answerable
    ]
    names = features.SCORED_PASSAGE_FEATURES if scored else features.PASSAGE_FEATURES
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
        top = [each.example.readings[i] for i in each.order]
        each.sentences = features.of_sentences(each.example.question, top, each.scores[each.order])


def fit_sentences(states: Sequence[State], *, scored: bool = False) -> Forest:
    """Fit the order of sentences, with the scorer's scores or without."""
    groups = [
        ranker.Group(each.sentences, each.right, weight)
        for each, weight in weighed(states)
        if each.example.answerable
    ]
    names = features.SCORED_SENTENCE_FEATURES if scored else features.SENTENCE_FEATURES
    return ranker.fit(groups, names, names, SENTENCE_TREES)


def order_sentences(states: Sequence[State], forest: Forest) -> None:
    """Score the sentences."""
    evaluator = Evaluator(forest, forest.features)
    for each in states:
        if len(each.sentences):
            each.sentence_scores = evaluator.scores(each.sentences)


def score_sentences(states: Sequence[State], scorer: Scorer) -> None:
    """Let the sentence scorer read the best sentences, and measure them anew."""
    rounds = [worth_scoring(each.sentence_scores) for each in states]
    first = _asked(states, [at_once for at_once, _ in rounds], scorer)
    unsure = [[] if sure(read) else more for read, (_, more) in zip(first, rounds, strict=True)]
    further = _asked(states, unsure, scorer)
    for each, (best, _), more, *said in zip(states, rounds, unsure, first, further, strict=True):
        counts = [len(each.example.texts[i]) for i in each.order]
        each.scored = np.full(sum(counts), np.nan)
        if best:
            each.scored[[*best, *more]] = np.concatenate(said)
        each.sentences = features.with_scores(each.sentences, each.scored)


def measure_passages(states: Sequence[State]) -> None:
    """Measure passages anew, by what the scorer said of their sentences and what these came to."""
    for each in states:
        counts = [len(each.example.texts[i]) for i in each.order]
        for said in (each.scored, each.sentence_scores):
            by_passage = features.best_by_passage(said, counts, each.order, len(each.rows))
            each.rows = features.with_scores(each.rows, by_passage)


def _asked(
    states: Sequence[State], chosen: Sequence[Sequence[int]], scorer: Scorer
) -> list[NDArray[np.float64]]:
    """Ask the scorer about some sentences of each question; return log-odds, by question."""
    found = scorer(
        [pair for each, some in zip(states, chosen, strict=True) for pair in _pairs(each, some)]
    )
    ends = np.cumsum([len(some) for some in chosen])
    return np.split(features.log_odds(found), ends)[: len(states)]


def _pairs(state: State, best: Sequence[int]) -> list[tuple[str, str, str]]:
    """Name the question, sentence and title of some of a question's sentences."""
    read = [(text, state.example.titles[i]) for i in state.order for text in state.example.texts[i]]
    return [(state.example.question.meant, *read[at]) for at in best]


def order_scored_passages(states: Sequence[State], forest: Forest) -> None:
    """Score passages again; those quoted from stay."""
    evaluator = Evaluator(forest, forest.features)
    for each in states:
        if len(each.rows):
            each.scores = evaluator.scores(each.rows)


def weighed(states: Sequence[State]) -> list[tuple[State, float]]:
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
