"""The confidence: it rises with the evidence, and is weighed by kinds and sets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES
from index.answering.learned import Evaluator, used
from index.fitting import judging
from index.fitting.examples import ANSWERED, SWAPPED, TAKEN_OUT, UNANSWERED
from index.fitting.stages import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.answering.learned import Forest
    from index.fitting.examples import Example

pytest.importorskip("lightgbm")

ROWS = 400
SEED = 7


def grown(names: tuple[str, ...]) -> Forest:
    """Grow trees on rows where half of the features speak for an answer and half against."""
    random = np.random.default_rng(SEED)
    rows = random.random((ROWS, len(names)))
    sides = np.where(np.arange(len(names)) % 2, 1.0, -1.0)
    labels = rows @ sides + random.normal(0, 0.2, ROWS) > 0
    return judging.grow(rows, labels, np.ones(ROWS), SEED)


NAMES: tuple[tuple[str, ...], ...] = (ANSWER_FEATURES, SCORED_ANSWER_FEATURES)


@pytest.fixture(scope="module")
def forests() -> dict[tuple[str, ...], Forest]:
    """Trees without the scorer's features and with them."""
    return {names: grown(names) for names in NAMES}


@given(data=st.data())
def test_more_evidence_never_lowers_confidence(
    forests: dict[tuple[str, ...], Forest], data: st.DataObject
) -> None:
    """The sum of the trees rises, or stays, with every feature that is evidence."""
    names = data.draw(st.sampled_from(NAMES))
    values = st.floats(-2, 2)
    row = np.array(data.draw(st.lists(values, min_size=len(names), max_size=len(names))))
    name = data.draw(st.sampled_from([each for each in names if each not in judging.NOT_RISING]))
    more = row.copy()
    more[names.index(name)] += data.draw(st.floats(0, 3))
    before, after = Evaluator(forests[names], names).scores(np.array([row, more]))
    assert before <= after


@pytest.mark.parametrize("names", NAMES)
def test_trees_use_what_speaks_for_an_answer(
    forests: dict[tuple[str, ...], Forest], names: tuple[str, ...]
) -> None:
    """They split on it, and hardly on what speaks against one but may not count so."""
    forest = forests[names]
    assert forest.features == names
    splits = used(forest)
    bound = [name for name in names if name not in judging.NOT_RISING]
    against = sum(splits[name] for name in bound if names.index(name) % 2 == 0)
    assert sum(splits.values()) > 100
    assert against < 0.1 * sum(splits.values())


def test_the_same_rows_give_the_same_trees(forests: dict[tuple[str, ...], Forest]) -> None:
    """A fit can be repeated."""
    assert grown(ANSWER_FEATURES) == forests[ANSWER_FEATURES]


@pytest.fixture(scope="module")
def example(town_examples: tuple[Example, ...]) -> Example:
    """A question; of these tests only its set and kind matter."""
    return town_examples[0]


def asked(example: Example, data: str, **kinds: int) -> list[State]:
    """Make so many questions of each kind, one after the other."""
    rows = np.zeros((0, 0))
    return [
        State(replace(example, data=data, kind=kind.replace("_", " ")), rows)
        for kind, count in kinds.items()
        for _ in range(count)
    ]


def total(weights: NDArray[np.float64], states: list[State], data: str, kind: str) -> float:
    """Sum the weights of one kind of question in one set."""
    here = [each.example.data == data and each.example.kind == kind for each in states]
    return float(weights[here].sum())


def test_kinds_weigh_their_share_however_many_they_are(example: Example) -> None:
    """In a set, and 1 on average."""
    states = asked(example, "a", answered=300, unanswered=30, taken_out=60, about_another=10)
    weights = judging.weigh(states)
    assert weights.mean() == pytest.approx(1)
    assert sum(judging.SHARES.values()) == pytest.approx(1)
    for kind in (ANSWERED, UNANSWERED, TAKEN_OUT, SWAPPED):
        part = total(weights, states, "a", kind) / weights.sum()
        assert part == pytest.approx(judging.SHARES[kind])


