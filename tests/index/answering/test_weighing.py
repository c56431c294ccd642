"""What spoke for a candidate and against it, over tables whose scores are known sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.answering.close_reading import Table
from index.answering.weighing import Moved, weigh

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = ("near", "far", "same", "unread")
WEIGHTS = np.array([2.0, -1.0, 5.0, 1.0])
ROWS = np.array(
    [
        [1.0, 0.0, 0.5, 0.8],
        [0.5, 0.2, 0.5, np.nan],
        [0.0, 1.0, 0.5, 0.0],
    ]
)


def scored(_: Table, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """A weighted sum; what is not known counts nothing."""
    return np.nan_to_num(rows) @ WEIGHTS


def table(rows: NDArray[np.float64]) -> Table:
    """A table of these rows."""
    bare = Table(NAMES, rows, np.zeros(len(rows)))
    return Table(NAMES, rows, scored(bare, rows))


def test_a_feature_moves_a_score_by_what_the_median_would_change() -> None:
    """The differences are from the median of the candidates, and what spoke for it is first."""
    best, _, last = weigh(table(ROWS), 3, scored)
    assert [each.feature for each in best] == ["near", "unread", "far"]
    assert [each.by for each in best] == pytest.approx([1.0, 0.4, 0.2])
    assert best[0] == Moved("near", 1.0, 0.5, 1.0)
    assert [each.feature for each in last] == ["unread", "far", "near"]
    assert [each.by for each in last] == pytest.approx([-0.4, -0.8, -1.0])


def test_what_all_candidates_share_moves_nothing() -> None:
    """A feature at its median is told neither for nor against."""
    assert all(each.feature != "same" for told in weigh(table(ROWS), 3, scored) for each in told)


def test_a_feature_known_of_none_moves_nothing() -> None:
    """Where the scorer read nothing at all, it is not told, and nothing warns."""
    rows = ROWS.copy()
    rows[:, 3] = np.nan
    assert all(each.feature != "unread" for told in weigh(table(rows), 3, scored) for each in told)


def test_three_are_told_each_way_and_only_of_the_first_rows() -> None:
    """Of many features the strongest three for and against, of as many rows as asked for."""
    names = tuple(f"f{n}" for n in range(10))
    weights = np.array([1.0, 2.0, 3.0, 4.0, 5.0, -1.0, -2.0, -3.0, -4.0, -5.0])
    rows = np.array([[1.0] * 10, [0.0] * 10, [0.0] * 10])
    wide = Table(names, rows, rows @ weights)
    (told,) = weigh(wide, 1, lambda _, altered: altered @ weights)
    assert [each.by for each in told] == [5, 4, 3, -3, -4, -5]


def test_no_candidates_no_words() -> None:
    """An empty table has nothing to tell."""
    assert weigh(table(np.zeros((0, 4))), 10, scored) == []
