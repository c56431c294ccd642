"""Questions read by the pipeline: labels stand with their sentences, and evidence can be taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.fitting.asker import asking
from index.fitting.dealing import deal
from index.fitting.examples import ANSWERED, SWAPPED, TAKEN_OUT, UNANSWERED, Example, examples
from index.fitting.pairs import gold_sentences, holds
from index.text.terms import fold

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet, Question
    from index.fitting.asker import Asker

SEED = 19


AS_POSED = (ANSWERED, UNANSWERED)


@pytest.fixture(scope="module")
def posed(town: DataSet) -> dict[str, Question]:
    """The questions by their ids."""
    return {question.id: question for question in town.questions}


def test_every_question_is_read_as_it_stands(
    town: DataSet, town_examples: tuple[Example, ...]
) -> None:
    """Once, in the set's order, with whether the corpus answers it."""
    plain = [each for each in as_posed(town_examples) if not each.retyped]
    assert [each.id for each in plain] == [question.id for question in town.questions]
    for each, question in zip(plain, town.questions, strict=True):
        assert each.question.text == question.text
        assert each.kind == (ANSWERED if question.answerable else UNANSWERED)
        assert each.answerable == question.answerable
        assert each.data == "town"


def test_some_are_read_again_as_people_type(
    posed: dict[str, Question], town_examples: tuple[Example, ...]
) -> None:
    """Another text, and the same answer: kind, article and evidence stay."""
    retyped = [each for each in as_posed(town_examples) if each.retyped]
    assert retyped
    plain = {each.id: each for each in as_posed(town_examples) if not each.retyped}
    for each in retyped:
        assert each.question.text != posed[each.id].text
        assert each.kind == plain[each.id].kind
        if each.answerable:
            assert each.article == plain[each.id].article
            assert each.relevant.any()


def as_posed(examples: tuple[Example, ...]) -> list[Example]:
    """Leave out what was made to have no answer."""
    return [each for each in examples if each.kind in AS_POSED]


def parts_of(posed: dict[str, Question], each: Example) -> list[Question]:
    """Return the questions that an example asks: its own, or several joined."""
    found = [one for one in posed.values() if one.text.rstrip("? ") in each.question.text]
    return found if len(found) > 1 else [posed[each.id]]


def test_some_are_asked_together_with_others(
    posed: dict[str, Question], town_examples: tuple[Example, ...], asker: Asker
) -> None:
    """In one long question, of one fold, all of them answerable or none."""
    dealt = deal(asker, SEED).questions
    joined = [(each, parts_of(posed, each)) for each in town_examples]
    joined = [(each, parts) for each, parts in joined if len(parts) > 1]
    assert joined
    for each, parts in joined:
        assert each.retyped
        assert {(dealt[part.id], part.answerable) for part in parts} == {
            (dealt[each.id], each.kind != UNANSWERED)
        }


def test_some_are_asked_about_a_name_that_their_evidence_lacks(
    posed: dict[str, Question], town_examples: tuple[Example, ...]
) -> None:
    """What answered them stands in the corpus still, and is no answer any more."""
    others = [each for each in town_examples if each.kind == SWAPPED]
    assert others
    for each in others:
        question = posed[each.id]
        assert question.answerable
        assert not each.answerable
        new = set(each.question.text.split()) - set(question.text.split())
        assert new
        assert not all(fold(word) in fold(" ".join(question.evidence)) for word in new)
        assert len(each.readings) > 1


def test_sentences_stand_in_their_passages(town_examples: tuple[Example, ...]) -> None:
    """A text, a title and two labels for each sentence of each passage, in their order."""
    for each in town_examples:
        assert each.readings
        assert len(each.relevant) == len(each.titles) == len(each.readings)
        for i, reading in enumerate(each.readings):
            passage = reading.hit.passage
            assert len(each.texts[i]) == len(passage.sentences)
            assert len(each.right[i]) == len(each.holding[i]) == len(each.texts[i])
            for span, text in zip(passage.sentences, each.texts[i], strict=True):
                assert text in passage.text
                assert span.of(passage.text) in text
            assert each.titles[i] == (passage.metadata.title or "")


