"""What the sentence scorer adds to rows of features, and what it leaves unknown."""

from __future__ import annotations

import numpy as np
import pytest

from index.answering.features import (
    OF_SENTENCES,
    PASSAGE_FEATURES,
    SCORED,
    SCORED_PASSAGE_FEATURES,
    SCORED_SENTENCE_FEATURES,
    SENTENCE_FEATURES,
    best_by_passage,
    log_odds,
    with_scores,
)

NAN = float("nan")


def same(found: object, expected: object) -> None:
    """Compare numbers; NaN is only NaN."""
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), equal_nan=True)


def test_the_scorers_features_come_last() -> None:
    """Rows with its scores go on from those without."""
    assert (*PASSAGE_FEATURES, *SCORED, *OF_SENTENCES) == SCORED_PASSAGE_FEATURES
    assert (*SENTENCE_FEATURES, *SCORED) == SCORED_SENTENCE_FEATURES


def test_log_odds_are_finite_and_keep_the_order() -> None:
    """One half is 0, nine to one is the logarithm of 9, and certainty is bounded."""
    found = log_odds(np.array([0.0, 0.1, 0.5, 0.9, 1.0]))
    same(found[[1, 2, 3]], [-np.log(9), 0, np.log(9)])
    assert np.isfinite(found).all()
    assert (np.diff(found) > 0).all()
    assert found[0] == pytest.approx(-found[-1])
    assert log_odds(np.array([0.25], np.float32)).dtype == np.float64


def test_what_was_not_read_has_no_score() -> None:
    """The score and how far it is behind the best are added; NaN where the scorer wasn't asked."""
    rows = np.arange(6.0).reshape(3, 2)
    same(
        with_scores(rows, np.array([1.5, NAN, -0.5])),
        [[0, 1, 1.5, 0], [2, 3, NAN, NAN], [4, 5, -0.5, 2]],
    )


def test_where_nothing_was_read_nothing_is_known() -> None:
    """All are NaN, without a warning, and no rows stay no rows."""
    same(with_scores(np.zeros((2, 1)), np.full(2, NAN)), [[0, NAN, NAN]] * 2)
    assert with_scores(np.zeros((0, 25)), np.zeros(0)).shape == (0, 27)


def test_a_passage_is_as_good_as_its_best_sentence() -> None:
    """Sentences not read don't count; a passage of which none was read, or none is, has NaN.

    So has one whose sentences were not looked at.
    """
    scored = np.array([NAN, 0.5, -1.0, NAN, NAN, 2.0])
    same(
        best_by_passage(scored, [3, 2, 0, 1], [4, 1, 2, 0], 6),
        [2.0, NAN, NAN, NAN, 0.5, NAN],
    )
    same(best_by_passage(np.zeros(0), [], [], 2), [NAN, NAN])
