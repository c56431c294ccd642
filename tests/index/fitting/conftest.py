"""The pipeline over a small data set, and its questions, read."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from index.evaluation import beir
from index.fitting import augmentation
from index.fitting.asker import Asker, asking
from index.fitting.dealing import deal
from index.fitting.examples import Example, examples

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet

SEED = 19
MISTYPED = 2
OF_TWO_ARTICLES = "q12"


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one how the build gets on."""


@pytest.fixture(scope="session")
def town(town_news: Path) -> DataSet:
    """The small data set, as read. One question of it draws on two documents."""
    return beir.read(town_news)


@pytest.fixture(scope="session")
def town_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its index is."""
    return tmp_path_factory.mktemp("town_news")


@pytest.fixture(scope="session")
def asker(town: DataSet, town_home: Path, encoder: Encoder) -> Generator[Asker]:
    """The pipeline over it."""
    with asking(town, town_home, encoder, _silent) as opened:
        yield opened


@pytest.fixture(scope="session")
def single(town: DataSet, town_home: Path, encoder: Encoder) -> Generator[Asker]:
    """The pipeline over it without the question that draws on two articles."""
    questions = tuple(each for each in town.questions if each.id != OF_TWO_ARTICLES)
    with asking(replace(town, questions=questions), town_home, encoder, _silent) as opened:
        yield opened


@pytest.fixture(scope="session")
def tied(town: DataSet, town_home: Path, encoder: Encoder) -> Generator[Asker]:
    """The pipeline over it, with a question that draws on all its articles."""
    relevance = {**town.relevance, OF_TWO_ARTICLES: {each.id: 1 for each in town.documents}}
    with asking(replace(town, relevance=relevance), town_home, encoder, _silent) as opened:
        yield opened


@pytest.fixture(scope="session")
def town_examples(asker: Asker) -> tuple[Example, ...]:
    """Its questions, read; some once more as people type, or about another name."""
    return tuple(examples("town", asker.data.questions, folds(asker), asker, SEED))


@pytest.fixture(scope="session")
def typed_examples(town: DataSet, town_home: Path, encoder: Encoder) -> tuple[Example, ...]:
    """The same questions as people type them, several times each: enough to grow trees on."""
    typed = replace(town, questions=tuple(_typed(town)), relevance=_relevance(town))
    with asking(typed, town_home, encoder, _silent) as opened:
        return tuple(examples("typed", opened.data.questions, folds(opened), opened, SEED))


def folds(asker: Asker) -> dict[str, int]:
    """Deal the questions of a set, for those that are joined."""
    return deal(asker, SEED).questions


def _typed(town: DataSet) -> list[beir.Question]:
    return [
        replace(question, id=f"{question.id} {number}", text=text)
        for question in town.questions
        for number, text in enumerate(_forms(question.text))
    ]


def _forms(text: str) -> list[str]:
    mistyped = [augmentation.mistyped(text, Random(seed)) for seed in range(MISTYPED)]
    return [augmentation.lowered(text), augmentation.keywords(text), *mistyped]


def _relevance(town: DataSet) -> beir.Relevance:
    return {
        f"{question.id} {number}": town.relevance[question.id]
        for question in town.questions
        if question.id in town.relevance
        for number, _ in enumerate(_forms(question.text))
    }
