"""Whether it is an answer at all: a probability that grows with the evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import confidence
from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES
from index.confidence import Judge, missing_terms, packaged_model
from index.fitting.judging import NOT_RISING
from index.questions.question import read
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Searcher

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
VALUES = st.floats(-8, 8)
ROWS = st.sampled_from([ANSWER_FEATURES, SCORED_ANSWER_FEATURES]).flatmap(
    lambda names: st.lists(VALUES, min_size=len(names), max_size=len(names))
)
JUDGE = Judge(packaged_model())


@given(row=ROWS, at=st.integers(0, len(SCORED_ANSWER_FEATURES) - 1), more=VALUES)
def test_more_evidence_never_lowers_confidence(row: list[float], at: int, more: float) -> None:
    """Confidence lies in 0..1 and rises, or stays, with each feature that is evidence."""
    at %= len(row)
    low, high = sorted((row[at], more))
    below, above = np.array(row), np.array(row)
    below[at], above[at] = low, high
    before, after = JUDGE.confidence(below), JUDGE.confidence(above)
    assert 0 <= before <= 1
    assert SCORED_ANSWER_FEATURES[at] in NOT_RISING or before <= after


@pytest.mark.parametrize("names", [ANSWER_FEATURES, SCORED_ANSWER_FEATURES])
def test_the_packaged_model_can_answer_and_refuse(names: tuple[str, ...]) -> None:
    """Nothing found is refused, all found is answered: both thresholds lie between."""
    model = packaged_model()
    nothing, everything = (np.full(len(names), value) for value in (-20.0, 20.0))
    assert JUDGE.confidence(nothing) < model.close_at <= model.answer_at
    assert model.answer_at < JUDGE.confidence(everything)


def test_nothing_found_is_no_answer() -> None:
    """Without a sentence there is no confidence, and nothing to tell of it."""
    assert JUDGE.confidence(None) == 0
    assert confidence.by_name(None) == {}


def test_what_speaks_for_an_answer_has_names(seeds_searcher: Searcher) -> None:
    """The features of a real answer are named, and are finite."""
    asked = read("Whom will Kim meet?", seeds_searcher.opened.lexical, NOW)
    row = confidence.measured(asked, seeds_searcher.read(asked.text))
    named = confidence.by_name(row)
    assert set(ANSWER_FEATURES) <= set(named)
    assert np.isfinite(list(named.values())).all()
    assert named["names_known"] == 1


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Did Kim visit Vermont, or Vermont Kim?", ("Vermont",)),
        ("Did Kim meet PUTIN in 2022?", ()),
        ("Who won in 1066 at Hastings?", ("1066", "Hastings")),
        ("DID KIM VISIT HASTINGS IN 1066?", ("1066",)),
        ("Did Kim go to Vladivotsok?", ()),
    ],
)
def test_missing_terms_are_what_no_passage_has(
    seeds_searcher: Searcher, question: str, missing: tuple[str, ...]
) -> None:
    """Names and numbers that stand nowhere are given as written, once each; typos are none."""
    assert missing_terms(read(question, seeds_searcher.opened.lexical, NOW)) == missing


def test_a_name_known_by_another_is_not_missing(tmp_path: Path) -> None:
    """Where the corpus writes Kyiv, Kiev is not missing; where it writes neither, it is."""
    kyiv = lexicon_of(tmp_path / "kyiv", "They met in Kyiv.")
    lviv = lexicon_of(tmp_path / "lviv", "They met in Lviv.")
    assert missing_terms(read("Who met in Kiev?", kyiv, NOW)) == ()
    assert missing_terms(read("Who met in Kiev?", lviv, NOW)) == ("Kiev",)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("is there a pancake on the train?", ("pancake",)),
        ("Did kim visit vermont?", ("vermont",)),
        ("Did Kim Visit Vermont?", ("Vermont",)),
        ("Did Kim eat a pancake?", ()),
    ],
)
def test_words_are_missing_where_no_name_is_written(
    seeds_searcher: Searcher, question: str, missing: tuple[str, ...]
) -> None:
    """A question that writes no name as one may be told its words; another only its names."""
    asked = read(question, seeds_searcher.opened.lexical, NOW)
    assert missing_terms(asked) == ()
    assert missing_terms(asked, any_word=True) == missing
