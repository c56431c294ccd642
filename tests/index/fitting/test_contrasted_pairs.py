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
    """None that answers, and none twice, is taken for wrong; some are of other documents."""
    found = read(asker)
    texts_of = {d.metadata.title or "": d.text for d in asker.data.documents}
    assert any(wrong.text not in each.document.text for each in found for wrong in each.wrong)
    assert {each.question.id for each in found} >= {q.id for q in asker.data.questions[:5]}
    for each in found:
        relevant = asker.relevant(each.question)[:1]
        assert bool(each.right) == each.question.answerable
        assert not each.question.answerable or [each.document] == relevant
        wrong = [w.text for w in each.wrong]
        texts = [*each.right, *wrong]
        assert len(set(texts)) == len(texts)
        assert all(text in each.document.text for text in each.right)
        assert all(w.text in texts_of[w.title] for w in each.wrong)
        assert sorted(wrong, key=len, reverse=True) == wrong
        if each.question.answerable:
            assert not any(a in text for text in wrong for a in each.question.answers)
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
        assert set(pair.articles) == {f"0 {each.document.id}"}
        if pair.kind in {"evidence", "swapped"}:
            assert pair.sentence in each.right
            assert pair.title in {"", each.document.metadata.title}
        else:
            assert pair.sentence == each.wrong[0].text
            assert pair.title in {"", each.wrong[0].title}
        assert pair.label == (pair.kind == "evidence")
        assert bool(each.right) == (pair.kind != "unanswerable")
    unanswered = [p for p in later[1] if p.kind == "unanswerable"]
    assert len(unanswered) > sum(p.kind == "unanswerable" for p in made)


def test_wrong_sentences_come_from_named_articles_alone(asker: Asker) -> None:
    """But for the question's own."""
    title = asker.data.documents[0].metadata.title or ""
    found = contrasted_pairs.read(asker, asker.data.questions, longest, {title})
    for each in found:
        assert {w.title for w in each.wrong} <= {title, each.document.metadata.title}
    own = {each.document.metadata.title for each in found}
    assert any(title in {w.title for w in each.wrong} for each in found)
    assert len(own) > 1


def test_questions_are_drawn_several_times(asker: Asker) -> None:
    """Each draw is like an epoch's, and read apart from the others."""
    found = read(asker)
    once = [contrasted_pairs.pairs(found, SEED, epoch) for epoch in range(4)]
    twice = [contrasted_pairs.pairs(found, SEED, epoch, times=2) for epoch in range(2)]
    assert twice == [once[0] + once[1], once[2] + once[3]]
    assert not {p.articles for p in once[0]} & {p.articles for p in once[1]}


def test_a_long_question_is_read_every_other_time(asker: Asker) -> None:
    """It costs as much as three others."""
    first = next(each for each in read(asker) if each.right)
    words = " and the ferry" * LONG_QUESTION_WORDS
    long = replace(first, question=replace(first.question, text=f"{first.question.text}{words}"))
    made = [contrasted_pairs.pairs([long], SEED, epoch) for epoch in range(4)]
    assert [bool(each) for each in made] == [True, False, True, False]
