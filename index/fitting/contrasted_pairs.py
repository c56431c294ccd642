"""Pairs of questions with the sentences of their own document, to be told apart.

What an answer looks like is learned from :mod:`index.fitting.pairs`. These teach the difference
between a question that a passage answers and one that it nearly does: each comes with the sentence
that answers, or with none, and with those that a scorer takes for the likeliest, of the same
document and of what the pipeline finds in others: another day's report of the same, say. A right
sentence also comes under its question asked about another name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

from index import quoting
from index.fitting.augmentation import names, retyped, swapped
from index.fitting.pairs import (
    ABOUT_ANOTHER,
    LONG_QUESTION_WORDS,
    UNTITLED_SHARE,
    Pair,
    gold_sentences,
    holds,
    said,
)
from index.text.sentences import sentences
from index.text.wholeness import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.evaluation.beir import Document, Question
    from index.fitting.asker import Asker
    from index.fitting.fold_scores import Asked

    Score = Callable[[Sequence[Asked]], NDArray[np.float64]]

SENTENCES_READ: Final = 40
CANDIDATES_READ: Final = 12
AMONG_THE_LIKELIEST: Final = 4
ABOUT_ANOTHER_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Wrong:
    """A sentence that does not answer, with the title of its document."""

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class OwnPassage:
    """A question with a document of its own: sentences as quoted, the likeliest wrong one first.

    Wrong ones may be of other documents, whose titles they come with.
    """

    question: Question
    document: Document
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]


def read(
    asker: Asker,
    questions: Iterable[Question],
    score: Score,
    titles: Container[str] | None = None,
) -> list[OwnPassage]:
    """Read questions with the document that answers them, or else with the nearest.

    ``score`` says how likely a sentence answers a question, with its title. Wrong sentences come
    from articles of these ``titles`` alone, where they are given.
    """
    found = [
        each
        for question in questions
        if (document := _own(question, asker)) is not None
        and ((each := _read(question, document, asker, titles)).right or not question.answerable)
    ]
    asked = [(each.question.text, w.text, w.title) for each in found for w in each.wrong]
    scores = iter(score(asked).tolist())
    return [_likeliest_first(each, [next(scores) for _ in each.wrong]) for each in found]


def pairs(passages: Sequence[OwnPassage], seed: int, epoch: int, times: int = 1) -> list[Pair]:
    """Make the pairs of one epoch; the same for the same seed. Every other one has fewer.

    Each question is drawn so many ``times``; no draw is batched with another of the same.
    """
    known = sorted({name for each in passages for name in names(each.question.text)})
    made: list[Pair] = []
    for draw in range(epoch * times, (epoch + 1) * times):
        for number, each in enumerate(passages):
            question = each.question
            if len(question.text.split()) > LONG_QUESTION_WORDS and (number + draw) % 2:
                continue
            # For reproducible draws, nothing secret.
            random = Random(f"{seed} {draw} {question.id}")  # noqa: S311
            together = f"{draw} {each.document.id}"  # titles may be none, or the same
            made += _drawn(each, known, random, together, harder=draw % 2 == 0)
    return made


def _drawn(
    each: OwnPassage, known: Sequence[str], random: Random, together: str, *, harder: bool
) -> Iterator[Pair]:
    """Draw a right sentence and a wrong one; of a question without an answer, wrong ones.

    Pairs of one name ``together`` are read together.
    """
    question, document = each.question, each.document
    asked = retyped(question.text, random)
    titled = document.metadata.title or ""
    title = titled if random.random() >= UNTITLED_SHARE else ""
    articles = (together, together)
    group = question.id
    likely = each.wrong[:1]
    if not each.right:
        for wrong in likely if harder else each.wrong[:2]:
            shown = wrong.title if title else ""
            yield Pair(asked, wrong.text, shown, 0.0, "unanswerable", group, articles)
        return
    right = random.choice(each.right)
    answer = said(right, question.answers)
    yield Pair(asked, right, title, 1.0, "evidence", group, articles, answer)
    if not harder and len(each.wrong) > 1:
        likely = (random.choice(each.wrong[1:AMONG_THE_LIKELIEST]),)
    for wrong in likely:
        shown = wrong.title if title else ""
        yield Pair(asked, wrong.text, shown, 0.0, "neighbour", group, articles)
    if random.random() < ABOUT_ANOTHER_SHARE:
        other = swapped(question.text, f"{titled} {right}", known, random)
        if other is not None:
            retold = retyped(other, random)
            group = f"{group}{ABOUT_ANOTHER}"
            yield Pair(retold, right, title, 0.0, "swapped", group, articles)


def _read(
    question: Question, document: Document, asker: Asker, titles: Container[str] | None
) -> OwnPassage:
    spans = sentences(document.text)
    quoted = {
        span.of(document.text): whole(document.text, spans, number).of(document.text)
        for number, span in enumerate(spans[:SENTENCES_READ])
    }
    right = [quoted[text] for text in gold_sentences(question, document) if text in quoted]
    title = document.metadata.title or ""
    elsewhere = [w for w in _elsewhere(question, asker) if titles is None or w.title in titles]
    others = [*(Wrong(text, title) for text in quoted.values()), *elsewhere]
    gold = [*right, *question.evidence]
    wrong = {each.text: each for each in reversed(others) if _is_wrong(each.text, question, gold)}
    return OwnPassage(
        question, document, tuple(dict.fromkeys(right)), tuple(reversed(wrong.values()))
    )


def _elsewhere(question: Question, asker: Asker) -> Iterator[Wrong]:
    """Yield what the pipeline would quote first, with the titles."""
    for candidate in asker.candidates(question.text)[:CANDIDATES_READ]:
        text = quoting.widened(candidate).of(candidate.hit.passage.text)
        yield Wrong(text, candidate.hit.passage.metadata.title or "")


def _likeliest_first(each: OwnPassage, scores: Sequence[float]) -> OwnPassage:
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return replace(each, wrong=tuple(each.wrong[i] for i in order))


def _own(question: Question, asker: Asker) -> Document | None:
    """Return the document that answers a question; of one without an answer the nearest."""
    if question.answerable:
        return next(iter(asker.relevant(question)), None)
    nearest = next(iter(asker.candidates(question.text)), None)
    return asker.document(nearest) if nearest is not None else None


def _is_wrong(text: str, question: Question, gold: Sequence[str]) -> bool:
    return not any(each in text or text in each for each in gold) and not (
        question.answerable and holds(text, question.answers)
    )
