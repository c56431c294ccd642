"""Scores are asked for once, kept between runs, and never taken from another model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.fitting.fold_scores import FoldScores
from standing_in import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Asked = tuple[str, str, str]

PAIRS: list[Asked] = [
    ("Who opened the bridge?", "Mayor Brandt opened the bridge.", "Bridge"),
    ("Who opened the bridge?", "Traffic was slow.", "Bridge"),
    ("When did the mill close?", "The mill closed in May.", ""),
]


class Recorded:
    """Word overlap; remembers what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[list[Asked]] = []

    def __call__(self, asked: Sequence[Asked]) -> NDArray[np.float32]:
        """Score pairs."""
        self.asked.append(list(asked))
        return overlap(asked)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where scores are kept."""
    return tmp_path / "scores.json"


def test_only_new_pairs_are_asked_about(path: Path) -> None:
    """Each once, also within one call; the answers come in the order asked."""
    recorded = Recorded()
    scores = FoldScores(path, "a", recorded)
    first = scores.of([PAIRS[1], PAIRS[0], PAIRS[1]])
    np.testing.assert_allclose(first, overlap([PAIRS[1], PAIRS[0], PAIRS[1]]), atol=1e-6)
    second = scores.of(PAIRS)
    np.testing.assert_allclose(second, overlap(PAIRS), atol=1e-6)
    assert recorded.asked == [[PAIRS[1], PAIRS[0]], [PAIRS[2]]]
    assert scores.of([]).shape == (0,)


def test_scores_are_kept_between_runs(path: Path) -> None:
    """A later run asks nothing and gives the very same numbers."""
    before = FoldScores(path, "a", overlap).of(PAIRS)
    recorded = Recorded()
    after = FoldScores(path, "a", recorded).of(PAIRS)
    assert after.tolist() == before.tolist()
    assert recorded.asked == []


def test_another_models_scores_are_not_taken(path: Path) -> None:
    """Everything is asked anew, and then kept for that one."""
    FoldScores(path, "a", lambda asked: np.full(len(asked), 0.5, np.float32)).of(PAIRS)
    recorded = Recorded()
    np.testing.assert_allclose(FoldScores(path, "b", recorded).of(PAIRS), overlap(PAIRS), atol=1e-6)
    assert recorded.asked == [PAIRS]
    FoldScores(path, "b", recorded).of(PAIRS)
    assert len(recorded.asked) == 1


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_pair_is_its_question_sentence_and_title(path: Path, part: int) -> None:
    """Another one of the three makes another pair."""
    recorded = Recorded()
    scores = FoldScores(path, "a", recorded)
    other = list(PAIRS[0])
    other[part] += " again"
    scores.of([PAIRS[0]])
    scores.of([(other[0], other[1], other[2])])
    assert len(recorded.asked) == 2
