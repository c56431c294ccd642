"""Estimates with their 95 % bootstrap intervals (Efron and Tibshirani 1993), from a fixed seed."""

# scipy is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

SEED: Final = 20261124
RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95 % interval; all NaN where there is nothing to estimate it from."""

    value: float
    low: float
    high: float


def mean(values: Sequence[float] | Numbers) -> Estimate:
    """Estimate the mean over questions."""
    return estimate((np.asarray(values, dtype=np.float64),), _mean, vectorized=True)


def estimate(
    samples: tuple[Numbers, ...],
    statistic: Callable[..., float | Numbers],
    *,
    paired: bool = False,
    vectorized: bool = False,
) -> Estimate:
    """Estimate a statistic of samples.

    Questions are drawn again with replacement: from all samples together where they are
    ``paired``, else from each by itself. A ``vectorized`` statistic takes ``axis``.
    """
    sizes = [len(sample) for sample in samples]
    if min(sizes) == 0:
        return Estimate(np.nan, np.nan, np.nan)
    value = float(statistic(*samples, axis=-1) if vectorized else statistic(*samples))
    if min(sizes) == 1:  # nothing to draw again: one value has no spread
        return Estimate(value, value, value)
    from scipy.stats import bootstrap

    interval = bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        batch=100,
        vectorized=vectorized,
        paired=paired,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Estimate(value, float(interval.low), float(interval.high))


def sign_flip_p(differences: Numbers) -> float:
    """Return the two-sided p of Fisher's paired randomisation test that the mean difference is 0.

    Smucker, Allan and Carterette (2007) recommend it for comparing two rankings.
    """
    telling = differences[differences != 0]  # a zero stays one, whatever its sign
    if not len(telling):
        return 1.0
    from scipy.stats import permutation_test

    tested = permutation_test(
        (telling,),
        _mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        batch=500,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)


def _mean(values: Numbers, axis: int = -1) -> Numbers:
    return np.mean(values, axis=axis)
