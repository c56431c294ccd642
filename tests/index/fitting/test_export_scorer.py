"""An exported scorer is taken where it scores as torch did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.errors import ConversionError
from index.fitting.export_scorer import (
    MAX_MEAN_DIFFERENCE,
    MIN_SPEARMAN,
    Agreement,
    check_agreement,
)

JUST = Agreement(9, MIN_SPEARMAN, MAX_MEAN_DIFFERENCE, 0.5)


def test_scores_that_differ_too_much_are_refused() -> None:
    """On average or in their order; one pair may differ, and the error says by how much."""
    check_agreement(JUST)
    with pytest.raises(ConversionError, match=r"by 0\.0210 on average"):
        check_agreement(replace(JUST, mean_difference=MAX_MEAN_DIFFERENCE + 0.001))
    with pytest.raises(ConversionError, match=r"correlation of 0\.9000") as caught:
        check_agreement(replace(JUST, spearman=0.9))
    assert str(MIN_SPEARMAN) in caught.value.remedy
