"""A data set asked with the real pipeline: a question's documents and its candidate sentences."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.evaluation import indexing
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from index.answering.evidence import Reading
    from index.building.reporting import Progress
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

    def readings(self, text: str) -> tuple[Question, list[Reading]]:
        """Read a question, and the passages that the searcher would read for it, in fused order."""
        return self._searcher.readings(text)

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
    searcher = Searcher(indexed.snapshot, encoder, scored=False)
    try:
        yield Asker(data, indexed.collection, searcher)
    finally:
        searcher.close()
