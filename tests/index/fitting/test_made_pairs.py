"""Training pairs around made questions, over a few documents with people, places and dates."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from index.evaluation.beir import Document
from index.fitting.made_pairs import QUESTIONS_A_DOCUMENT, made_pairs
from index.records import Metadata

if TYPE_CHECKING:
    from index.fitting.pairs import Pair

PEOPLE = ("Hedda Rask", "John Mason", "Angela Merkel", "Peter Brown", "Maria Lopez", "Tom Hanks")
CITIES = ("Oslo", "Madrid", "Berlin", "London", "Lisbon", "Chicago")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def _documents() -> list[Document]:
    """Six short articles; each says who did what, where and when, and something beside."""
    made: list[Document] = []
    for i, (person, city, day) in enumerate(zip(PEOPLE, CITIES, DAYS, strict=True)):
        text = (
            f"{person} opened a new library in {city} on {day}. "
            f"About {30 + i} people were injured in {city} in 19{50 + i}. "
            "The old building had been closed for years. "
            f"{person} won the local election in {city}. "
            "Nobody knew what the rooms were for."
        )
        made.append(Document(str(i), text, Metadata(f"News from {city}", None, None, None)))
    return made


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """The articles."""
    return _documents()


@pytest.fixture(scope="module")
def made(documents: list[Document]) -> list[Pair]:
    """Their pairs."""
    return made_pairs(documents, seed=7, epoch=0, limit=40)


def test_groups_stand_together(made: list[Pair]) -> None:
    """A group's pairs are contiguous and ask one question."""
    groups = [(name, list(members)) for name, members in groupby(made, key=lambda p: p.group)]
    assert len({name for name, _ in groups}) == len(groups)
    assert all(len({pair.question for pair in members}) == 1 for _, members in groups)


def test_only_the_whole_sentence_under_its_own_question_is_right(made: list[Pair]) -> None:
    """Of the kinds of pairs "made" alone is right, once a group at most."""
    right = {pair.kind for pair in made if pair.label == 1.0}
    wrong = {pair.kind for pair in made if pair.label == 0.0}
    assert right == {"made"}
    assert {"without", "made neighbour", "made swapped"} <= wrong
    assert "made" not in wrong
    for _, members in groupby(made, key=lambda pair: pair.group):
        assert sum(pair.label for pair in members) <= 1


def test_some_questions_have_no_right_sentence(made: list[Pair]) -> None:
    """A share comes with wrong ones only: some, and far from all."""
    groups = [list(members) for _, members in groupby(made, key=lambda pair: pair.group)]
    asked = [g for g in groups if g[0].kind not in {"made swapped", "made opposed"}]
    unanswered = [g for g in asked if not any(pair.label for pair in g)]
    assert 0.1 < len(unanswered) / len(asked) < 0.6


def test_sentences_are_the_documents_but_for_what_was_taken_out(
    documents: list[Document], made: list[Pair]
) -> None:
    """All sentences are verbatim, those without their answer excepted."""
    texts = [document.text for document in documents]
    for pair in made:
        assert any(pair.sentence in text for text in texts) == (pair.kind != "without")


def test_another_name_stands_neither_in_the_sentence_nor_in_the_title(made: list[Pair]) -> None:
    """A swapped question has a name of the corpus that its sentence lacks."""
    swapped = [pair for pair in made if pair.kind == "made swapped" and pair.question[-1] == "?"]
    exact = [pair for pair in swapped if not pair.question.islower()]
    assert exact
    names = {part for name in (*PEOPLE, *CITIES) for part in name.split()}
    for pair in exact:
        asked = [name for name in names if name in pair.question]
        assert not asked or any(name not in pair.sentence for name in asked)


def test_pairs_belong_to_their_documents_title(made: list[Pair]) -> None:
    """Folds go by titles, also where the title isn't shown."""
    assert {bool(pair.title) for pair in made} == {True, False}
    for pair in made:
        assert pair.articles[0] == pair.articles[1]
        assert pair.title in {"", pair.articles[0]}
        assert pair.articles[0].startswith("News from")


def test_a_seed_repeats_and_another_epoch_does_not(
    documents: list[Document], made: list[Pair]
) -> None:
    """Pairs follow from seed and epoch."""
    assert made_pairs(documents, seed=7, epoch=0, limit=40) == made
    assert made_pairs(documents, seed=7, epoch=1, limit=40) != made


def test_the_limit_holds(documents: list[Document], made: list[Pair]) -> None:
    """No more questions than asked for, and a few a document."""
    few = made_pairs(documents, seed=7, epoch=0, limit=3)
    questions = {tuple(pair.group.split()[:3]) for pair in few}
    assert len(questions) <= 3
    by_title: dict[str, set[tuple[str, ...]]] = {}
    for pair in made:
        by_title.setdefault(pair.articles[0], set()).add(tuple(pair.group.split()[:3]))
    assert all(len(groups) <= QUESTIONS_A_DOCUMENT for groups in by_title.values())
