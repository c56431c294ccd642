"""Bootstrap intervals and the randomisation test."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from index.evaluation import intervals


def test_the_same_seed_gives_the_same_interval() -> None:
    """Measuring twice tells the same."""
    values = np.random.default_rng(1).random(40)
    assert intervals.mean(values) == intervals.mean(values)


def test_the_interval_is_that_of_the_mean() -> None:
    """For many values it is the mean plus or minus 1.96 standard errors."""
    values = np.random.default_rng(2).normal(5, 2, 400)
    found = intervals.mean(values)
    error = 1.96 * values.std(ddof=1) / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - error, abs=0.05)
    assert found.high == pytest.approx(values.mean() + error, abs=0.05)


def test_intervals_cover() -> None:
    """Of many samples about 95 in 100 have the true mean in their interval."""
    random = np.random.default_rng(3)
    samples = (intervals.mean(random.normal(1, 1, 60)) for _ in range(200))
    covered = sum(found.low <= 1 <= found.high for found in samples)
    assert 180 <= covered <= 199


def test_few_values() -> None:
    """One value has no spread; none has no mean; equal ones have an interval without width."""
    assert intervals.mean([0.3]) == intervals.Estimate(0.3, 0.3, 0.3)
    assert all(math.isnan(each) for each in (intervals.mean([]).value, intervals.mean([]).low))
    assert intervals.mean([1.0] * 9) == intervals.Estimate(1.0, 1.0, 1.0)


def test_paired_samples_are_drawn_together() -> None:
    """The difference of a value and itself never varies; drawn apart it does."""
    values = np.random.default_rng(4).random(30)

    def difference(one: intervals.Numbers, two: intervals.Numbers) -> float:
        return float(one.mean() - two.mean())

    together = intervals.estimate((values, values), difference, paired=True)
    apart = intervals.estimate((values, values), difference)
    assert (together.low, together.high) == pytest.approx((0, 0), abs=1e-12)
    assert apart.low < -0.05 < 0.05 < apart.high


def test_the_randomisation_test_is_exact_on_few_questions() -> None:
    """p is the share of sign patterns whose mean is as far from 0 as the one found."""
    differences = np.array([0.5, 0.25, 0.5, -0.25, 0.0, 1.0, 0.0])
    telling = differences[differences != 0]
    patterns = [abs(np.dot(signs, telling)) for signs in product((1, -1), repeat=len(telling))]
    exact = np.mean([each >= abs(telling.sum()) - 1e-9 for each in patterns])
    assert intervals.sign_flip_p(differences) == pytest.approx(exact)


def test_equal_runs_do_not_differ() -> None:
    """Without any difference p is 1; with a clear one on many questions it is small."""
    assert intervals.sign_flip_p(np.zeros(50)) == 1
    assert intervals.sign_flip_p(np.array([1.0] * 30 + [0.0] * 70)) < 0.001
