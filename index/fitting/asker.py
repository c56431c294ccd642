"""A data set asked with the real pipeline: a question's documents and its candidate sentences."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.evaluation import indexing
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from index.build import Progress
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet, Document, Question
    from index.evaluation.corpus import Library
    from index.quoting import Candidate


class Asker:
    """The pipeline over one data set."""

    def __init__(self, data: DataSet, library: Library, searcher: Searcher) -> None:
        self._relevance = data.relevance
        self._documents = {document.id: document for document in data.documents}
        self._library = library
        self._searcher = searcher

    def relevant(self, question: Question) -> list[Document]:
        """Return the documents that are known to answer a question."""
        graded = self._relevance.get(question.id, {})
        return [self._documents[each] for each, grade in graded.items() if grade > 0]

    def candidates(self, question: str) -> list[Candidate]:
        """Return the scored sentences of the best passages, as the searcher would quote them."""
        return list(self._searcher.read(question).candidates)

    def document(self, candidate: Candidate) -> Document:
        """Return the document that a candidate was cut from."""
        return self._library.documents[candidate.hit.passage.place.path]


@contextmanager
def asking(data: DataSet, home: Path, encoder: Encoder, tell: Progress) -> Generator[Asker]:
    """Index a data set below ``home``, or reuse its index, and open it for questions."""
    indexed = indexing.ensure(data, home, encoder, tell)
    searcher = Searcher(indexed.snapshot, encoder)
    try:
        yield Asker(data, indexed.collection, searcher)
    finally:
        searcher.close()
