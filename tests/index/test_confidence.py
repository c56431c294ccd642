"""Whether it is an answer at all: a probability that grows with the evidence."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.confidence import (
    Features,
    confidence,
    features,
    missing_terms,
    names_in,
    packaged_model,
)

if TYPE_CHECKING:
    from index.search import Searcher

SHARES = st.floats(0, 1)
NAMES = [field.name for field in fields(Features)]
MEASURED = st.builds(Features, **dict.fromkeys(NAMES, SHARES))


@given(measured=MEASURED, name=st.sampled_from(NAMES), more=SHARES)
def test_more_evidence_never_lowers_confidence(measured: Features, name: str, more: float) -> None:
    """Confidence lies in 0..1 and rises, or stays, with each feature."""
    model = packaged_model()
    low, high = sorted((getattr(measured, name), more))
    before = confidence(replace(measured, **{name: low}), model)
    after = confidence(replace(measured, **{name: high}), model)
    assert 0 <= before <= after <= 1


def test_the_packaged_model_can_answer_and_refuse() -> None:
    """Nothing found is refused, all found is answered: both thresholds lie between."""
    model = packaged_model()
    nothing, everything = (Features(**dict.fromkeys(NAMES, value)) for value in (0.0, 1.0))
    assert confidence(nothing, model) < model.close_at <= model.answer_at
    assert model.answer_at < confidence(everything, model)
    assert set(model.coefficients) <= set(NAMES)


def test_nothing_found_has_no_evidence(seeds_searcher: Searcher) -> None:
    """Without a hit every feature is 0."""
    measured = features("Kim?", [], [], seeds_searcher.lexical)
    assert measured == Features(**dict.fromkeys(NAMES, 0.0))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where will Kim meet Putin?", ["Kim", "Putin"]),
        ("Kim met whom?", []),
        ("“Kim met whom?”", []),
        ("«Kim met whom?»", []),
        ("— Kim met whom?", []),
        ("...Kim met whom?", []),
        ("  *Kim* met whom?", []),
        ("NATO met whom?", ["NATO"]),
        ("2022 brought what?", ["2022"]),
        ("What did McDonald say on Aug. 30?", ["McDonald", "Aug", "30"]),
        ("McDonald said what?", ["McDonald"]),
        ("who met kim?", []),
        ("What did the U.S. say about Jerusalem's walls?", ["U.S.", "Jerusalem"]),
        ("", []),
        ("🎉 ?", []),
    ],
)
def test_names_of_a_question(question: str, expected: list[str]) -> None:
    """Capitalised words and numbers are names, but not the first word, wherever it stands."""
    assert [term.word for term in names_in(question)] == expected


@given(question=st.text(max_size=60))
@example(question="ﾞ İ ŉ ǅ")
@example(question="«»")
def test_names_stand_in_the_question(question: str) -> None:
    """Whatever the question, each name is a part of it, in order."""
    found = names_in(question)
    assert all(term.span.of(question) == term.word for term in found)
    assert [term.span for term in found] == sorted(term.span for term in found)


def test_missing_terms_are_what_no_passage_has(seeds_searcher: Searcher) -> None:
    """Names and numbers that stand nowhere are given as written, once each."""
    lexical = seeds_searcher.lexical
    assert missing_terms("Did Kim visit Vermont, or Vermont Kim?", lexical) == ("Vermont",)
    assert missing_terms("Did Kim meet PUTIN in 2022?", lexical) == ()
    assert missing_terms("Who won in 1066 at Hastings?", lexical) == ("1066", "Hastings")


def test_words_are_missing_where_there_is_no_name(seeds_searcher: Searcher) -> None:
    """A question without a name may be told its words instead."""
    lexical = seeds_searcher.lexical
    question = "is there a pancake on the train?"
    assert missing_terms(question, lexical) == ()
    assert missing_terms(question, lexical, any_word=True) == ("pancake",)
