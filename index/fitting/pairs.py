"""Pairs to train the sentence scorer on: a question, a sentence, and whether it answers.

Right sentences are those of the gold evidence. Wrong ones are chosen to be hard: others of the
same document, the best candidates of the real pipeline, whatever comes nearest to a question that
its documents don't answer, and the right sentence itself under a question about another name. A
sentence is read as it would be quoted: with the one before it where it points back to that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from index import quoting
from index.fitting.augmentation import names, retyped, swapped
from index.text.sentences import sentences
from index.text.terms import fold
from index.text.wholeness import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.evaluation.beir import DataSet, Document, Question
    from index.fitting.asker import Asker

RIGHT_A_QUESTION: Final = 2
NEIGHBOURS_A_QUESTION: Final = 2
CANDIDATES_A_QUESTION: Final = 1
UNANSWERED_A_QUESTION: Final = 2
LONG_QUESTION_WORDS: Final = 30
"""A question as long costs as much to read as three, so it comes in every second epoch only."""
MOST_PAIRS: Final = RIGHT_A_QUESTION + NEIGHBOURS_A_QUESTION + CANDIDATES_A_QUESTION
QUESTIONS_AN_EPOCH: Final = 7_000
"""Of a larger set, every epoch reads another part."""
UNTITLED_SHARE: Final = 0.3
"""So many questions go without the titles, as do corpora that have none."""
ABOUT_ANOTHER: Final = " about another"
"""What the group of a question asked about another name ends with."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One example. ``kind`` says where the sentence comes from.

    ``answer`` is the part of a right sentence that is asked for, where that is known. Pairs of one
    ``group`` ask the same question. ``articles`` are the question's and the sentence's: a pair
    belongs to a fold only with both.
    """

    question: str
    sentence: str
    title: str
    label: float
    kind: str
    group: str
    articles: tuple[str, str]
    answer: str = ""


def gold_sentences(question: Question, document: Document) -> list[str]:
    """Return the document's sentences that hold the evidence, by preference with an answer.

    Each is a verbatim part of the document's text. None where the evidence isn't there.
    """
    found: list[str] = []
    for evidence in question.evidence:
        start = document.text.find(evidence)
        if start < 0:
            continue
        end = start + len(evidence)
        spans = [s for s in sentences(document.text) if s.start < end and s.end > start]
        inside = [span.of(document.text) for span in spans]
        saying = [text for text in inside if holds(text, question.answers)]
        found += saying or inside
    return list(dict.fromkeys(found))


def holds(text: str, answers: Iterable[str]) -> bool:
    """Say whether one of the answers stands in the text, whole words, whatever the case."""
    words = f" {_normal(text)} "
    return any(f" {_normal(answer)} " in words for answer in answers)


def said(text: str, answers: Iterable[str]) -> str:
    """Return the first of the answers that stands in the text, letter by letter; "" for none."""
    return next((each for each in answers if each and each in text), "")


def article(question: Question, asker: Asker) -> str:
    """Name what a question is about: the title of its gold document, or of the nearest one."""
    for document in asker.relevant(question):
        return _title(document)
    found = asker.candidates(question.text)
    return _title(asker.document(found[0])) if found else ""


def pairs(data: DataSet, asker: Asker, seed: int, epoch: int = 0) -> list[Pair]:
    """Make the pairs of one epoch; the same for the same seed.

    Every epoch draws other sentences and types the questions in other ways; of a set that is
    larger than QUESTIONS_AN_EPOCH it draws other questions.
    """
    known = sorted({name for question in data.questions for name in names(question.text)})
    made: list[Pair] = []
    parts = math.ceil(len(data.questions) / QUESTIONS_AN_EPOCH)
    for number, question in enumerate(data.questions):
        if number % parts != epoch % parts:
            continue
        if len(question.text.split()) > LONG_QUESTION_WORDS and (number + epoch) % 2:
            continue
        # For reproducible draws, nothing secret.
        random = Random(f"{seed} {epoch} {question.id}")  # noqa: S311
        about = article(question, asker)
        asked = retyped(question.text, random)
        titled = random.random() >= UNTITLED_SHARE
        for text, document, label, kind in _drawn(question, asker, random):
            title = _title(document) if titled else ""
            articles = (about, _title(document))
            answer = said(text, question.answers) if label else ""
            made.append(Pair(asked, text, title, label, kind, question.id, articles, answer))
        made += _about_another(question, made, known, random)
    return made


def _about_another(
    question: Question, made: Sequence[Pair], known: Sequence[str], random: Random
) -> Iterator[Pair]:
    """Ask the last right pair's question about another name: its sentence is wrong now."""
    right = [pair for pair in made[-MOST_PAIRS:] if pair.group == question.id and pair.label]
    if not right:
        return
    pair = right[0]
    shown = f"{pair.title} {pair.sentence}"
    asked = swapped(question.text, shown, known, random)
    if asked is not None:
        group = f"{question.id}{ABOUT_ANOTHER}"
        yield Pair(
            retyped(asked, random), pair.sentence, pair.title, 0.0, "swapped", group, pair.articles
        )


