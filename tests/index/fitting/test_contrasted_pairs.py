"""Pairs of a question with its own document: what a scorer takes for likely comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.fitting import contrasted_pairs
from index.fitting.pairs import LONG_QUESTION_WORDS, question_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.fitting.asker import Asker
    from index.fitting.contrasted_pairs import OwnPassage
    from index.fitting.fold_scores import Asked

SEED = 5


def longest(asked: Sequence[Asked]) -> NDArray[np.float64]:
    """Take a sentence for the likelier the longer it is."""
    return np.array([len(sentence) / 1000 for _, sentence, _ in asked])


def read(asker: Asker) -> list[OwnPassage]:
    """Read all questions of the small data set."""
    return contrasted_pairs.read(asker, asker.data.questions, longest)


def test_a_question_is_read_with_its_own_documents(asker: Asker) -> None:
    """Every sentence is the document's; none that answers, and none twice, is taken for wrong."""
    found = read(asker)
    assert {each.question.id for each in found} >= {q.id for q in asker.data.questions[:5]}
    for each in found:
        relevant = asker.relevant(each.question)[:1]
        assert bool(each.right) == each.question.answerable
        assert not each.question.answerable or [each.document] == relevant
        texts = [*each.right, *each.wrong]
        assert len(set(texts)) == len(texts)
        assert all(text in each.document.text for text in texts)
        assert sorted(each.wrong, key=len, reverse=True) == list(each.wrong)
        if each.question.answerable:
            assert not any(a in text for text in each.wrong for a in each.question.answers)
    assert contrasted_pairs.read(asker, [], longest) == []


def test_a_right_sentence_comes_with_the_likeliest_wrong_one(asker: Asker) -> None:
    """A question without an answer has wrong ones only; so has one about another name."""
    found = read(asker)
    made = contrasted_pairs.pairs(found, SEED, epoch=0)
    assert made == contrasted_pairs.pairs(found, SEED, epoch=0)
    later = [contrasted_pairs.pairs(found, SEED, epoch) for epoch in range(4)]
    assert later[1] != made
    by_id = {each.question.id: each for each in found}
    kinds = {pair.kind for pairs in later for pair in pairs}
    assert kinds == {"evidence", "neighbour", "unanswerable", "swapped"}
    for pair in made:
        each = by_id[question_id(pair)]
        assert set(pair.articles) == {each.document.id}
        assert pair.title in {"", each.document.metadata.title}
        if pair.kind in {"evidence", "swapped"}:
            assert pair.sentence in each.right
        else:
            assert pair.sentence == each.wrong[0]
        assert pair.label == (pair.kind == "evidence")
        assert bool(each.right) == (pair.kind != "unanswerable")
    unanswered = [p for p in later[1] if p.kind == "unanswerable"]
    assert len(unanswered) > sum(p.kind == "unanswerable" for p in made)


def test_a_long_question_is_read_every_other_time(asker: Asker) -> None:
    """It costs as much as three others."""
    first = next(each for each in read(asker) if each.right)
    words = " and the ferry" * LONG_QUESTION_WORDS
    long = replace(first, question=replace(first.question, text=f"{first.question.text}{words}"))
    made = [contrasted_pairs.pairs([long], SEED, epoch) for epoch in range(4)]
    assert [bool(each) for each in made] == [True, False, True, False]