def test_right_is_what_has_the_evidence(
    posed: dict[str, Question], asker: Asker, town_examples: tuple[Example, ...]
) -> None:
    """A right sentence has a gold one or holds an answer in a relevant document; no other is."""
    found: set[str] = set()
    for each in (example for example in town_examples if example.answerable):
        parts = parts_of(posed, each)
        answers = [answer for part in parts for answer in part.answers]
        gold = {
            text
            for part in parts
            for document in asker.relevant(part)
            for text in gold_sentences(part, document)
        }
        for i, texts in enumerate(each.texts):
            for text, right, holding in zip(texts, each.right[i], each.holding[i], strict=True):
                assert holding == holds(text, answers)
                evidence = any(sentence in text for sentence in gold)
                assert right == (evidence or (holding and each.relevant[i]))
                if right:
                    found.add(each.id)
    assert found == {question.id for question in posed.values() if question.evidence}


def test_nothing_is_right_for_a_question_without_an_answer(
    town_examples: tuple[Example, ...],
) -> None:
    """Neither a passage nor a sentence, whether the set or another name makes it so."""
    unanswerable = [each for each in town_examples if not each.answerable]
    assert {each.kind for each in unanswerable} == {UNANSWERED, TAKEN_OUT, SWAPPED}
    for each in unanswerable:
        assert not each.relevant.any()
        assert not any(own.any() for own in each.right)
        # The words of an answer, "twelve", may stand anywhere.
        assert each.kind == TAKEN_OUT or not any(own.any() for own in each.holding)


def test_the_answer_is_taken_out_of_the_corpus(
    posed: dict[str, Question], town_examples: tuple[Example, ...], asker: Asker
) -> None:
    """What is left is ranked as if the documents that answer had never been there."""
    taken = [each for each in town_examples if each.kind == TAKEN_OUT]
    assert {each.retyped for each in taken} == {False, True}
    for each in taken:
        asked = [one for one in town_examples if one.question.text == each.question.text]
        before = next(one for one in asked if one.kind == ANSWERED)
        assert (before.id, before.article, before.retyped) == (each.id, each.article, each.retyped)
        documents = {asker.document_of(reading.hit).id for reading in each.readings}
        gone = {one.id for part in parts_of(posed, each) for one in asker.relevant(part)}
        assert gone
        assert not documents & gone
        hits = [reading.hit for reading in each.readings]
        assert [hit.dense_rank for hit in hits].count(1) == 1
        assert sorted(hit.rank for hit in hits) == list(range(1, len(hits) + 1))
        assert max(hit.score for hit in hits) > max(
            reading.hit.score
            for reading, relevant in zip(before.readings, before.relevant, strict=True)
            if not relevant
        )


def test_a_question_is_not_taken_for_unanswerable_where_another_document_has_the_evidence(
    town: DataSet, tmp_path: Path, encoder: Encoder
) -> None:
    """News is printed twice, and data sets name one of the prints."""
    again = tuple(replace(each, id=f"{each.id} again") for each in town.documents)
    twice = replace(town, documents=(*town.documents, *again))
    with asking(twice, tmp_path, encoder, lambda _stage, _done, _total: None) as opened:
        dealt = deal(opened, SEED).questions
        read = tuple(examples("town", twice.questions, dealt, opened, SEED))
    proven = {each.id for each in town.questions if each.evidence}
    assert any(each.kind == ANSWERED and each.id in proven for each in read)
    assert not any(each.kind == TAKEN_OUT and each.id in proven for each in read)


def test_examples_are_the_same_for_the_same_seed(
    asker: Asker, town_examples: tuple[Example, ...]
) -> None:
    """A seed draws what is asked again; another one draws otherwise."""

    def asked(read: tuple[Example, ...]) -> list[tuple[str, str, str]]:
        return [(each.id, each.kind, each.question.text) for each in read]

    dealt = deal(asker, SEED).questions
    questions = asker.data.questions
    again = tuple(examples("town", questions, dealt, asker, SEED))
    assert asked(again) == asked(town_examples)
    assert asked(tuple(examples("town", questions, dealt, asker, SEED + 1))) != asked(town_examples)
