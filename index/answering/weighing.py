"""What spoke for a candidate and what against it: which features moved its score, and how far.

Each feature is set, one at a time, to its median over the question's candidates; what the score
loses by it is what the feature spoke for the candidate. Features that tell much the same share
what they do between them, so that the differences don't add up to the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from index.answering.close_reading import Table

    Rescored = Callable[[Table, NDArray[np.float64]], NDArray[np.float64]]

SHOWN: Final = 3
"""So many features are told each way."""
LEAST: Final = 0.005
"""What moves a score by less, a half percent of its odds, is not told."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A feature that moved a score ``by`` so much, above 0 where it spoke for the candidate.

    ``value`` is the candidate's, ``usual`` the median over the question's candidates; NaN where
    the sentence scorer read nothing.
    """

    feature: str
    value: float
    usual: float
    by: float


def weigh(table: Table, first: int, rescored: Rescored) -> list[tuple[Moved, ...]]:
    """Say of the ``first`` rows of a table what moved each most, what spoke for it first.

    ``rescored`` gives what the trees make of other rows of the table's features, in log-odds.
    """
    rows, width = table.rows[:first], len(table.names)
    if not len(rows):
        return []
    usual = _medians(table.rows)
    altered = np.repeat(rows, width, axis=0)
    column = np.tile(np.arange(width), len(rows))
    altered[np.arange(len(altered)), column] = usual[column]
    moved = table.scores[: len(rows), None] - rescored(table, altered).reshape(-1, width)
    return [
        _most(
            [
                Moved(name, *map(float, numbers))
                for name, *numbers in zip(table.names, values, usual, by, strict=True)
            ]
        )
        for values, by in zip(rows, moved, strict=True)
    ]


def _most(moved: list[Moved]) -> tuple[Moved, ...]:
    told = sorted((each for each in moved if abs(each.by) >= LEAST), key=lambda each: -each.by)
    spoke_for = [each for each in told if each.by > 0]
    against = [each for each in told if each.by < 0]
    return (*spoke_for[:SHOWN], *against[-SHOWN:])


def _medians(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's median over what is known of it, NaN where nothing is."""
    known = [column[~np.isnan(column)] for column in rows.T]
    return np.array([np.median(each) if len(each) else np.nan for each in known])
