"""newsquote, three ways: ``search``, ``search`` without the sentence scorer, and ``ask``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoders.loading import load_encoder
from index.evaluation import indexing
from index.evaluation.beir import DataSet, Document
from index.records import Metadata
from index.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from protocol import Passage

    from index.records import Quote


class Adapter:
    """Peer on ``search``."""

    scored = True

    def __init__(self) -> None:
        self._encoder = load_encoder()
        self._directory = tempfile.TemporaryDirectory()
        self._searcher: Searcher | None = None
        self._library: dict[str, Document] = {}

    def build(self, passages: Sequence[Passage]) -> None:
        """Index as `newsquote eval` does: a file a document."""
        documents = tuple(
            Document(each.id, each.text, Metadata(title=each.title or None)) for each in passages
        )
        data = DataSet("peers", documents, (), {}, "")
        indexed = indexing.ensure(data, Path(self._directory.name), self._encoder, _silent)
        self._library = indexed.collection.documents
        self._searcher = Searcher(indexed.snapshot, self._encoder, scored=self.scored)

    def search(self, question: str, k: int) -> list[str]:
        """List what is found, documents once."""
        return self._ids(self.searcher.search(_plain(question), k).quotes)[:k]

    @property
    def searcher(self) -> Searcher:
        """What was built, open."""
        if self._searcher is None:
            raise RuntimeError("nothing was built")
        return self._searcher

    def _ids(self, quotes: Iterable[Quote]) -> list[str]:
        paths = dict.fromkeys(quote.citation.place.path for quote in quotes)
        return [self._library[path].id for path in paths]


class Unscored(Adapter):
    """Peer on ``search`` without the sentence scorer."""

    scored = False


class Asking(Adapter):
    """Peer on ``ask``: what its quotes are of, or where it refuses, what comes closest."""

    def search(self, question: str, k: int) -> list[str]:
        """Answer."""
        answer = self.searcher.ask(_plain(question))
        return self._ids((*answer.quotes, *answer.closest))[:k]


def _plain(question: str) -> str:
    """Leave out what newsquote's query language would read as operators."""
    return question.replace('"', " ").replace(":", " ")


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""
