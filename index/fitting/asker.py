"""A data set asked with the real pipeline: a question's documents and its candidate sentences."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from index import confidence
from index.answering import answer_features, features, ranking_models
from index.engines.protocol import Filter
from index.evaluation import corpus, indexing
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Collection, Generator
    from pathlib import Path

    from index.answering.evidence import Reading
    from index.answering.ranking_models import Models
    from index.building.reporting import Progress
    from index.confidence import Model
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet, Document
    from index.evaluation.beir import Question as Posed
    from index.evaluation.corpus import Library
    from index.questions.question import Question
    from index.quoting import Candidate
    from index.records import Hit


class Asker:
    """The pipeline over one data set."""

    def __init__(self, data: DataSet, library: Library, searcher: Searcher) -> None:
        self.data = data
        self._relevance = data.relevance
        self._documents = {document.id: document for document in data.documents}
        self._library = library
        self._searcher = searcher
        self._rows = searcher.opened.store.rows_of_files()
        self._candidates: dict[str, list[Candidate]] = {}

    def relevant(self, posed: Posed) -> list[Document]:
        """Return the documents that are known to answer a question."""
        graded = self._relevance.get(posed.id, {})
        return [self._documents[each] for each, grade in graded.items() if grade > 0]

    def candidates(self, text: str) -> list[Candidate]:
        """Return the scored sentences of the best passages, as the searcher would quote them.

        A question's are kept: every epoch draws from them.
        """
        if text not in self._candidates:
            self._candidates[text] = list(self._searcher.read(text).candidates)
        return self._candidates[text]

    def readings(
        self, text: str, without: Collection[Document] = ()
    ) -> tuple[Question, list[Reading]]:
        """Read a question, and the passages that the searcher would read for it, in fused order.

        It is asked of the corpus ``without`` some documents.
        """
        allowed = None
        if without:
            allowed = Filter(corpus.rows_without((each.id for each in without), self._rows))
        return self._searcher.readings(text, allowed)

    def document(self, candidate: Candidate) -> Document:
        """Return the document that a candidate was cut from."""
        return self.document_of(candidate.hit)

    def document_of(self, hit: Hit) -> Document:
        """Return the document that a passage was cut from."""
        return self._library.documents[hit.passage.place.path]


@contextmanager
def asking(data: DataSet, home: Path, encoder: Encoder, tell: Progress) -> Generator[Asker]:
    """Index a data set below ``home``, or reuse its index, and open it for questions."""
    indexed = indexing.ensure(data, home, encoder, tell)
    # What the scorer is to learn, and the order below it, must not come from a scorer.
    searcher = Searcher(indexed.snapshot, encoder, _confidence(), scored=False, ranking=_ranking())
    try:
        yield Asker(data, indexed.collection, searcher)
    finally:
        searcher.close()


def _ranking() -> Models:
    """Return the trees that ship; none where features they ask for are gone, to fit them anew."""
    shipped = ranking_models.packaged_models()
    return replace(
        shipped,
        passages=shipped.passages.or_none(features.PASSAGE_FEATURES),
        sentences=shipped.sentences.or_none(features.SENTENCE_FEATURES),
        scored_passages=shipped.scored_passages.or_none(features.SCORED_PASSAGE_FEATURES),
        scored_sentences=shipped.scored_sentences.or_none(features.SCORED_SENTENCE_FEATURES),
    )


def _confidence() -> Model:
    """Return the confidence that ships, likewise."""
    shipped = confidence.packaged_model()
    plain = shipped.plain.forest.or_none(answer_features.ANSWER_FEATURES)
    scored = shipped.scored.forest.or_none(answer_features.SCORED_ANSWER_FEATURES)
    return replace(
        shipped,
        plain=replace(shipped.plain, forest=plain),
        scored=replace(shipped.scored, forest=scored),
    )
