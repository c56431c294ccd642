"""AUROC, risk–coverage and calibration, against scikit-learn and by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from index.evaluation import reliability

# scikit-learn is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

if TYPE_CHECKING:
    from numpy.typing import NDArray


def array(*values: float) -> NDArray[np.float64]:
    """Values as the measures take them."""
    return np.array(values, dtype=np.float64)


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    """Of six pairs four are in order and one is a tie: 4.5 of 6."""
    found = reliability.auroc(array(0.9, 0.5, 0.2), array(0.5, 0.1))
    assert found.value == pytest.approx(4.5 / 6)
    assert found.low <= found.value <= found.high


def test_auroc_agrees_with_scikit_learn() -> None:
    """On many scores it is scikit-learn's, inside an interval that is narrow and below 1."""
    random = np.random.default_rng(5)
    good, bad = random.normal(1, 1, 150), random.normal(0, 1, 100)
    found = reliability.auroc(good, bad)
    labels = [1] * 150 + [0] * 100
    assert found.value == pytest.approx(roc_auc_score(labels, np.concatenate([good, bad])))
    assert found.value - 0.1 < found.low < found.value < found.high < found.value + 0.1


def test_auroc_of_one_group_alone() -> None:
    """Without unanswerable questions there is nothing to separate."""
    assert math.isnan(reliability.auroc(array(0.5), array()).value)


def test_risk_coverage_by_hand() -> None:
    """The surest are right, wrong, right, right, wrong: risks 0, 1/2, 1/3, 1/4, 2/5."""
    sure, right = array(0.5, 0.9, 0.7, 0.8, 0.6), array(0, 1, 1, 0, 1)
    found = reliability.risk_coverage(sure, right)
    assert found.area.value == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert {risk: each.value for risk, each in found.coverage.items()} == {
        0.05: 0.2,
        0.1: 0.2,
        0.2: 0.2,
    }


def test_coverage_at_a_risk_met_exactly() -> None:
    """One wrong answer among twenty is a risk of 5 %, and meets 5 %."""
    sure = np.linspace(1, 0, 20)
    right = np.ones(20)
    right[7] = 0
    found = reliability.risk_coverage(sure, right)
    assert [each.value for each in found.coverage.values()] == [1, 1, 1]
    right[0] = 0
    found = reliability.risk_coverage(sure, right)
    assert [each.value for each in found.coverage.values()] == [0, 1, 1]


def test_ties_share_their_risk() -> None:
    """Where all confidences are one, the order of the questions does not matter."""
    right = array(1, 0, 0, 1)
    for order in ([0, 1, 2, 3], [1, 2, 0, 3]):
        found = reliability.risk_coverage(array(0.5, 0.5, 0.5, 0.5), right[order])
        assert found.area.value == pytest.approx(0.5)
        assert found.coverage[0.2].value == 0


def test_calibration_by_hand() -> None:
    """Two bins: .95 sure and half right, .25 sure and right once in two; 1.0 is in the last."""
    found = reliability.calibration(array(0.9, 1.0, 0.2, 0.3 - 1e-9), array(1, 0, 0, 1))
    assert found.error.value == pytest.approx((0.45 * 2 + 0.25 * 2) / 4)
    assert [(bar.low, bar.questions, bar.right) for bar in found.bins] == [
        (0.2, 2, 0.5),
        (0.9, 2, 0.5),
    ]


def test_calibration_agrees_with_scikit_learn() -> None:
    """The bins are those of its reliability diagram; overconfidence makes the error."""
    random = np.random.default_rng(6)
    sure = random.random(500)
    right = (random.random(500) < sure**2).astype(float)
    found = reliability.calibration(sure, right)
    share_right, mean_sure = calibration_curve(right, sure, n_bins=10)
    assert [bar.right for bar in found.bins] == pytest.approx(list(share_right))
    assert [bar.confidence for bar in found.bins] == pytest.approx(list(mean_sure))
    counts = np.array([bar.questions for bar in found.bins])
    assert counts.sum() == 500
    expected = float(np.abs(share_right - mean_sure) @ counts / 500)
    assert found.error.value == pytest.approx(expected)
    assert found.error.value > 0.1


def test_perfect_calibration() -> None:
    """Half right at .5 is no error."""
    assert reliability.calibration(array(0.5, 0.5), array(1, 0)).error.value == 0
