"""The learned stages, fitted one after the other on a small real index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.answering import features
from index.answering.close_reading import PASSAGES_QUOTED, sure, worth_scoring
from index.fitting import stages
from standing_in import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.fitting.examples import Example
    from index.fitting.stages import State

pytest.importorskip("lightgbm")


def without_scorer(examples: tuple[Example, ...]) -> list[State]:
    """Run the stages that do without the scorer."""
    states = stages.start(examples)
    stages.order_passages(states, stages.fit_passages(states))
    stages.order_sentences(states, stages.fit_sentences(states))
    return states


def with_scorer(states: list[State]) -> list[tuple[str, str, str]]:
    """Run the others on them; return what the scorer was asked about."""
    seen: list[tuple[str, str, str]] = []

    def scorer(asked: Sequence[tuple[str, str, str]]) -> NDArray[np.float64]:
        seen.extend(asked)
        return overlap(asked).astype(np.float64)

    stages.score_sentences(states, scorer)
    sentences = stages.fit_sentences(states, scored=True)
    assert sentences.features == features.SCORED_SENTENCE_FEATURES
    stages.order_sentences(states, sentences)
    stages.measure_passages(states)
    passages = stages.fit_passages(states, scored=True)
    assert passages.features == features.SCORED_PASSAGE_FEATURES
    stages.order_scored_passages(states, passages)
    return seen


def test_each_stage_works_on_what_the_one_before_made(
    town_examples: tuple[Example, ...],
) -> None:
    """Passages are ordered, then the sentences of the best; labels stay with their sentences."""
    for state in without_scorer(town_examples):
        assert len(state.scores) == len(state.example.readings)
        assert len(state.order) == min(PASSAGES_QUOTED, len(state.scores))
        best = state.scores[state.order]
        assert (np.diff(best) <= 0).all()
        assert best[0] == state.scores.max()
        count = sum(len(state.example.right[i]) for i in state.order)
        assert state.sentences.shape == (count, len(features.SENTENCE_FEATURES))
        assert len(state.sentence_scores) == len(state.right) == len(state.holding) == count
        assert state.right.tolist() == [r for i in state.order for r in state.example.right[i]]
        assert state.holding.tolist() == [h for i in state.order for h in state.example.holding[i]]


def asked_of(state: State, chosen: Sequence[int]) -> list[tuple[str, str, str]]:
    """Name the question, sentence and title of some of the sentences of a question."""
    example = state.example
    said = [(text, example.titles[i]) for i in state.order for text in example.texts[i]]
    return [(example.question.meant, *said[at]) for at in chosen]


def unsure(state: State) -> list[int]:
    """Choose the sentences that are read where the first leave the stand-in unsure."""
    first, more = worth_scoring(state.sentence_scores)
    return [] if sure(features.log_odds(overlap(asked_of(state, first)))) else more


def test_the_scorer_is_asked_about_the_best_sentences(
    town_examples: tuple[Example, ...],
) -> None:
    """The first of each question, as they would be quoted, with the titles of their articles.

    Then about more of those questions whose first sentences it is not sure of.
    """
    states = without_scorer(town_examples)
    at_once = [worth_scoring(state.sentence_scores)[0] for state in states]
    first = [
        each
        for state, chosen in zip(states, at_once, strict=True)
        for each in asked_of(state, chosen)
    ]
    further = [each for state in states for each in asked_of(state, unsure(state))]
    certain = [state for state in states if not unsure(state)]
    assert further
    assert any(worth_scoring(state.sentence_scores)[1] for state in certain)
    assert with_scorer(states) == first + further


def test_of_no_questions_nothing_is_scored() -> None:
    """A fold may have none of a small set."""
    stages.score_sentences([], lambda asked: np.zeros(len(asked)))


def test_scored_stages_work_on_what_was_scored(town_examples: tuple[Example, ...]) -> None:
    """What the scorer said stands with its sentence, and the best of a passage with that."""
    states = without_scorer(town_examples)
    orders = [list(state.order) for state in states]
    before = [state.sentences for state in states]
    asked = [len(worth_scoring(state.sentence_scores)[0]) + len(unsure(state)) for state in states]
    with_scorer(states)
    for state, order, rows, count in zip(states, orders, before, asked, strict=True):
        example = state.example
        assert state.order == order  # those quoted from stay
        texts = [text for i in order for text in example.texts[i]]
        read = ~np.isnan(state.scored)
        assert read.sum() == count
        said = overlap([(example.question.meant, text, "") for text in texts])
        np.testing.assert_allclose(state.scored[read], features.log_odds(said)[read])
        np.testing.assert_array_equal(state.sentences, features.with_scores(rows, state.scored))
        ends = np.cumsum([len(example.texts[i]) for i in order])
        for name, told in (("scorer", state.scored), ("sentence", state.sentence_scores)):
            column = state.rows[:, features.SCORED_PASSAGE_FEATURES.index(name)]
            for i, end in zip(order, ends, strict=True):
                own = told[end - len(example.texts[i]) : end]
                known = own[~np.isnan(own)]
                assert column[i] == known.max() if len(known) else np.isnan(column[i])
            others = [i for i in range(len(column)) if i not in order]
            assert np.isnan(column[others]).all()
        assert len(state.scores) == len(state.rows)
        assert len(state.sentence_scores) == len(state.sentences) == len(texts)


def test_a_question_without_a_candidate_passes_through(
    town_examples: tuple[Example, ...],
) -> None:
    """It has no scores at any stage, and the others have those that they have without it."""
    first = town_examples[0]
    nothing = replace(
        first,
        readings=(),
        titles=(),
        relevant=np.zeros(0, np.bool_),
        texts=(),
        right=(),
        holding=(),
    )
    alone, among = without_scorer(town_examples), without_scorer((nothing, *town_examples))
    asked = with_scorer(alone)
    assert with_scorer(among) == asked
    for one in (among[0].scores, among[0].sentence_scores, among[0].rows, among[0].sentences):
        assert len(one) == 0
    assert among[0].order == []
    for one, other in zip(alone, among[1:], strict=True):
        assert one.order == other.order
        assert one.scored.shape == other.scored.shape


def test_sets_count_about_the_same(town_examples: tuple[Example, ...]) -> None:
    """A set's questions weigh more where it has fewer, three times a middling one's at most.

    Nine of ten questions are of one set: its own weigh 5/9, the others' would weigh 5.
    """
    answerable = next(each for each in town_examples if each.answerable)
    unanswerable = next(each for each in town_examples if not each.answerable)
    drawn = [replace(answerable, data="large")] * 9
    states = stages.start([*drawn, replace(answerable, data="small")])
    weighed = {state.example.data: weight for state, weight in stages.weighed(states)}
    assert weighed == {"large": pytest.approx(5 / 9), "small": stages.HEAVIEST}
    assert stages.weighed(stages.start([replace(unanswerable, data="none right")])) == []
