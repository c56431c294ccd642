"""Every question asked: what was found, what was answered, and how sure it was."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index import query as queries
from index.answering import operating_point
from index.errors import QuestionError
from index.evaluation import corpus
from index.records import Verdict
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.building.reporting import Progress
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet, Question
    from index.evaluation.corpus import Library
    from index.evaluation.indexing import Indexed
    from index.records import Answer, Hit, Quote

PASSAGES: Final = 200
"""As many as both retrievers bring: ten documents need more passages where they are long."""
STEP: Final = 1e-6
"""What neighbours in a ranking differ by at least: the tools that read a run sort it again."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote's text and its document. ``verbatim`` is whether it is a slice of that document."""

    text: str
    document_id: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it.

    ``ranking`` has documents with their best passage's score, best first, no two scores equal.
    ``quotes`` were shown, as the answer or as what is close; ``held_back`` would have been, had the
    question not been refused.
    ``seconds`` is the time of the answer alone.
    """

    question: Question
    ranking: tuple[tuple[str, float], ...]
    verdict: Verdict
    confidence: float
    quotes: tuple[Quoted, ...]
    held_back: tuple[Quoted, ...]
    seconds: float

    @property
    def best(self) -> tuple[Quoted, ...]:
        """The quotes shown, or those held back."""
        return self.quotes or self.held_back


def sample(questions: Sequence[Question], limit: int | None, seed: int) -> list[Question]:
    """Draw ``limit`` questions at random, in their own order; all where there is no limit."""
    if limit is None or limit >= len(questions):
        return list(questions)
    drawn = random.Random(seed).sample(range(len(questions)), limit)  # noqa: S311  no secret
    return [questions[i] for i in sorted(drawn)]


def ask_all(
    questions: Sequence[Question], indexed: Indexed, encoder: Encoder, tell: Progress
) -> list[Asked]:
    """Ask every question, in order. Raises SnapshotError."""
    searcher = Searcher(indexed.snapshot, encoder)
    insistent = searcher.at(operating_point.NEVER_REFUSING)
    try:
        asked: list[Asked] = []
        for question in questions:
            tell("asking", len(asked), len(questions))
            asked.append(_ask(question, searcher, insistent, indexed.collection))
        tell("asking", len(asked), len(questions))
        return asked
    finally:
        searcher.close()


def ask_taken_out(
    questions: Sequence[Question],
    data: DataSet,
    indexed: Indexed,
    encoder: Encoder,
    tell: Progress,
) -> list[Asked]:
    """Ask the answerable questions of the corpus without the documents that answer each.

    Those are the relevant ones and all that have the evidence word for word. How rare a word is
    counts them still. Raises SnapshotError.
    """
    those = [each for each in questions if each.answerable]
    searcher = Searcher(indexed.snapshot, encoder)
    rows = searcher.opened.store.rows_of_files()
    try:
        asked: list[Asked] = []
        for question in those:
            tell("asking without the evidence", len(asked), len(those))
            kept = corpus.rows_without(_answering(question, data), rows)
            asked.append(_ask_within(question, kept, searcher, indexed.collection))
        tell("asking without the evidence", len(asked), len(those))
        return asked
    finally:
        searcher.close()


def _answering(question: Question, data: DataSet) -> set[str]:
    grades = data.relevance.get(question.id, {})
    relevant = {each for each, grade in grades.items() if grade > 0}
    proven = question.evidence
    return relevant | {d.id for d in data.documents if any(each in d.text for each in proven)}


def _ask_within(
    question: Question, rows: NDArray[np.int64], searcher: Searcher, library: Library
) -> Asked:
    answer, seconds = _answered(question, lambda text: searcher.ask_within(text, rows))
    if answer is None:
        return _refused(question, seconds)
    shown = tuple(_quoted(answer.quotes, library))
    return Asked(question, (), answer.verdict, answer.confidence, shown, (), seconds)


def _ask(question: Question, searcher: Searcher, insistent: Searcher, library: Library) -> Asked:
    answer, seconds = _answered(question, searcher.ask)
    if answer is None:
        return _refused(question, seconds)
    refused = answer.verdict is Verdict.NOT_FOUND
    return Asked(
        question=question,
        # A data set's questions are in no query language: marks in them leave nothing out.
        ranking=ranking(searcher.read(queries.check(question.text)).hits[:PASSAGES], library),
        verdict=answer.verdict,
        confidence=answer.confidence,
        quotes=tuple(_quoted(answer.quotes, library)),
        held_back=tuple(_quoted(insistent.ask(question.text).quotes, library)) if refused else (),
        seconds=seconds,
    )


def _answered(question: Question, ask: Callable[[str], Answer]) -> tuple[Answer | None, float]:
    """Return the answer and the seconds that it took; None for what nobody can ask."""
    started = time.perf_counter()
    try:
        answer = ask(question.text)
    except QuestionError:  # empty, or too long
        answer = None
    return answer, time.perf_counter() - started


def _refused(question: Question, seconds: float) -> Asked:
    return Asked(question, (), Verdict.NOT_FOUND, 0.0, (), (), seconds)


def ranking(hits: Iterable[Hit], library: Library) -> tuple[tuple[str, float], ...]:
    """Rank documents by their best passages."""
    scores: dict[str, float] = {}
    last = float("inf")
    for hit in hits:
        document_id = library.documents[hit.passage.place.path].id
        if document_id not in scores:
            last = round(min(hit.score, last - STEP), 6)
            scores[document_id] = last
    return tuple(scores.items())


def _quoted(quotes: Iterable[Quote], library: Library) -> Iterator[Quoted]:
    for quote in quotes:
        place = quote.citation.place
        document = library.documents[place.path]
        slice_ = document.text.encode()[place.byte_start : place.byte_end]
        yield Quoted(quote.text, document.id, verbatim=slice_ == quote.text.encode())
