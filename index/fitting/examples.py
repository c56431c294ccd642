"""A data set's questions, read by the pipeline, with what is known to be right about each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np

from index import quoting
from index.fitting.augmentation import joined, names, retyped, swapped
from index.fitting.pairs import LONG_QUESTION_WORDS, gold_sentences, holds
from index.quoting import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.answering.evidence import Reading
    from index.evaluation.beir import Question as Posed
    from index.fitting.asker import Asker
    from index.questions.question import Question

ANSWERED: Final = "answered"
UNANSWERED: Final = "unanswered"
TAKEN_OUT: Final = "taken out"
SWAPPED: Final = "about another"
RETYPED_SHARE: Final = 0.5
SWAPPED_SHARE: Final = 0.3
JOINED_SHARE: Final = 0.2
TAKEN_OUT_SHARE: Final = 0.4
MOST_JOINED: Final = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One question: its candidate passages in fused order, and what is right.

    ``kind`` says whether the corpus answers it; does not; would, had the documents that do not been
    taken out; or does not, since it asks about another name. ``retyped`` marks a question that is
    asked a second time, as people type or together with others. ``relevant`` has a value a passage.
    ``texts`` are each passage's sentences as they would be quoted, ``right`` whether each is
    evidence, ``holding`` whether an answer stands in it. ``article`` is what the question is about.
    """

    id: str
    data: str
    kind: str
    retyped: bool
    article: str
    question: Question
    readings: tuple[Reading, ...]
    titles: tuple[str, ...]
    relevant: NDArray[np.bool_]
    texts: tuple[tuple[str, ...], ...]
    right: tuple[NDArray[np.bool_], ...]
    holding: tuple[NDArray[np.bool_], ...]

    @property
    def answerable(self) -> bool:
        """Whether the corpus, as it was read, answers."""
        return self.kind == ANSWERED


def examples(
    name: str, questions: Sequence[Posed], folds: Mapping[str, int], asker: Asker, seed: int
) -> Iterator[Example]:
    """Read questions of a data set with the pipeline and mark what is right.

    Some are read a second time, in lower case, mistyped or as keywords alone (data sets are written
    with care, and people type), some joined with others of their fold into a long one. Some of all
    these are asked once more of the corpus without the documents that answer, and some about
    another name, which nothing answers.
    """
    known = sorted({name for posed in asker.data.questions for name in names(posed.text)})
    alike: dict[tuple[int, bool], list[Posed]] = {}
    for posed in questions:
        alike.setdefault((folds[posed.id], posed.answerable), []).append(posed)
    for posed in questions:
        made = _example(name, [posed], posed.text, asker)
        yield made
        random = Random(f"{seed} {posed.id}")  # noqa: S311  reproducible, not secret
        again = list(_asked_again(posed, alike[folds[posed.id], posed.answerable], random))
        for parts, text in again:
            yield replace(_example(name, parts, text, asker), retyped=True)
        if posed.answerable:
            yield from _taken_out(name, [([posed], posed.text), *again], asker, random)
        if random.random() < SWAPPED_SHARE and made.answerable:
            other = _about_another(posed, made, known, random)
            if other is not None:
                unanswerable = replace(posed, text=other, answerable=False)
                yield replace(_example(name, [unanswerable], other, asker), kind=SWAPPED)


def _asked_again(
    posed: Posed, alike: Sequence[Posed], random: Random
) -> Iterator[tuple[list[Posed], str]]:
    """Draw how a question is asked once more: which questions in one, and the text."""
    typed = retyped(posed.text, random)
    if random.random() < RETYPED_SHARE and typed != posed.text:
        yield [posed], typed
    if random.random() < JOINED_SHARE and len(posed.text.split()) <= LONG_QUESTION_WORDS:
        parts = _joined(posed, alike, random)
        if len(parts) > 1:
            yield parts, joined([part.text for part in parts])


def _taken_out(
    name: str, asked: Iterable[tuple[list[Posed], str]], asker: Asker, random: Random
) -> Iterator[Example]:
    """Ask some of the corpus without the documents that answer; the first is as posed."""
    for at, (parts, text) in enumerate(asked):
        if random.random() < TAKEN_OUT_SHARE:
            without = _example(name, parts, text, asker, taken_out=True)
            # Other documents may have the evidence word for word.
            if not any(own.any() for own in without.right):
                yield replace(without, retyped=at > 0)


def _joined(posed: Posed, alike: Sequence[Posed], random: Random) -> list[Posed]:
    """Return a question with others to ask in one breath; alone where there is no other."""
    others = [each for each in alike if each is not posed]
    most = min(len(others), random.randrange(1, MOST_JOINED))
    return [posed, *random.sample(others, most)]


def _about_another(posed: Posed, made: Example, known: Sequence[str], random: Random) -> str | None:
    """Ask about a name that what answers the question does not have; None where none fits.

    A long question tells of more than one name: without one of them it may still be answered.
    """
    if len(posed.text.split()) > LONG_QUESTION_WORDS:
        return None
    shown = " ".join(
        f"{made.titles[i]} {text}"
        for i, texts in enumerate(made.texts)
        for at, text in enumerate(texts)
        if made.right[i][at] or made.holding[i][at]
    )
    return swapped(posed.text, shown, known, random)


def _example(
    name: str, parts: Sequence[Posed], text: str, asker: Asker, *, taken_out: bool = False
) -> Example:
    """Read one text that asks all of ``parts``; the first stands for them."""
    posed = parts[0]
    answered = [(part, each) for part in parts if part.answerable for each in asker.relevant(part)]
    relevant = [document for _, document in answered]
    question, readings = asker.readings(text, without=relevant if taken_out else ())
    ids = {document.id for document in relevant}
    gold = {text for part, document in answered for text in gold_sentences(part, document)}
    documents = [asker.document_of(each.hit) for each in readings]
    texts = tuple(_as_quoted(each) for each in readings)
    answers = [answer for part in parts if part.answerable for answer in part.answers]
    holding = tuple(np.array([holds(text, answers) for text in own], np.bool_) for own in texts)
    right = tuple(
        np.array([any(each in text for each in gold) for text in own], np.bool_)
        | (held if document.id in ids else np.zeros(len(own), np.bool_))
        for own, held, document in zip(texts, holding, documents, strict=True)
    )
    about = relevant or documents
    return Example(
        id=posed.id,
        data=name,
        kind=TAKEN_OUT if taken_out else ANSWERED if posed.answerable else UNANSWERED,
        retyped=False,
        article=(about[0].metadata.title or about[0].id) if about else "",
        question=question,
        readings=tuple(readings),
        titles=tuple(document.metadata.title or "" for document in documents),
        relevant=np.array([document.id in ids for document in documents], np.bool_),
        texts=texts,
        right=right,
        holding=holding,
    )


def _as_quoted(reading: Reading) -> tuple[str, ...]:
    passage = reading.hit.passage
    return tuple(
        quoting.widened(Candidate(reading.hit, span, 0.0)).of(passage.text)
        for span in passage.sentences
    )
