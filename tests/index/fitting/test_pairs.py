"""Training pairs, made from a small data set with the real pipeline."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from index.fitting import augmentation
from index.fitting import pairs as pairing
from index.fitting.pairs import (
    Pair,
    folds,
    gold_sentences,
    holds,
    pairs,
    question_id,
    within,
)

if TYPE_CHECKING:
    from index.evaluation.beir import DataSet
    from index.fitting.asker import Asker

SEED = 7


@pytest.fixture(scope="module")
def made(town: DataSet, asker: Asker) -> list[Pair]:
    """The small data set's pairs."""
    return pairs(town, asker, SEED)


def test_every_sentence_is_a_part_of_a_document(town: DataSet, made: list[Pair]) -> None:
    """No pair holds a sentence that its corpus does not."""
    assert made
    for pair in made:
        assert any(pair.sentence in document.text for document in town.documents)


def test_right_sentences_hold_the_evidence(town: DataSet, asker: Asker) -> None:
    """A gold sentence overlaps the evidence, and says an answer where any of them does."""
    checked = 0
    for question in town.questions:
        for document in asker.relevant(question):
            for sentence in gold_sentences(question, document):
                assert any(sentence in each or each in sentence for each in question.evidence)
                checked += 1
    assert checked


def test_evidence_that_is_not_in_the_document_gives_no_right_sentence(town: DataSet) -> None:
    """A data set may quote what its document says in other words."""
    question, document = town.questions[0], town.documents[0]
    assert gold_sentences(replace(question, evidence=("Said nowhere.",)), document) == []


def test_long_questions_come_every_other_epoch(
    town: DataSet, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are slower to read; in two epochs each comes once."""
    monkeypatch.setattr(pairing, "LONG_QUESTION_WORDS", 0)
    read = [{question_id(pair) for pair in pairs(town, asker, SEED, epoch)} for epoch in (0, 1)]
    assert read[0].isdisjoint(read[1])
    assert read[0]
    assert read[1]


def test_labels_follow_from_where_a_sentence_comes(made: list[Pair]) -> None:
    """Evidence is right; all else is wrong, evidence under a question about another name too."""
    labels = {(pair.kind, pair.label) for pair in made}
    assert labels == {
        ("evidence", 1.0),
        ("neighbour", 0.0),
        ("candidate", 0.0),
        ("unanswerable", 0.0),
        ("swapped", 0.0),
    }


def test_pairs_are_the_same_for_the_same_seed(
    town: DataSet, asker: Asker, made: list[Pair]
) -> None:
    """A seed makes the pairs; another one makes others."""
    assert pairs(town, asker, SEED) == made
    assert pairs(town, asker, SEED + 1) != made


def test_a_large_set_gives_every_epoch_other_questions(
    town: DataSet, asker: Asker, made: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Epochs share no question, and leave none out, where one epoch cannot read them all."""
    monkeypatch.setattr(pairing, "QUESTIONS_AN_EPOCH", len(town.questions) // 2 + 1)
    read = [{question_id(pair) for pair in pairs(town, asker, SEED, epoch)} for epoch in (0, 1)]
    assert read[0].isdisjoint(read[1])
    assert read[0] | read[1] == {question_id(pair) for pair in made}


def test_no_article_is_in_two_folds(made: list[Pair]) -> None:
    """What a fold is tested on shares no article with what the other was trained on."""
    dealt = folds(pair.articles[0] for pair in made)
    first, second = within(made, dealt, 0), within(made, dealt, 1)
    assert first
    assert second
    seen = {article for pair in first for article in pair.articles}
    assert seen.isdisjoint(article for pair in second for article in pair.articles)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("It cost 62 million crowns.", ["62 million"], True),
        ("It cost 162 million crowns.", ["62 million"], False),
        ("“Eleven,” she said.", ["eleven"], True),
        ("Nothing.", [], False),
    ],
)
def test_holds_whole_words(text: str, answers: list[str], expected: bool) -> None:
    """An answer is found as words, whatever case and punctuation around it."""
    assert holds(text, answers) is expected


def test_a_mistyped_question_keeps_its_letters() -> None:
    """A typo swaps two letters of one longer word and touches nothing else."""
    question = "Where did the ferry to Skarholm stop?"
    for seed in range(20):
        typed = augmentation.mistyped(question, Random(seed))
        assert sorted(typed) == sorted(question)
        changed = [(a, b) for a, b in zip(question.split(), typed.split(), strict=True) if a != b]
        assert len(changed) <= 1
        assert all(len(a) >= augmentation.SHORTEST_MISTYPED for a, _ in changed)


def test_keywords_keep_what_is_searched_for() -> None:
    """The keyword form has the question's terms in order, and is never a single word."""
    assert augmentation.keywords("Where did the ferry to Skarholm stop?") == "ferry Skarholm stop"
    assert augmentation.keywords("Who is he?") == "Who is he?"


def test_another_name_is_asked_for_only_where_the_first_is_shown() -> None:
    """Names go for names and numbers for numbers, none that the sentence shows."""
    question = "How many people did Norvik hire in 2021?"
    shown = "Norvik hired 40 people."
    for seed in range(10):
        asked = augmentation.swapped(question, shown, ["Velm", "Norvik", "1999"], Random(seed))
        assert asked == "How many people did Velm hire in 2021?"
    assert augmentation.swapped(question, "It hired 40.", ["Velm", "1999"], Random(1)) is None
    assert augmentation.swapped(question, shown, ["1999"], Random(1)) is None


def test_words_of_a_name_stay_together() -> None:
    """Neighbouring capitals are one name, a number is its own; the first word is none."""
    assert augmentation.names("Did Nia Oduya score in 2021?") == ["Nia Oduya", "2021"]
