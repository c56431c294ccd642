"""Question → Answer: the one way through, over one open snapshot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from index import confidence, passage_store, quoting, ranking, snapshot
from index.build import VECTORS
from index.engines.faiss_flat import FaissFlatEngine
from index.errors import CorruptSnapshotError, ModelMismatchError, QuestionError
from index.lexical import LexicalIndex
from index.records import Answer, Hit, SearchResult, Span, Verdict
from index.terms import stems

if TYPE_CHECKING:
    from pathlib import Path

    from index.confidence import Model
    from index.encoders.protocol import Encoder
    from index.records import SnapshotInfo
    from index.snapshot import Snapshot

MAX_QUESTION_CHARS: Final = 1_000
"""The model reads about as much; what is longer is a text, not a question."""
CLOSEST: Final = 3

_WORD = re.compile(r"\w")


class Searcher:
    """Answers questions from one snapshot. Calls may run concurrently."""

    def __init__(self, opened: Snapshot, encoder: Encoder, model: Model | None = None) -> None:
        """Open the parts of a checked snapshot. Raises SnapshotError."""
        _check_model(opened, encoder)
        self._snapshot = opened
        self._encoder = encoder
        self._model = model or confidence.packaged_model()
        self._store = passage_store.PassageStore(opened.directory)
        self._engine = FaissFlatEngine.open(opened.directory)
        self.lexical = LexicalIndex.open(opened.directory, opened.manifest.passages)
        self._vectors = np.load(opened.directory / VECTORS, mmap_mode="r")
        counts = {len(self._store), len(self._engine), len(self._vectors)}
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

    def ask(self, question: str) -> Answer:
        """Answer a question with verified quotes, or say that the corpus doesn't.

        Raises QuestionError.
        """
        question = check_question(question)
        vector, hits = self.hits(question)
        found = quoting.candidates(
            question, vector, hits, self._encoder.encode_queries, self.lexical.rarity
        )
        measured = confidence.features(question, hits, found, self.lexical)
        certainty = confidence.confidence(measured, self._model)
        chosen = quoting.select(found)
        quotes, stale = quoting.standing(
            (quoting.cut(each.hit, quoting.widened(each), question, each.score) for each in chosen),
            self.root,
        )
        answered = certainty >= self._model.threshold and bool(quotes)
        closest, _ = quoting.standing(
            (
                quoting.cut(hit, hit.passage.sentences[0], question, hit.score)
                for hit in hits[:CLOSEST]
            ),
            self.root,
        )
        return Answer(
            question=question,
            verdict=Verdict.ANSWERED if answered else Verdict.NOT_FOUND,
            confidence=certainty,
            quotes=quotes if answered else (),
            closest=() if answered else closest,
            missing_terms=confidence.missing_terms(question, self.lexical, any_word=not answered),
            stale=stale,
            snapshot=self.info,
        )

    def search(self, query: str, limit: int = 10) -> SearchResult:
        """Find the passages nearest to a query, best first. Raises QuestionError."""
        query = check_question(query)
        _, hits = self.hits(query, limit)
        whole = (quoting.cut(hit, Span(0, len(hit.passage.text)), query, hit.score) for hit in hits)
        quotes, stale = quoting.standing(whole, self.root)
        shown = {quote.passage_id for quote in quotes}
        kept = tuple(hit for hit in hits if hit.passage.id in shown)
        return SearchResult(query, kept, quotes, stale, self.info)

    def close(self) -> None:
        """Close the snapshot's files."""
        self._store.close()

    def hits(self, text: str, limit: int = ranking.CANDIDATES) -> tuple[np.ndarray, list[Hit]]:
        vector = self._encoder.encode_queries([text])[0]
        ranked = ranking.rank(vector, stems(text), self._engine, self.lexical, self._vectors)
        ranked = ranked[:limit]
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
    """Open the snapshot that CURRENT names. Raises SnapshotError."""
    return Searcher(snapshot.open_current(index_dir), encoder)


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
