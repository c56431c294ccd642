"""Does the confidence know? How it separates, what an answer risks, and whether it is calibrated.

``right`` is 1 where a question's answer was right, and 0 where it was wrong or there is none.
"""

# scipy is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from index.evaluation.intervals import Estimate, estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

BINS: Final = 10
RISKS: Final = (0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the reliability diagram: its lower edge, and means over what falls into it."""

    low: float
    questions: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The expected calibration error (Guo et al. 2017) and the bins that it sums up."""

    error: Estimate
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What is risked when only the surest questions are answered (El-Yaniv and Wiener 2010).

    ``area`` is the area under the curve (AURC), the mean risk over all coverages. ``coverage`` has,
    for each of RISKS, the largest share of questions that can be answered at that risk.
    """

    area: Estimate
    coverage: dict[float, Estimate]


def auroc(answerable: Numbers, unanswerable: Numbers) -> Estimate:
    """How often an answerable question gets more confidence than one that is not."""
    return estimate((answerable, unanswerable), _auroc, vectorized=True)


def risk_coverage(confidence: Numbers, right: Numbers) -> RiskCoverage:
    """Measure the whole curve."""
    samples = (confidence, right)
    return RiskCoverage(
        estimate(samples, _area, paired=True),
        {risk: estimate(samples, partial(_coverage, risk), paired=True) for risk in RISKS},
    )


def calibration(confidence: Numbers, right: Numbers) -> Calibration:
    """Compare the confidence with how often it was right, in ten bins of equal width."""
    bins = [
        Bin(
            low=number / BINS,
            questions=int(here.sum()),
            confidence=float(confidence[here].mean()),
            right=float(right[here].mean()),
        )
        for number in range(BINS)
        if (here := _bin(confidence) == number).any()
    ]
    return Calibration(estimate((confidence, right), _error, paired=True), tuple(bins))


def _auroc(answerable: Numbers, unanswerable: Numbers, axis: int = -1) -> Numbers:
    """Count the pairs in order by ranks (Mann and Whitney 1947); ties are half in order."""
    from scipy.stats import rankdata

    many, few = answerable.shape[axis], unanswerable.shape[axis]
    ranks = rankdata(np.concatenate([answerable, unanswerable], axis=axis), axis=axis)
    above = np.take(ranks, np.arange(many), axis=axis).sum(axis=axis) - many * (many + 1) / 2
    return above / (many * few)


def _risks(confidence: Numbers, right: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return the risk of answering the surest 1, 2, … n questions, and where a tie ends.

    Questions that tie share their errors, so that their order does not matter.
    """
    order = np.argsort(-confidence, kind="stable")
    ends = np.append(np.diff(confidence[order]) != 0, np.True_)
    tie = np.cumsum(ends) - ends
    wrong: Numbers = np.bincount(tie, 1 - right[order]) / np.bincount(tie)
    return np.cumsum(wrong[tie]) / np.arange(1, len(right) + 1), ends


def _area(confidence: Numbers, right: Numbers) -> float:
    return float(np.mean(_risks(confidence, right)[0]))


def _coverage(risk: float, confidence: Numbers, right: Numbers) -> float:
    risks, ends = _risks(confidence, right)
    good = np.flatnonzero(ends & (risks <= risk + 1e-12))  # a threshold cannot part a tie
    return float((good[-1] + 1) / len(right)) if len(good) else 0.0


def _error(confidence: Numbers, right: Numbers) -> float:
    """Weigh each bin's gap by its share: |sum of confidence - sum of right| over n."""
    gaps = np.bincount(_bin(confidence), confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def _bin(confidence: Numbers) -> NDArray[np.intp]:
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
