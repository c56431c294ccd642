"""What speaks for the best sentence, taken from rows that are small enough to check by eye."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES, of_answer
from index.answering.features import (
    PASSAGE_FEATURES,
    SCORED_PASSAGE_FEATURES,
    SCORED_SENTENCE_FEATURES,
    SENTENCE_FEATURES,
    with_scores,
)
from index.questions.question import read
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.questions.question import Question

NAN = float("nan")
PASSAGE_SCORES = np.array([0.5, 2.0])
SENTENCE_SCORES = np.array([-1.0, 3.0, 1.0])


@pytest.fixture
def question(tmp_path: Path) -> Question:
    """A question of three terms and two names, one of which the corpus lacks."""
    lexicon = lexicon_of(tmp_path, "Kim met the mayor.", "Rain fell.")
    return read("Did Kim visit Vermont?", lexicon, datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture
def passages() -> NDArray[np.float64]:
    """Two passages; every feature of the second is 1 more than of the first."""
    first = np.arange(len(PASSAGE_FEATURES), dtype=np.float64)
    return np.array([first, first + 1])


@pytest.fixture
def sentences() -> NDArray[np.float64]:
    """Three sentences; every feature grows from one to the next."""
    first = np.arange(len(SENTENCE_FEATURES), dtype=np.float64)
    return np.array([first, first + 0.25, first + 0.5])


def named(row: NDArray[np.float64] | None) -> dict[str, float]:
    """Name a row's numbers."""
    assert row is not None
    scored = len(row) == len(SCORED_ANSWER_FEATURES)
    names = SCORED_ANSWER_FEATURES if scored else ANSWER_FEATURES
    return dict(zip(names, row.tolist(), strict=True))


def scored_row(
    question: Question,
    passages: NDArray[np.float64],
    sentences: NDArray[np.float64],
    scored: list[float],
) -> dict[str, float]:
    """Measure, with what the scorer says of each sentence."""
    rows = with_scores(with_scores(passages, np.zeros(len(passages))), np.zeros(len(passages)))
    said = with_scores(sentences, np.array(scored))
    assert rows.shape[1] == len(SCORED_PASSAGE_FEATURES)
    assert said.shape[1] == len(SCORED_SENTENCE_FEATURES)
    return named(of_answer(question, rows, PASSAGE_SCORES, said, SENTENCE_SCORES))


def test_the_best_of_passages_and_the_first_of_sentences_speak(
    question: Question, passages: NDArray[np.float64], sentences: NDArray[np.float64]
) -> None:
    """Passages count by their best value, the sentences by the one that comes first."""
    row = named(of_answer(question, passages, PASSAGE_SCORES, sentences, SENTENCE_SCORES))
    assert row["names_known"] == pytest.approx(0.5)
    assert row["question_length"] == pytest.approx(math.log1p(len(question.asked)))
    assert (row["passage_score"], row["sentence_score"]) == (2.0, 3.0)
    coverage = PASSAGE_FEATURES.index("coverage")
    assert row["best_passage_coverage"] == coverage + 1
    for name in ("cosine", "coverage", "kind_matches"):
        assert row[name] == SENTENCE_FEATURES.index(name) + 0.25


def test_a_question_without_names_lacks_none(
    tmp_path: Path, passages: NDArray[np.float64], sentences: NDArray[np.float64]
) -> None:
    """All of no names are known."""
    lexicon = lexicon_of(tmp_path, "Rain fell.")
    asked = read("When did rain fall?", lexicon, datetime(2026, 11, 24, tzinfo=UTC))
    row = named(of_answer(asked, passages, PASSAGE_SCORES, sentences, SENTENCE_SCORES))
    assert row["names_known"] == 1.0


def test_the_scorer_speaks_of_the_first_and_of_all_that_it_read(
    question: Question, passages: NDArray[np.float64], sentences: NDArray[np.float64]
) -> None:
    """Its best two and the sum of all are told beside what it says of the sentence in front."""
    row = scored_row(question, passages, sentences, [1.0, 0.0, NAN])
    assert (row["scorer"], row["scorer_best"], row["scorer_second"]) == (0.0, 1.0, 0.0)
    assert row["scorer_sum"] == pytest.approx(math.log(math.e + 1))


def test_a_sentence_in_front_that_was_not_read_counts_as_the_worst_that_was(
    question: Question, passages: NDArray[np.float64], sentences: NDArray[np.float64]
) -> None:
    """No more than is known speaks for it."""
    row = scored_row(question, passages, sentences, [1.0, NAN, -2.0])
    assert (row["scorer"], row["scorer_best"], row["scorer_second"]) == (-2.0, 1.0, -2.0)


def test_a_sentence_alone_has_a_second_far_behind(
    question: Question, passages: NDArray[np.float64]
) -> None:
    """Every number is finite, also where one sentence is all there is."""
    only = with_scores(np.zeros((1, len(SENTENCE_FEATURES))), np.array([1.5]))
    rows = with_scores(with_scores(passages, np.array([1.5, NAN])), np.array([0.5, NAN]))
    row = named(of_answer(question, rows, PASSAGE_SCORES, only, np.array([0.1])))
    assert row["scorer"] == row["scorer_best"] == row["scorer_sum"] == 1.5
    assert row["scorer_second"] < row["scorer_best"]
    assert all(math.isfinite(value) for value in row.values())


def test_without_a_sentence_there_is_nothing_to_measure(
    question: Question, passages: NDArray[np.float64]
) -> None:
    """None says so."""
    nothing = np.zeros((0, len(SENTENCE_FEATURES)))
    assert of_answer(question, passages, PASSAGE_SCORES, nothing, np.zeros(0)) is None
