"""The stories of our own writing are what their README says: answers stand where it is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.evaluation import beir

SETS = Path(__file__).parents[2] / "data_sets"
NAMES = ("written_stories", "written_stories_held_out")
NEAR_MISS = "near miss"
KINDS = {"quiz", "plain", "keywords", "lower", "yesno", "why_how", NEAR_MISS}


@pytest.fixture(scope="module", params=NAMES)
def stories(request: pytest.FixtureRequest) -> beir.DataSet:
    """One of the two sets."""
    return beir.read(SETS / request.param)


def test_answers_stand_in_their_evidence_and_that_in_its_documents(stories: beir.DataSet) -> None:
    """Every evidence is in a relevant document, letter by letter, and no such document has none."""
    documents = {document.id: document.text for document in stories.documents}
    for question in stories.questions:
        graded = stories.relevance.get(question.id, {})
        if not question.answerable:
            assert question.answers == question.evidence == ()
            assert not graded
            continue
        assert question.evidence
        for evidence in question.evidence:
            text = evidence.casefold()
            assert any(answer.casefold() in text for answer in question.answers)
            assert any(evidence in documents[each] for each in graded)
        assert all(any(e in documents[each] for e in question.evidence) for each in graded)


def test_half_of_the_questions_are_near_misses(stories: beir.DataSet) -> None:
    """The others are put in every way."""
    kinds = Counter(question.kind for question in stories.questions)
    assert set(kinds) == KINDS
    assert kinds[NEAR_MISS] == kinds.total() / 2


def test_articles_have_their_outlet_and_their_day(stories: beir.DataSet) -> None:
    """Two to four tell a story, which is what their ids have in common."""
    assert all(each.metadata.outlet and each.metadata.published for each in stories.documents)
    told = Counter(each.id.rpartition("-")[0] for each in stories.documents)
    assert set(told.values()) <= {2, 3, 4}
