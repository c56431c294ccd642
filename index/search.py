"""Question → Answer: the one way through, over one open snapshot."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from index import (
    confidence,
    operating_point,
    passage_store,
    quoting,
    ranking,
    ranking_models,
    snapshot,
)
from index import (
    question as questions,
)
from index.build import VECTORS
from index.engines.faiss_flat import FaissFlatEngine
from index.errors import CorruptSnapshotError, ModelMismatchError, QuestionError
from index.lexical import LexicalIndex
from index.reading import Reader
from index.records import Answer, Hit, SearchResult, Span, Verdict
from index.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.confidence import Model
    from index.encoders.protocol import Encoder
    from index.operating_point import OperatingPoint
    from index.reading import Read
    from index.records import SnapshotInfo
    from index.snapshot import Snapshot

MAX_QUESTION_CHARS: Final = 1_000
"""The model reads about as much; what is longer is a text, not a question."""
CLOSEST: Final = 3

_WORD = re.compile(r"\w")


class Searcher:
    """Answers questions from one snapshot, at ``point``. Calls may run concurrently."""

    def __init__(self, opened: Snapshot, encoder: Encoder, model: Model | None = None) -> None:
        """Open the parts of a checked snapshot. Raises SnapshotError."""
        _check_model(opened, encoder)
        self._snapshot = opened
        self._encoder = encoder
        self._model = model or confidence.packaged_model()
        self.point = operating_point.of(self._model)
        self._store = passage_store.PassageStore(opened.directory)
        self._engine = FaissFlatEngine.open(opened.directory)
        self.lexical = LexicalIndex.open(opened.directory, opened.manifest.passages)
        self._vectors = np.load(opened.directory / VECTORS, mmap_mode="r")
        self.sentences = SentenceVectors(opened.directory)
        self._reader = Reader(
            self.sentences.cosines, self.lexical.rarity, ranking_models.packaged_models()
        )
        counts = {len(self._store), len(self._engine), len(self._vectors), len(self.sentences)}
        if counts != {opened.manifest.passages}:
            raise CorruptSnapshotError(
                f"The parts of the index {opened.directory} do not fit together.",
                remedy="Run `newsquote rebuild`.",
                path=str(opened.directory),
            )

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot it is, and as of when."""
        return self._snapshot.info

    @property
    def root(self) -> Path:
        """The corpus root that quotes are verified against."""
        return self._snapshot.corpus_root

    def at(self, point: OperatingPoint) -> Searcher:
        """Return this searcher at another operating point; the open parts are the same."""
        other = copy.copy(self)
        other.point = point
        return other

    def ask(self, question: str) -> Answer:
        """Answer a question with verified quotes, or say that the corpus doesn't.

        Raises QuestionError.
        """
        question = check_question(question)
        read = self.read(question)
        hits, found = read.hits, read.candidates
        measured = confidence.features(question, hits, found, self.lexical)
        certainty = self.point.corrected(confidence.confidence(measured, self._model))
        chosen = quoting.select(found)
        quotes, stale = quoting.standing(
            (quoting.cut(each.hit, quoting.widened(each), question, each.score) for each in chosen),
            self.root,
        )
        verdict = self.point.verdict(certainty) if quotes else Verdict.NOT_FOUND
        closest, _ = quoting.standing(
            (
                quoting.cut(hit, hit.passage.sentences[0], question, hit.score)
                for hit in hits[:CLOSEST]
            ),
            self.root,
        )
        return Answer(
            question=question,
            verdict=verdict,
            confidence=certainty,
            quotes=quotes if verdict is not Verdict.NOT_FOUND else (),
            closest=closest if verdict is Verdict.NOT_FOUND else (),
            missing_terms=confidence.missing_terms(
                question, self.lexical, any_word=verdict is not Verdict.ANSWERED
            ),
            stale=stale,
            snapshot=self.info,
        )

    def search(self, query: str, limit: int = 10) -> SearchResult:
        """Find the passages nearest to a query, best first. Raises QuestionError."""
        query = check_question(query)
        hits = self.read(query).hits[:limit]
        whole = (quoting.cut(hit, Span(0, len(hit.passage.text)), query, hit.score) for hit in hits)
        quotes, stale = quoting.standing(whole, self.root)
        shown = {quote.passage_id for quote in quotes}
        kept = tuple(hit for hit in hits if hit.passage.id in shown)
        return SearchResult(query, kept, quotes, stale, self.info)

    def close(self) -> None:
        """Close the snapshot's files."""
        self._store.close()

    def read(self, text: str, leaving_out: Container[int] = ()) -> Read:
        """Rank the passages for a question and the sentences of the best, best first.

        Passages whose rows are in ``leaving_out`` count as if the corpus didn't hold them.
        """
        question = questions.read(text, self.lexical, datetime.now(UTC))
        vector, hits = self.hits(text, question.searched)
        kept = [hit for hit in hits if hit.row not in leaving_out]
        return self._reader.read(question, vector, kept)

    def hits(self, text: str, terms: Sequence[str]) -> tuple[NDArray[np.float32], list[Hit]]:
        """Find the passages nearest to a text and to its terms, fused, best first."""
        vector = self._encoder.encode_queries([text])[0]
        ranked = ranking.rank(vector, list(terms), self._engine, self.lexical, self._vectors)
        passages = self._store.by_rows([each.row for each in ranked])
        return vector, [
            Hit(
                rank=rank,
                row=each.row,
                passage=passage,
                sha256=self._store.file_sha256(passage.place.path),
                score=each.score,
                dense_rank=each.dense_rank,
                dense_score=each.dense_score,
                lexical_rank=each.lexical_rank,
                lexical_score=each.lexical_score,
            )
            for rank, (each, passage) in enumerate(zip(ranked, passages, strict=True), start=1)
        ]


def open_searcher(index_dir: Path, encoder: Encoder) -> Searcher:
    """Open what CURRENT names, at the index's operating point. Raises SnapshotError."""
    point = operating_point.read(index_dir)
    return Searcher(snapshot.open_current(index_dir), encoder).at(point)


def check_question(question: str) -> str:
    """Return the question without the white space around it. Raises QuestionError."""
    # A terminal or a JSON document can carry half a character, which no encoder takes.
    question = " ".join(question.encode("utf-8", "replace").decode().split())
    if not question:
        raise QuestionError("The question is empty.", remedy="Ask something.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"The question is {len(question):,} characters long.",
            remedy=f"Ask it in at most {MAX_QUESTION_CHARS:,}.",
        )
    if not _WORD.search(question):
        raise QuestionError("The question has no word in it.", remedy="Ask in words.")
    return question


def _check_model(opened: Snapshot, encoder: Encoder) -> None:
    manifest, spec = opened.manifest, encoder.spec
    if (manifest.weights_sha256, manifest.dimension) != (spec.weights_sha256, spec.dimension):
        raise ModelMismatchError(
            f"The index was built with the model {manifest.model}, not with {spec.model}.",
            remedy="Ask with that model, or run `newsquote rebuild` with this one.",
            path=str(opened.directory),
        )
