"""One snapshot, its parts open: what understands a question, finds passages and reads them."""

from __future__ import annotations

import copy
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from index.answering import ranking_models
from index.answering.close_reading import Reader
from index.answering.scorer import packaged_scorer
from index.engines.faiss_engine import FaissEngine
from index.engines.opening import open_engine
from index.errors import CorruptSnapshotError, EngineUnreachableError, ModelMismatchError
from index.lexical.searching import LexicalIndex
from index.observing import Stage, timing
from index.proofs.checking import Checker
from index.questions import question as questions
from index.retrieval import recency
from index.retrieval.copy_sets import one_of_each
from index.retrieval.filtering import Filters
from index.retrieval.retrieving import Retriever
from index.snapshots import file_stamps, passage_store, resident
from index.snapshots.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.answering.close_reading import Read
    from index.answering.ranking_models import Models
    from index.corpus.reading import ReadOptions
    from index.encoders.protocol import Encoder
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import Filter
    from index.manifest import Manifest
    from index.observing import Observer
    from index.questions.question import Question
    from index.records import Hit, Quote, SnapshotInfo
    from index.snapshot import Snapshot


_log = logging.getLogger(__name__)


class OpenSnapshot:
    """The parts of a checked snapshot, which fit together. Calls may run concurrently."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        *,
        scored: bool = True,
        ranking: Models | None = None,
        observer: Observer | None = None,
        milvus: Milvus | None = None,
    ) -> None:
        """Open every part. Raises SnapshotError, ModelHashError.

        ``milvus`` has the vectors of a snapshot whose manifest says so.
        ``scored`` False leaves the sentence scorer out; so does an installation without it.
        ``ranking`` is used instead of the trees that ship.
        """
        _check_model(snapshot, encoder)
        self._snapshot = snapshot
        self._observer = observer
        self.store = passage_store.PassageStore(snapshot.directory)
        self._checker = Checker(
            snapshot.corpus_root,
            self.store,
            partial(_options, snapshot.manifest),
            file_stamps.read(snapshot.directory.parent, snapshot.corpus_root),
        )
        self.engine = open_engine(snapshot.directory, snapshot.manifest.vectors, milvus)
        self.lexical = LexicalIndex.open(snapshot.directory, snapshot.manifest.passages)
        self.sentences = SentenceVectors(snapshot.directory)
        self.retriever = Retriever(encoder, self.store, self.engine, self.lexical, self.sentences)
        self.filters = Filters(self.store, self.lexical)
        self.reader = Reader(
            self.sentences.cosines,
            ranking or ranking_models.packaged_models(),
            packaged_scorer() if scored else None,
            observer,
        )
        self._resident = resident.Resident(
            [
                *self.sentences.regions,
                *self.lexical.regions,
                *(self.engine.regions if isinstance(self.engine, FaissEngine) else ()),
            ]
        )
        counts = {len(self.store), len(self.engine), len(self.sentences)}
        if counts != {snapshot.manifest.passages}:
            raise CorruptSnapshotError(
                f"The parts of the index {snapshot.directory} do not fit together.",
                remedy="Run `newsquote rebuild`.",
                path=str(snapshot.directory),
            )

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot it is, and as of when."""
        return self._snapshot.info

    @property
    def root(self) -> Path:
        """The corpus root that quotes are verified against."""
        return self._snapshot.corpus_root

    @property
    def options(self) -> ReadOptions:
        """How the corpus's files were read."""
        return _options(self._snapshot.manifest)

    def in_haste(self) -> OpenSnapshot:
        """Return the same open parts with a reader that reads less, without the sentence scorer."""
        other = copy.copy(self)
        other.reader = self.reader.in_haste()
        return other

    def check(self, quote: Quote) -> None:
        """Cut a quote out of its source again. Raises StaleQuoteError where it doesn't stand."""
        with timing(self._observer, Stage.VERIFIED):
            self._checker.check(quote)

    def understood(self, text: str) -> Question:
        """Read what a question asks for, in the corpus's words."""
        return questions.read(text, self.lexical, datetime.now(UTC))

    def found(
        self,
        question: Question,
        most: int | None,
        allowed: Filter | None = None,
        *,
        by_words: bool = False,
    ) -> tuple[NDArray[np.float32], list[Hit]]:
        """Find passages for a question, fused and by date, best first; also return its vector.

        ``most`` and ``allowed`` are as in :meth:`index.retrieval.retrieving.Retriever.hits`; with
        ``by_words``, no engine is asked. Raises EngineUnreachableError.
        """
        # To tell which are of the time asked about, all of them are needed.
        most = None if question.period else most
        with timing(self._observer, Stage.FOUND):
            find = self.retriever.hits_by_words if by_words else self.retriever.hits
            vector, hits = find(question.meant, question.searched, most, allowed)
        # Here and not between questions: what follows would be mapped beside all that was searched.
        self._resident.keep_small()
        return vector, recency.preferring(question.period, hits)

    def read(
        self,
        question: Question,
        most: int | None = None,
        allowed: Filter | None = None,
    ) -> Read:
        """Rank the passages for a question, near copies once, and the sentences of the best.

        While the engine does not answer, passages are found by words alone, which the reading says.
        """
        by_words = False
        try:
            vector, hits = self.found(question, most, allowed)
        except EngineUnreachableError as error:
            _log.warning("Searching by words alone: %s", error)
            by_words = True
            vector, hits = self.found(question, most, allowed, by_words=True)
        kept = one_of_each(hits, self.store.of_item)
        if most is not None and len(kept) < most == len(hits):
            # Near copies took places of others, which have to be loaded after all.
            return self.read(question, None, allowed)
        return replace(self.reader.read(question, vector, kept), by_words=by_words)

    def close(self) -> None:
        """Close the snapshot's files."""
        self.store.close()


def _options(manifest: Manifest) -> ReadOptions:
    from index.building import gathering

    return gathering.options_of(manifest)


def _check_model(snapshot: Snapshot, encoder: Encoder) -> None:
    manifest, spec = snapshot.manifest, encoder.spec
    if (manifest.weights_sha256, manifest.dimension) != (spec.weights_sha256, spec.dimension):
        raise ModelMismatchError(
            f"The index was built with the model {manifest.model}, not with {spec.model}.",
            remedy="Ask with that model, or run `newsquote rebuild` with this one.",
            path=str(snapshot.directory),
        )
