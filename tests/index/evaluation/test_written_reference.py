"""The background of our own writing is what its README says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.evaluation import beir

SETS = Path(__file__).parents[2] / "data_sets"
NAMES = ("written_reference", "written_reference_held_out")
DECEIVING = {
    "other entity",
    "roles exchanged",
    "antonym",
    "negated",
    "condition",
    "other relation",
    "not told",
}


@pytest.fixture(scope="module", params=NAMES)
def background(request: pytest.FixtureRequest) -> beir.DataSet:
    """One of the two sets."""
    return beir.read(SETS / request.param)


def test_answers_stand_in_their_evidence_and_that_in_its_paragraph(
    background: beir.DataSet,
) -> None:
    """Letter by letter, in the one paragraph that a question is about."""
    documents = {document.id: document.text for document in background.documents}
    for question in background.questions:
        graded = background.relevance.get(question.id, {})
        if not question.answerable:
            assert question.answers == question.evidence == ()
            assert not graded
            continue
        (about,) = graded
        assert question.evidence
        assert question.answers
        assert all(evidence in documents[about] for evidence in question.evidence)
        for answer in question.answers:
            assert any(answer in evidence for evidence in question.evidence)


def test_half_of_the_questions_deceive(background: beir.DataSet) -> None:
    """In every way, six of each paragraph's twelve."""
    kinds = Counter(question.kind for question in background.questions)
    assert set(kinds) == {"plain", *DECEIVING}
    assert kinds["plain"] == kinds.total() / 2
    asked = Counter(question.id.rpartition("-")[0] for question in background.questions)
    assert asked == {document.id: 12 for document in background.documents}


def test_paragraphs_are_as_long_as_is_said(background: beir.DataSet) -> None:
    """166 to 228 words, under titles of their own."""
    assert all(166 <= len(each.text.split()) <= 228 for each in background.documents)
    titles = [each.metadata.title for each in background.documents]
    assert all(titles)
    assert len(set(titles)) == len(titles)
