"""Asking a data set's questions: rankings of documents, quotes, and what a refusal held back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.corpus.reading import Corpus
from index.evaluation import asking, beir, indexing
from index.evaluation.beir import Document, Question
from index.evaluation.corpus import Library
from index.place import Place
from index.records import Hit, Metadata, Passage, Verdict

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from index.evaluation.asking import Asked
    from index.evaluation.beir import DataSet
    from index.evaluation.indexing import Indexed


def silent(_stage: str, _done: int, _total: int) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def data(town_news: Path) -> DataSet:
    """The data set of invented news."""
    return beir.read(town_news)


@pytest.fixture(scope="module")
def indexed(data: DataSet, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Its index."""
    return indexing.ensure(data, tmp_path_factory.mktemp("eval"), encoder, silent)


@pytest.fixture(scope="module")
def answers(data: DataSet, indexed: Indexed, encoder: Encoder) -> dict[str, Asked]:
    """Every question of it asked, by id."""
    return {
        one.question.id: one for one in asking.ask_all(data.questions, indexed, encoder, silent)
    }


def test_documents_are_ranked_to_the_end(data: DataSet, answers: dict[str, Asked]) -> None:
    """Every document of this small set is ranked, the longest one once, scores falling."""
    one = answers["q10"]
    documents = [document for document, _ in one.ranking]
    scores = [score for _, score in one.ranking]
    assert documents[0] == "tn-11"
    assert sorted(documents) == sorted(document.id for document in data.documents)
    assert all(high > low for high, low in pairwise(scores))


def test_a_document_is_found_by_what_stands_deep_in_it(answers: dict[str, Asked]) -> None:
    """What the question asks for stands in a later passage of the longest document alone."""
    assert answers["q11"].ranking[0][0] == "tn-11"
    assert "boat" in answers["q11"].quotes[0].text


def test_quotes_are_verbatim(data: DataSet, answers: dict[str, Asked]) -> None:
    """Each stands in its document as it is, also where that has CRLF or leading white space."""
    texts = {document.id: document.text for document in data.documents}
    quotes = [quote for one in answers.values() for quote in (*one.quotes, *one.held_back)]
    assert len(quotes) > len(answers) / 2
    assert all(quote.verbatim and quote.text in texts[quote.document_id] for quote in quotes)


def test_a_refusal_holds_quotes_back(answers: dict[str, Asked]) -> None:
    """A refused question shows no quote; what it would have shown is kept apart."""
    refused = answers["u03"]
    assert refused.verdict is Verdict.NOT_FOUND
    assert refused.quotes == ()
    assert refused.best == refused.held_back != ()
    assert refused.confidence < answers["q01"].confidence
    assert answers["q01"].verdict is Verdict.ANSWERED
    assert answers["q01"].held_back == ()


def test_what_cannot_be_asked_is_refused(answers: dict[str, Asked]) -> None:
    """A question without a word ends nothing: it is a refusal without a ranking."""
    one = answers["u05"]
    assert (one.verdict, one.confidence, one.ranking) == (Verdict.NOT_FOUND, 0.0, ())
    assert one.best == ()


def test_questions_are_asked_without_what_answers_them(
    data: DataSet, indexed: Indexed, encoder: Encoder, answers: dict[str, Asked]
) -> None:
    """Those that have an answer, once each; no quote is of a document that has it."""
    without = asking.ask_taken_out(data.questions, data, indexed, encoder, silent)
    assert [one.question for one in without] == [each for each in data.questions if each.answerable]
    for one in without:
        assert not one.ranking
        gone = {each for each, grade in data.relevance[one.question.id].items() if grade > 0}
        assert not gone & {quote.document_id for quote in one.quotes}
        assert all(quote.verbatim for quote in one.quotes)
    surer = [answers[one.question.id].confidence > one.confidence for one in without]
    assert sum(surer) > 0.8 * len(surer)


def test_other_documents_with_the_evidence_are_left_out_too(
    data: DataSet, encoder: Encoder, tmp_path: Path
) -> None:
    """News is printed twice, and data sets name one of the prints."""
    again = tuple(replace(each, id=f"{each.id} again") for each in data.documents)
    twice = replace(data, documents=(*data.documents, *again))
    question = next(each for each in data.questions if each.answerable and each.evidence)
    there = indexing.ensure(twice, tmp_path, encoder, silent)
    (without,) = asking.ask_taken_out([question], twice, there, encoder, silent)
    shown = " ".join(quote.text for quote in without.quotes)
    assert not any(each in shown for each in question.evidence)
    assert without.verdict is not Verdict.ANSWERED


def test_what_cannot_be_asked_is_refused_without_evidence_too(
    data: DataSet, indexed: Indexed, encoder: Encoder
) -> None:
    """As it is with it."""
    empty = replace(next(each for each in data.questions if each.answerable), text=" ")
    (without,) = asking.ask_taken_out([empty], data, indexed, encoder, silent)
    assert (without.verdict, without.confidence) == (Verdict.NOT_FOUND, 0.0)


def hit(rank: int, path: str, score: float) -> Hit:
    """A hit in a file; all else about it is of no account here."""
    passage = Passage(f"p{rank}", "", Place(path, 1, 1, 0, 0), (), Metadata())
    return Hit(rank, rank, passage, "", score, None, 0.0, None, 0.0)


def test_a_document_ranks_by_its_best_passage() -> None:
    """Later passages of a document change nothing; equal scores are set apart in rank order."""
    documents = {name: Document(name.upper(), "", Metadata()) for name in "abc"}
    library = Library(Corpus(Path(), (), (), ()), documents)
    hits = [hit(1, "a", 0.9), hit(2, "b", 0.5), hit(3, "a", 0.5), hit(4, "c", 0.5)]
    assert asking.ranking(hits, library) == (("A", 0.9), ("B", 0.5), ("C", 0.499999))
    hits = [hit(1, "a", 0.2), hit(2, "b", 0.7)]
    assert asking.ranking(hits, library) == (("A", 0.2), ("B", 0.199999))


def test_samples_are_drawn_from_a_seed() -> None:
    """The same seed draws the same questions, in order; another seed others; no limit all."""
    questions = [Question(str(i), "", True, (), (), "") for i in range(100)]  # noqa: FBT003
    drawn = asking.sample(questions, 10, 1)
    assert drawn == asking.sample(questions, 10, 1) != asking.sample(questions, 10, 2)
    assert [int(each.id) for each in drawn] == sorted({int(each.id) for each in drawn})
    assert len(drawn) == 10
    assert asking.sample(questions, None, 1) == asking.sample(questions, 500, 1) == questions
