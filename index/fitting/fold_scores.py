"""What a fold's sentence scorer says of pairs, kept: a pair costs ten milliseconds to read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Asked = tuple[str, str, str]
    Scorer = Callable[[Sequence[Asked]], NDArray[np.float32]]


class FoldScores:
    """Probabilities by question, sentence and title; ``path`` keeps them between runs.

    ``scorer`` names the model: another one's scores are not taken.
    """

    def __init__(self, path: Path, name: str, score: Scorer) -> None:
        """Take up what is kept for this model."""
        self._path = path
        self._name = name
        self._score = score
        self._known: dict[str, float] = {}
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            if kept["scorer"] == name:
                self._known = kept["scores"]

    def of(self, asked: Sequence[Asked]) -> NDArray[np.float64]:
        """Return the probability of each, in the order given; asks only about new ones."""
        keys = [_key(each) for each in asked]
        new = {key: each for key, each in zip(keys, asked, strict=True) if key not in self._known}
        if new:
            scores = self._score(list(new.values()))
            self._known |= {
                key: round(float(score), 6) for key, score in zip(new, scores, strict=True)
            }
            document = {"scorer": self._name, "scores": self._known}
            durable.replace_text(self._path, json.dumps(document))
        return np.array([self._known[key] for key in keys])


def _key(asked: Asked) -> str:
    return hashlib.sha256("\0".join(asked).encode()).hexdigest()[:24]
