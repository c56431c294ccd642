"""Evidence as rows of numbers, one a candidate, for :mod:`index.answering.learned`.

Shares and cosines are in 0..1, ranks and lengths are logarithms, and ``*_below_best`` says how far
behind the best of the question's candidates one is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.questions.period import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.answering.evidence import Reading
    from index.questions.question import Question
    from index.records import Passage

PASSAGE_FEATURES: Final = (
    "cosine",
    "cosine_below_best",
    "lexical_share",
    "fused",
    "fused_below_best",
    "dense_rank",
    "lexical_rank",
    "coverage",
    "coverage_below_best",
    "names_covered",
    "title_coverage",
    "outlet_asked",
    "bigrams",
    "sentence_coverage",
    "sentence_coverage_below_best",
    "window_coverage",
    "window_coverage_below_best",
    "sentence_cosine",
    "sentence_cosine_below_best",
    "kind_matches",
    "time_asked",
    "question_length",
)
SENTENCE_FEATURES: Final = (
    "passage",
    "passage_below_best",
    "passage_rank",
    "cosine",
    "cosine_below_best",
    "coverage",
    "coverage_below_best",
    "coverage_with_previous",
    "window_coverage",
    "window_coverage_below_best",
    "names_covered",
    "names_covered_around",
    "bigrams",
    "kind_matches",
    "position",
    "length",
    "question_length",
)
SCORED: Final = ("scorer", "scorer_below_best")
"""What the sentence scorer adds to either, as log-odds; NaN where it read nothing."""
OF_SENTENCES: Final = ("sentence", "sentence_below_best")
"""What the best of a passage's sentences then comes to; NaN where they were not looked at."""
SCORED_PASSAGE_FEATURES: Final = PASSAGE_FEATURES + SCORED + OF_SENTENCES
SCORED_SENTENCE_FEATURES: Final = SENTENCE_FEATURES + SCORED

_UNRANKED: Final = 200
_SUREST: Final = 1e-6


def of_passages(question: Question, readings: Sequence[Reading]) -> NDArray[np.float64]:
    """Return the features of every candidate passage, shape (candidates, PASSAGE_FEATURES)."""
    if not readings:
        return np.zeros((0, len(PASSAGE_FEATURES)))
    cosines = np.array([each.hit.dense_score for each in readings])
    lexical = np.array([each.hit.lexical_score for each in readings])
    fused = np.array([each.hit.score for each in readings])
    covered = np.array([each.coverage for each in readings])
    sentence_coverage = np.array([each.coverages.max(initial=0.0) for each in readings])
    window = np.array([each.window_coverages.max(initial=0.0) for each in readings])
    sentence_cosine = np.array([each.cosines.max(initial=0.0) for each in readings])
    return np.column_stack(
        (
            cosines,
            cosines.max() - cosines,
            lexical / (lexical.max() or 1.0),
            fused,
            fused.max() - fused,
            [math.log(each.hit.dense_rank or _UNRANKED) for each in readings],
            [math.log(each.hit.lexical_rank or _UNRANKED) for each in readings],
            covered,
            covered.max() - covered,
            [each.names_covered for each in readings],
            [each.title_coverage for each in readings],
            [each.outlet_asked for each in readings],
            [each.bigrams for each in readings],
            sentence_coverage,
            sentence_coverage.max() - sentence_coverage,
            window,
            window.max() - window,
            sentence_cosine,
            sentence_cosine.max() - sentence_cosine,
            [each.kind_matches.max(initial=0.0) for each in readings],
            [_time_asked(question, each.hit.passage) for each in readings],
            np.full(len(readings), math.log1p(len(question.asked))),
        )
    )


def of_sentences(
    question: Question,
    readings: Sequence[Reading],
    scores: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the features of every sentence of the passages read, in their order.

    ``scores`` are the passages', best first.
    """
    counts = [len(each.coverages) for each in readings]
    if not sum(counts):
        return np.zeros((0, len(SENTENCE_FEATURES)))
    of = np.repeat(np.arange(len(readings)), counts)
    cosines = np.concatenate([each.cosines for each in readings]).astype(np.float64)
    covered = np.concatenate([each.coverages for each in readings])
    with_previous = np.concatenate([_with_previous(each.coverages) for each in readings])
    window = np.concatenate([each.window_coverages for each in readings])
    return np.column_stack(
        (
            scores[of],
            (scores.max() - scores)[of],
            np.log1p(of),
            cosines,
            cosines.max() - cosines,
            covered,
            covered.max() - covered,
            with_previous,
            window,
            window.max() - window,
            np.concatenate([each.sentence_names for each in readings]),
            np.array([each.names_covered for each in readings])[of],
            np.concatenate([each.sentence_bigrams for each in readings]),
            np.concatenate([each.kind_matches for each in readings]),
            np.concatenate([np.log1p(np.arange(count)) for count in counts]),
            np.concatenate([each.lengths for each in readings]),
            np.full(len(of), math.log1p(len(question.asked))),
        )
    )


def log_odds(probabilities: NDArray[Any]) -> NDArray[np.float64]:
    """Return log-odds; what is surer than the model can tell counts as that."""
    held = np.clip(probabilities.astype(np.float64), _SUREST, 1 - _SUREST)
    return np.log(held / (1 - held))


def with_scores(rows: NDArray[np.float64], scored: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add a score of each row, NaN where there is none, and how far behind the best it is."""
    best = np.fmax.reduce(scored, initial=-np.inf)
    return np.column_stack((rows, scored, best - scored))


def best_by_passage(
    scored: NDArray[np.float64], counts: Sequence[int], order: Sequence[int], passages: int
) -> NDArray[np.float64]:
    """Return the best of the sentences of each of so many ``passages``.

    ``counts`` of them follow each other, for the passages of ``order``; NaN for the others.
    """
    best = np.full(passages, np.nan)
    for at, count, end in zip(order, counts, np.cumsum(counts), strict=True):
        best[at] = np.fmax.reduce(scored[end - count : end], initial=np.nan)
    return best


def _time_asked(question: Question, passage: Passage) -> float:
    """Return 1 for what was published at a time that the question names, for a day around it half.

    What happened on a day is told that day or the next, which is another day in other time zones.
    """
    published = passage.metadata.published
    if published is None:
        return 0.0
    if any(published in time for time in question.times):
        return 1.0
    return 0.5 * any(time.start - DAY <= published < time.end + DAY for time in question.times)


def _with_previous(coverages: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each sentence, the better coverage of it and the one before."""
    return np.maximum(coverages, np.concatenate(([0.0], coverages[:-1])))
