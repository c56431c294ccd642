"""What speaks for the best sentence as an answer: one row of numbers a question.

The confidence (:mod:`index.confidence`) is made of these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from index.answering.features import (
    PASSAGE_FEATURES,
    SCORED_PASSAGE_FEATURES,
    SCORED_SENTENCE_FEATURES,
    SENTENCE_FEATURES,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.questions.question import Question

_BEST_PASSAGE: Final = ("cosine", "sentence_cosine", "coverage", "names_covered")
_OF_THE_SENTENCE: Final = (
    "cosine",
    "coverage",
    "coverage_with_previous",
    "window_coverage",
    "names_covered",
    "names_covered_around",
    "bigrams",
    "kind_matches",
)
ANSWER_FEATURES: Final = (
    "names_known",
    "question_length",
    "passage_score",
    "sentence_score",
    *(f"best_passage_{name}" for name in _BEST_PASSAGE),
    *_OF_THE_SENTENCE,
)
SCORED_ANSWER_FEATURES: Final = (
    *ANSWER_FEATURES,
    "scorer",
    "scorer_best",
    "scorer_second",
    "scorer_sum",
)
"""``scorer`` is of the sentence that comes first, in log-odds; the others are of all it read."""
_ALONE: Final = 3.0
"""How far behind a second sentence counts, in log-odds, where there is none."""


def of_answer(
    question: Question,
    passages: NDArray[np.float64],
    passage_scores: NDArray[np.float64],
    sentences: NDArray[np.float64],
    sentence_scores: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Return ANSWER_FEATURES, or SCORED_ANSWER_FEATURES where the rows have the scorer's scores.

    Rows are as :mod:`index.answering.features` makes them, in any order; None where there is no
    sentence.
    """
    if not len(sentences):
        return None
    best = sentences[int(np.argmax(sentence_scores))]
    names = question.names
    row = [
        sum(each.known for each in names) / len(names) if names else 1.0,
        math.log1p(len(question.asked)),
        float(passage_scores.max()),
        float(sentence_scores.max()),
        *(float(passages[:, PASSAGE_FEATURES.index(name)].max()) for name in _BEST_PASSAGE),
        *(float(best[SENTENCE_FEATURES.index(name)]) for name in _OF_THE_SENTENCE),
    ]
    if passages.shape[1] == len(SCORED_PASSAGE_FEATURES):
        column = SCORED_SENTENCE_FEATURES.index("scorer")
        scored = sentences[:, column]
        read = np.sort(scored[~np.isnan(scored)])[::-1]
        row += [
            float(read[-1] if np.isnan(best[column]) else best[column]),
            float(read[0]),
            float(read[1] if len(read) > 1 else read[0] - _ALONE),
            float(np.logaddexp.reduce(read)),
        ]
    return np.array(row)
