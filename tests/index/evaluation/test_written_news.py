"""The news of our own writing is what its README says: every answer stands where it is said to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.evaluation import beir

SETS = Path(__file__).parents[2] / "data_sets"
NAMES = ("written_news", "written_news_held_out")


@pytest.fixture(scope="module", params=NAMES)
def news(request: pytest.FixtureRequest) -> beir.DataSet:
    """One of the two sets."""
    return beir.read(SETS / request.param)


def test_answers_stand_in_their_evidence_and_that_in_its_document(news: beir.DataSet) -> None:
    """Letter by letter; a question without an answer has neither, and no relevant document."""
    documents = {document.id: document for document in news.documents}
    for question in news.questions:
        graded = news.relevance.get(question.id, {})
        if not question.answerable:
            assert question.answers == question.evidence == ()
            assert not graded
            continue
        (evidence,), (answer,), (document,) = question.evidence, question.answers, graded
        assert answer in evidence
        assert evidence in documents[document].text


def test_about_half_of_the_questions_are_near_misses(news: beir.DataSet) -> None:
    """Of the others, in every form of question that both are asked in."""
    kinds = Counter(question.kind for question in news.questions)
    assert set(kinds) == {"answered", "near miss"}
    assert 0.4 < kinds["answered"] / kinds.total() < 0.6


@pytest.mark.parametrize("name", ["written_news", "written_stories", "written_reference"])
def test_a_set_shares_nothing_with_what_is_held_out(name: str) -> None:
    """What was held out has other documents and other questions."""
    one, other = (beir.read(SETS / each) for each in (name, f"{name}_held_out"))
    for what in ("documents", "questions"):
        mine, theirs = ({each.text for each in getattr(news, what)} for news in (one, other))
        assert mine.isdisjoint(theirs)
