"""The learned stages, fitted one after the other on a small real index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import evidence, features
from index.fitting import stages
from index.fitting.stages import Example
from index.question import read
from index.reading import PASSAGES_QUOTED

if TYPE_CHECKING:
    from index.search import Searcher

pytest.importorskip("lightgbm")

ASKED = {
    "Why did the Marit Vold run aground?": "Marit Vold",
    "How many people will Norrvik hire?": "Norrvik",
    "What did Teodor Brasov say about the referendum?": "Brasov",
    "Who swam the Strait of Velm?": "Velm",
    "How many penalties did Nia Oduya save?": "Oduya",
    "Why was Marek Dubiel disqualified?": "Dubiel",
}


def example(searcher: Searcher, text: str, name: str) -> Example:
    """Read a question; right is what has the name."""
    question = read(text, searcher.lexical, datetime(2026, 11, 24, tzinfo=UTC))
    vector, hits = searcher.hits(text, question.searched)
    readings = tuple(
        evidence.read(
            question,
            hit,
            evidence.analyse(hit.passage),
            searcher.sentences.cosines(hit.row, vector),
            searcher.lexical.rarity,
        )
        for hit in hits
    )
    right = tuple(
        np.array([name in span.of(hit.passage.text) for span in hit.passage.sentences])
        for hit in hits
    )
    relevant = np.array([bool(own.any()) for own in right])
    return Example("data", 0, True, question, readings, relevant, right, right)  # noqa: FBT003  a record


def test_each_stage_works_on_what_the_one_before_made(data_searcher: Searcher) -> None:
    """Passages are ordered, then the sentences of the best; labels stay with their sentences."""
    states = stages.start([example(data_searcher, *each) for each in ASKED.items()])
    stages.order_passages(states, stages.fit_passages(states))
    stages.order_sentences(states, stages.fit_sentences(states))
    for state in states:
        assert len(state.scores) == len(state.example.readings)
        assert len(state.order) == min(PASSAGES_QUOTED, len(state.scores))
        best = state.scores[state.order]
        assert (np.diff(best) <= 0).all()
        assert best[0] == state.scores.max()
        count = sum(len(state.example.right[i]) for i in state.order)
        assert state.sentences.shape == (count, len(features.SENTENCE_FEATURES))
        assert len(state.sentence_scores) == len(state.right) == count
        assert state.right.tolist() == [r for i in state.order for r in state.example.right[i]]
