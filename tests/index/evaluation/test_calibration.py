"""Choosing thresholds: never more wrong answers than allowed, and no higher than it takes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.answering.operating_point import Correction, Counts, OperatingPoint
from index.evaluation import calibration
from index.evaluation.calibration import Scored, lowest_threshold
from index.evaluation.errors import DataSetError
from index.evaluation.judgements import Judged

if TYPE_CHECKING:
    from index.search import Searcher

MOST = 1 - 1e-9
SURE = st.lists(st.floats(0, MOST), min_size=1, max_size=60)
SHARES = st.floats(0.01, 1)


@given(unanswerable=SURE, share=SHARES)
@example(unanswerable=[0.1234] * 10, share=0.1)
@example(unanswerable=[0.29, 0.57, 0.58], share=1 / 3)
def test_a_threshold_is_the_lowest_that_holds(unanswerable: list[float], share: float) -> None:
    """At most the share reaches it, and more would reach one that is lower by a step."""
    found = lowest_threshold(unanswerable, share)
    allowed = share * len(unanswerable) + 1e-6
    assert sum(sure >= found for sure in unanswerable) <= allowed
    if found > 0:
        assert sum(sure >= found - 1e-4 - 1e-12 for sure in unanswerable) > allowed - 2e-6
    assert 0 <= found <= 1


def test_ties_are_not_parted() -> None:
    """Of ten of one confidence either all are answered or none."""
    assert lowest_threshold([0.25] * 10, 0.5) == 0.2501
    assert lowest_threshold([0.25] * 10, 1) == 0


def test_full_confidence_cannot_be_kept_back() -> None:
    """Where nothing that is answerable could be answered any more, the error says so."""
    assert lowest_threshold([1.0, *[0.5] * 9], 0.1) == 0.5001
    with pytest.raises(DataSetError, match="full confidence"):
        lowest_threshold([1.0, 1.0, *[0.5] * 8], 0.1)


def questions(seed: int, count: int = 200) -> list[Scored]:
    """Half with an answer and surer; of those answered four in five are right."""
    draw = random.Random(seed)
    with_answer = [
        Scored(draw.betavariate(4, 2), answerable=True, right=draw.random() < 0.8)
        for _ in range(count // 2)
    ]
    without = [
        Scored(draw.betavariate(2, 4), answerable=False, right=False) for _ in range(count // 2)
    ]
    return with_answer + without


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("correction", [None, Correction(2, -1)])
def test_a_point_keeps_to_the_share(share: float, correction: Correction | None) -> None:
    """Answers keep to the share; what is close and answers to three of it, at most to a half."""
    scored = questions(1)
    point = calibration.choose(scored, share, correction)
    counts = calibration.counted(scored, point, answerable=False)
    assert counts.answered == round(share * 100)
    assert counts.answered + counts.close == round(max(share, min(3 * share, 0.5)) * 100)
    assert point.correction == correction


def test_trade_offs_are_told_as_far_as_they_can_be() -> None:
    """The more may be answered wrongly, the more is answered; too few questions tell less."""
    told = calibration.trade_offs(questions(2), None)
    assert [each.share for each in told] == list(calibration.SHARES)
    answered = [each.answerable.answered for each in told]
    assert answered == sorted(answered)
    assert answered[0] < answered[-1]
    assert all(sum(_numbers(each.answerable)) == 100 for each in told)
    assert [each.share for each in calibration.trade_offs(questions(2, 20), None)] == [
        0.1,
        0.2,
        0.3,
    ]
    sure = [Scored(1.0, answerable=False, right=False)] * 15 + questions(3)
    assert [each.share for each in calibration.trade_offs(sure, None)] == [0.2, 0.3]


def _numbers(counts: Counts) -> tuple[int, int, int]:
    return counts.answered, counts.close, counts.not_found


def judged(answerable: int, unanswerable: int) -> list[Judged]:
    """So many questions of each kind."""
    return [
        *[Judged("Yes?", answerable=True)] * answerable,
        *[Judged("No?", answerable=False)] * unanswerable,
    ]


@pytest.mark.parametrize(
    ("share", "unanswerable", "needed"), [(0.1, 9, 10), (0.01, 99, 100), (0.3, 3, 4), (1, 0, 1)]
)
def test_a_share_takes_enough_questions(share: float, unanswerable: int, needed: int) -> None:
    """One wrong answer must not be more than the share: with fewer the error says how many."""
    with pytest.raises(DataSetError, match=f"at least {needed}"):
        calibration.check(judged(5, unanswerable), share)
    calibration.check(judged(1, needed), share)


def test_questions_with_an_answer_are_needed() -> None:
    """Refusing everything is no trade-off."""
    with pytest.raises(DataSetError, match="should be answered"):
        calibration.check(judged(0, 50), 0.1)


@pytest.mark.parametrize("wanted", [Correction(1.7, -0.8), Correction(0.5, 1)])
def test_a_correction_is_found_again(wanted: Correction) -> None:
    """From answers that are as often right as it says, the fit comes back to it."""
    draw = random.Random(5)
    sure = [draw.random() for _ in range(20_000)]
    scored = [
        Scored(each, answerable=True, right=draw.random() < wanted.corrected(each)) for each in sure
    ]
    found = calibration.fit_correction(scored)
    assert found.slope == pytest.approx(wanted.slope, rel=0.1)
    assert found.intercept == pytest.approx(wanted.intercept, abs=0.1)


def test_corrections_that_cannot_be_fitted() -> None:
    """Too few of a kind, or right answers that are less sure than wrong ones."""
    scored = questions(6)
    with pytest.raises(DataSetError, match="9 right and"):
        calibration.fit_correction([one for one in scored if one.right][:9] + scored[100:])
    turned = [Scored(1 - one.confidence, one.answerable, one.right) for one in scored]
    with pytest.raises(DataSetError, match="no surer"):
        calibration.fit_correction(turned)


def test_well_parted_questions_can_be_corrected() -> None:
    """Where every right answer is surer than every wrong one, the line stays finite."""
    scored = [Scored(0.9, answerable=True, right=True), Scored(0.1, answerable=False, right=False)]
    found = calibration.fit_correction(scored * 10)
    assert 0.85 < found.corrected(0.9) < 0.99
    assert 0.01 < found.corrected(0.1) < 0.15


def test_scoring_asks_every_question(seeds_searcher: Searcher) -> None:
    """Right is what was judged so, else what holds a gold answer; no question at all is refused."""
    asked = [
        Judged("Where will Kim meet Putin?", answerable=True, answers=("Vladivostok",)),
        Judged("Where will Kim meet Putin?", answerable=True, answers=("Paris",)),
        Judged("Where will Kim meet Putin?", answerable=True),
        Judged("Where will Kim meet Putin?", answerable=True, right=False),
        Judged("Who won the 2022 World Cup?", answerable=False, answers=("Kim",)),
        Judged("?!", answerable=False),
    ]
    stages: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int, total: int) -> None:
        stages.append((stage, done, total))

    searcher = seeds_searcher.at(OperatingPoint(0, 0))
    scored = calibration.score(asked, searcher.ask, tell)
    assert [one.right for one in scored] == [True, False, True, False, False, False]
    assert [one.answerable for one in scored] == [one.answerable for one in asked]
    assert scored[0].confidence == scored[3].confidence > scored[4].confidence > 0
    assert scored[5].confidence == 0
    assert stages[0] == ("asking", 0, 6)
    assert stages[-1] == ("asking", 6, 6)
