"""Questions dealt into folds: by article where that can be, and the same every time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.fitting.dealing import FOLDS, Deal, deal
from index.fitting.pairs import article, pairs, question_id

if TYPE_CHECKING:
    from index.fitting.asker import Asker
    from index.fitting.pairs import Pair

SEED = 7


@pytest.fixture(scope="module")
def made(single: Asker) -> list[Pair]:
    """Its pairs."""
    return pairs(single.data, single, SEED)


def test_whole_articles_are_dealt(single: Asker) -> None:
    """Questions on one article are in one fold, whatever the seed; each fold has some."""
    dealt = deal(single, SEED)
    assert dealt.articles is not None
    assert set(dealt.questions) == {question.id for question in single.data.questions}
    assert set(dealt.questions.values()) == set(range(FOLDS))
    for question in single.data.questions:
        assert dealt.questions[question.id] == dealt.articles[article(question, single)]
    assert dealt.questions["q10"] == dealt.questions["q11"]  # of the same article
    assert deal(single, SEED + 1) == dealt


def test_articles_that_a_question_draws_on_are_dealt_together(asker: Asker) -> None:
    """All questions about either are in one fold."""
    dealt = deal(asker, SEED)
    assert dealt.articles is not None
    (drawing,) = (q for q in asker.data.questions if len(asker.relevant(q)) > 1)
    titles = {document.metadata.title or "" for document in asker.relevant(drawing)}
    assert len(titles) == 2
    assert {dealt.articles[title] for title in titles} == {dealt.questions[drawing.id]}
    about = [q for q in asker.data.questions if article(q, asker) in titles]
    assert len(about) > 1
    assert {dealt.questions[question.id] for question in about} == {dealt.questions[drawing.id]}


def test_questions_are_dealt_where_their_articles_are_all_tied(tied: Asker) -> None:
    """Every question is dealt, the folds differ by one at most, and the seed decides."""
    dealt = deal(tied, SEED)
    assert dealt.articles is None
    assert set(dealt.questions) == {question.id for question in tied.data.questions}
    sizes = [list(dealt.questions.values()).count(fold) for fold in range(FOLDS)]
    assert max(sizes) - min(sizes) <= 1
    assert deal(tied, SEED) == dealt
    assert any(deal(tied, SEED + more) != dealt for more in range(1, 5))


def test_no_article_trains_both_folds(single: Asker, made: list[Pair]) -> None:
    """The pairs of a fold share no article with the other's, neither question's nor sentence's."""
    dealt = deal(single, SEED)
    first, second = (dealt.within(made, fold) for fold in range(FOLDS))
    assert first
    assert second
    seen = {each for pair in first for each in pair.articles}
    assert seen.isdisjoint(each for pair in second for each in pair.articles)
    assert {dealt.questions[question_id(pair)] for pair in first} == {0}
    assert {dealt.questions[question_id(pair)] for pair in second} == {1}


def test_no_question_trains_both_folds(tied: Asker) -> None:
    """A question's pairs stay in its fold, those that ask it about another name too."""
    dealt = deal(tied, SEED)
    drawn = pairs(tied.data, tied, SEED)
    assert any(question_id(pair) != pair.group for pair in drawn)
    kept = [dealt.within(drawn, fold) for fold in range(FOLDS)]
    for fold, those in enumerate(kept):
        assert {dealt.questions[question_id(pair)] for pair in those} == {fold}
    assert sum(map(len, kept)) == len(drawn)


def test_made_questions_train_both_where_articles_are_not_parted(made: list[Pair]) -> None:
    """They are on no question of the set; where articles are dealt, they go with theirs."""
    pair = replace(made[0], kind="made", group="made 0 1")
    about = pair.articles[0]
    assert [Deal({"q01": 0}, None).within([pair], fold) for fold in range(FOLDS)] == [[pair]] * 2
    parted = Deal({"q01": 0}, dict.fromkeys(pair.articles, 1))
    assert [parted.within([pair], fold) for fold in range(FOLDS)] == [[], [pair]]
    elsewhere = Deal({"q01": 0}, {f"not {about}": 1})
    assert [elsewhere.within([pair], fold) for fold in range(FOLDS)] == [[], []]