def test_large_sets_weigh_the_same_and_small_ones_less(example: Example) -> None:
    """A set of 1,000 questions counts as one of 400; one of 50 counts a quarter of SMALL's."""
    mix = {"answered": 2, "unanswered": 1, "taken_out": 1, "about_another": 1}
    sizes = {"huge": 200, "large": 80, "small": 10}
    states = [
        state
        for data, times in sizes.items()
        for state in asked(example, data, **{kind: n * times for kind, n in mix.items()})
    ]
    weights = judging.weigh(states)
    of = {data: weights[[each.example.data == data for each in states]].sum() for data in sizes}
    assert of["huge"] == pytest.approx(of["large"])
    assert of["small"] == pytest.approx(of["large"] * 50 / judging.SMALL)


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "expected"),
    [
        # Parted: between the others and the answerable; nothing below is left to show.
        ([0.45, 0.6, 0.7, 0.9], [0.1, 0.2, 0.25, 0.4], (0.43, 0.43)),
        # The answerable weigh 0.125 each, the others 0.05: to lose one costs more than two.
        ([0.2, 0.5, 0.8, 0.9], [0.1, 0.3, 0.4, 0.6], (0.15, 0.15)),
        # A quarter of the answerable lies below the others: shown, not answered.
        ([0.3336] * 10 + [0.8] * 30, [0.5] * 10, (0.65, 0.333)),
        # One of forty is given up.
        ([0.1] + [0.3336] * 9 + [0.8] * 30, [0.5] * 10, (0.65, 0.333)),
        # .61 is best, by one unanswerable question in a hundred: chance. The middle of all.
        ([0.7] * 100, [0.3] * 99 + [0.6], (0.5, 0.5)),
    ],
)
def test_it_answers_where_answerable_questions_part_from_others(
    example: Example,
    answerable: list[float],
    unanswerable: list[float],
    expected: tuple[float, float],
) -> None:
    """From the middle of those that part them best; almost all the answerable are shown."""
    states = asked(example, "a", answered=len(answerable), unanswered=len(unanswerable))
    sure = np.array(answerable + unanswerable)
    assert judging.thresholds(sure, states) == expected
    shown = (np.array(answerable) >= expected[1]).mean()
    assert shown >= 0.97


def test_a_question_is_answered_where_one_of_its_quotes_has_it(example: Example) -> None:
    """Evidence or an answer in one of three quotes, and only where there is an answer."""
    scores = np.array([0.0, 3.0, 2.0, 1.0])
    first, last, none = (np.array([at == i for i in range(4)]) for at in (1, 0, 9))

    def state(right: NDArray[np.bool_], holding: NDArray[np.bool_], kind: str) -> State:
        rows = np.zeros((4, 1))
        return State(
            replace(example, kind=kind),
            rows,
            sentences=rows,
            sentence_scores=scores,
            right=right,
            holding=holding,
        )

    states = [
        state(first, none, ANSWERED),
        state(none, first, ANSWERED),
        state(last, last, ANSWERED),
        state(first, first, TAKEN_OUT),
    ]
    assert judging.right(states).tolist() == [True, True, False, False]
    assert judging.with_sentences([states[0], State(states[0].example, np.zeros((0, 1)))]) == [
        states[0]
    ]


def test_trees_learn_nothing_from_answers_that_were_not_found(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What such a question is like, answerable ones and others are; the line counts it."""
    states = asked(example, "a", answered=300, unanswered=200)
    found = np.arange(500) < 200
    rows = np.random.default_rng(SEED).normal(size=(500, len(ANSWER_FEATURES)))
    rows += found[:, None]
    missed = np.arange(200, 300)
    rows[missed, 0] = 99.0
    grew: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    usual = judging.grow

    def grow(
        some: NDArray[np.float64],
        labels: NDArray[np.bool_],
        weights: NDArray[np.float64],
        seed: int,
    ) -> Forest:
        grew.append((some, labels))
        return usual(some, labels, weights, seed)

    def measured(_: Sequence[State]) -> NDArray[np.float64]:
        return rows

    def right(_: Sequence[State]) -> NDArray[np.bool_]:
        return found

    monkeypatch.setattr(judging, "answer_rows", measured)
    monkeypatch.setattr(judging, "right", right)
    monkeypatch.setattr(judging, "grow", grow)
    trees = judging.fit(states, [at % 2 for at in range(500)], SEED)
    assert len(grew) == 3
    assert [int(labels.sum()) for _, labels in grew] == [100, 100, 200]
    assert all(len(some) == len(labels) for some, labels in grew)
    assert not any((some[:, 0] == 99.0).any() for some, _ in grew)
    assert trees.slope > 0


def test_where_no_answer_was_found_nothing_is_told_apart(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a small set of which every question was missed: every confidence is the same."""
    states = asked(example, "a", answered=12)
    rows = np.random.default_rng(SEED).normal(size=(12, len(ANSWER_FEATURES)))

    def measured(_: Sequence[State]) -> NDArray[np.float64]:
        return rows

    def right(_: Sequence[State]) -> NDArray[np.bool_]:
        return np.zeros(12, np.bool_)

    monkeypatch.setattr(judging, "answer_rows", measured)
    monkeypatch.setattr(judging, "right", right)
    trees = judging.fit(states, [at % 2 for at in range(12)], SEED)
    assert (trees.forest.trees, trees.slope) == ((), 0.0)
    sums = Evaluator(trees.forest, ANSWER_FEATURES).scores(rows)
    assert len(set(trees.confidence(sums).tolist())) == 1