def question_id(pair: Pair) -> str:
    """Return the id of the question that a pair was made of."""
    return pair.group.removesuffix(ABOUT_ANOTHER)


def folds(articles: Iterable[str]) -> dict[str, int]:
    """Deal articles into two folds, 0 and 1, larger ones first so that both weigh the same."""
    counts: dict[str, int] = {}
    for each in articles:
        counts[each] = counts.get(each, 0) + 1
    weights = [0, 0]
    dealt: dict[str, int] = {}
    for each in sorted(counts, key=lambda name: (-counts[name], name)):
        fold_number = weights.index(min(weights))
        dealt[each] = fold_number
        weights[fold_number] += counts[each]
    return dealt


def within(made: Sequence[Pair], dealt: dict[str, int], fold_number: int) -> list[Pair]:
    """Keep the pairs that touch no article of another fold."""
    return [pair for pair in made if all(dealt.get(each) == fold_number for each in pair.articles)]


def _drawn(
    question: Question, asker: Asker, random: Random
) -> list[tuple[str, Document, float, str]]:
    drawn: list[tuple[str, Document, float, str]] = []
    gold_documents = asker.relevant(question)
    right = [(t, d) for d in gold_documents for t in gold_sentences(question, d)]
    known = {text for text, _ in right}
    found = [
        (quoting.widened(candidate).of(candidate.hit.passage.text), asker.document(candidate))
        for candidate in asker.candidates(question.text)
    ]
    wrong = [
        (text, document)
        for text, document in dict.fromkeys(found)
        if not any(each in text for each in known) and not holds(text, question.answers)
    ]
    if not question.answerable:
        return [(t, d, 0.0, "unanswerable") for t, d in wrong[:UNANSWERED_A_QUESTION]]
    if not right:
        return []
    chosen = right if len(right) <= RIGHT_A_QUESTION else random.sample(right, RIGHT_A_QUESTION)
    drawn += [(as_quoted(t, d), d, 1.0, "evidence") for t, d in chosen]
    ids = {document.id for document in gold_documents}
    near = [(t, d, 0.0, "neighbour") for t, d in wrong if d.id in ids]
    far = [(t, d, 0.0, "candidate") for t, d in wrong if d.id not in ids]
    drawn += near[:NEIGHBOURS_A_QUESTION]
    return drawn + far[:CANDIDATES_A_QUESTION]


def as_quoted(sentence: str, document: Document) -> str:
    """Put the sentences back that it would be quoted with; one of none of its own stays."""
    at = document.text.find(sentence)
    spans = sentences(document.text)
    number = next((i for i, span in enumerate(spans) if span.start <= at < span.end), None)
    return whole(document.text, spans, number).of(document.text) if number is not None else sentence


def _title(document: Document) -> str:
    return document.metadata.title or ""


def _normal(text: str) -> str:
    words = (fold(word.strip(".,;:!?\"'“”‘’()[]")) for word in text.split())
    return " ".join(word for word in words if word)
