"""Choosing an operating point from questions that were judged: how sure to be before answering.

The trade-off is between two errors: the higher the threshold, the fewer questions without an answer
get one, and the more questions with an answer are refused.
"""

# scikit-learn is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.answering.operating_point import Correction, Counts, OperatingPoint, log_odds
from index.errors import QuestionError
from index.evaluation.errors import DataSetError
from index.evaluation.gold import normalised, stands_in
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from index.building.reporting import Progress
    from index.evaluation.judgements import Judged
    from index.records import Answer

ANSWERED_WRONG: Final = 0.1
"""The share of questions without an answer that may get one, where none is asked for."""
CLOSE_TIMES: Final = 3
CLOSE_MOST: Final = 0.5
"""How many times that share may be shown the closest passages, answers among them, and at most."""
SHARES: Final = (0.01, 0.05, 0.1, 0.2, 0.3)
"""What the trade-off is told for."""
FEWEST_TO_CORRECT: Final = 10

_STEPS: Final = 10_000  # thresholds have four decimals
_FEW: Final = "Judge more questions, or allow a larger share with --answered-wrong."


@dataclass(frozen=True, slots=True)
class Scored:
    """A judged question as the index takes it.

    ``confidence`` is the model's, uncorrected. ``right`` is whether what it would quote answers, as
    far as that is known: else, whether the question has an answer.
    """

    confidence: float
    answerable: bool
    right: bool


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What would come of the questions if ``share`` of those without an answer might get one."""

    share: float
    answer_at: float
    close_at: float
    answerable: Counts
    unanswerable: Counts


def check(judged: Sequence[Judged], share: float) -> None:
    """Find out before the work whether a share can be told. Raises DataSetError."""
    unanswerable = sum(not one.answerable for one in judged)
    needed = math.ceil(1 / share - 1e-9)
    if unanswerable < needed:
        raise DataSetError(
            f"Of the questions {unanswerable} should not be answered:"
            f" a share of {share:g} takes at least {needed}.",
            remedy=_FEW,
        )
    if unanswerable == len(judged):
        raise DataSetError("No question is one that should be answered.", remedy="Add some.")


def score(
    judged: Sequence[Judged], ask: Callable[[str], Answer], tell: Progress | None = None
) -> list[Scored]:
    """Ask every question of a searcher that never refuses and has no correction."""
    scored: list[Scored] = []
    for number, one in enumerate(judged):
        if tell is not None:
            tell("asking", number, len(judged))
        try:
            answer = ask(one.question)
        except QuestionError:  # what nobody can ask is refused
            scored.append(Scored(0.0, one.answerable, right=False))
            continue
        scored.append(Scored(answer.confidence, one.answerable, _right(one, answer)))
    if tell is not None:
        tell("asking", len(judged), len(judged))
    return scored


def choose(scored: Sequence[Scored], share: float, correction: Correction | None) -> OperatingPoint:
    """Choose both thresholds, so that at most ``share`` of the unanswerable are answered.

    At most three times as many, and at most half of them, are answered or shown what is close.
    Raises DataSetError where even full confidence is too little.
    """
    bare = OperatingPoint(0, 0, correction)
    sure = [bare.corrected(one.confidence) for one in scored if not one.answerable]
    shown = max(share, min(CLOSE_TIMES * share, CLOSE_MOST))
    return OperatingPoint(lowest_threshold(sure, share), lowest_threshold(sure, shown), correction)


def lowest_threshold(unanswerable: Iterable[float], share: float) -> float:
    """Return the lowest threshold, of four decimals, that at most ``share`` of them reach.

    Raises DataSetError where more than that have full confidence.
    """
    falling = sorted(unanswerable, reverse=True)
    allowed = math.floor(share * len(falling) + 1e-9)
    if allowed >= len(falling):
        return 0.0
    steps = math.floor(falling[allowed] * _STEPS)
    while steps / _STEPS <= falling[allowed]:
        steps += 1
    if steps > _STEPS:
        raise DataSetError(
            f"More than a share of {share:g} of the questions without an answer"
            " have full confidence: no threshold keeps them back.",
            remedy="Allow a larger share with --answered-wrong.",
        )
    return steps / _STEPS


def fit_correction(scored: Sequence[Scored]) -> Correction:
    """Fit how often an answer is right to the confidence (Platt 1999, with his soft targets).

    Raises DataSetError where too few are right or wrong, or where the right are no surer.
    """
    right = sum(one.right for one in scored)
    wrong = len(scored) - right
    if min(right, wrong) < FEWEST_TO_CORRECT:
        raise DataSetError(
            f"{right} right and {wrong} wrong answers are too few to correct the confidence.",
            remedy=f"Judge at least {FEWEST_TO_CORRECT} of each, or leave --correct out.",
        )
    from sklearn.linear_model import LogisticRegression

    odds = [[log_odds(one.confidence)] for one in scored]
    # A target between 0 and 1 is a question that counts in part as right, in part as wrong.
    targets = [(right + 1) / (right + 2) if one.right else 1 / (wrong + 2) for one in scored]
    line = LogisticRegression(C=1e6, max_iter=1000)  # C: as good as without a penalty
    line.fit(
        odds + odds,
        [1] * len(scored) + [0] * len(scored),
        sample_weight=targets + [1 - target for target in targets],
    )
    slope, intercept = float(np.ravel(line.coef_)[0]), float(np.ravel(line.intercept_)[0])
    if slope <= 0:
        raise DataSetError(
            "Right answers are no surer than wrong ones: no correction can help that.",
            remedy="Leave --correct out, and look at the questions.",
        )
    return Correction(slope, intercept)


def trade_offs(scored: Sequence[Scored], correction: Correction | None) -> list[TradeOff]:
    """Say what each of SHARES would come to; those that the questions cannot tell are left out."""
    enough = 1 / max(1, sum(not one.answerable for one in scored)) - 1e-9
    told: list[TradeOff] = []
    for share in SHARES:
        if share >= enough:
            with contextlib.suppress(DataSetError):  # no threshold keeps enough back
                told.append(_trade_off(scored, share, correction))
    return told


def counted(scored: Iterable[Scored], point: OperatingPoint, *, answerable: bool) -> Counts:
    """Count the verdicts at a point, over the questions that should be answered or the others."""
    verdicts = [
        point.verdict(point.corrected(one.confidence))
        for one in scored
        if one.answerable == answerable
    ]
    return Counts(
        verdicts.count(Verdict.ANSWERED),
        verdicts.count(Verdict.CLOSE),
        verdicts.count(Verdict.NOT_FOUND),
    )


def _trade_off(scored: Sequence[Scored], share: float, correction: Correction | None) -> TradeOff:
    point = choose(scored, share, correction)
    return TradeOff(
        share,
        point.answer_at,
        point.close_at,
        counted(scored, point, answerable=True),
        counted(scored, point, answerable=False),
    )


def _right(one: Judged, answer: Answer) -> bool:
    if one.right is not None:
        return one.right
    if one.answerable and any(map(normalised, one.answers)):
        return any(stands_in(quote.text, one.answers) for quote in answer.quotes)
    return one.answerable
