"""Question → Answer: the one way through, over one open snapshot."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from index import (
    confidence,
    explaining,
    operating_point,
    parts,
    passage_store,
    quoting,
    ranking,
    ranking_models,
    recency,
    snapshot,
)
from index import (
    question as questions,
)
from index.build import VECTORS
from index.confidence import Judge
from index.engines.faiss_flat import FaissFlatEngine
from index.errors import CorruptSnapshotError, ModelMismatchError, QuestionError
from index.explaining import Look
from index.lexical import LexicalIndex
from index.reading import PASSAGES_READ, Reader
from index.records import Answer, Hit, SearchResult, Span, Verdict
from index.scorer import packaged_scorer
from index.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.confidence import Model
    from index.encoders.protocol import Encoder
    from index.evidence import Reading
    from index.explaining import Explanation
    from index.operating_point import OperatingPoint
    from index.question import Question
    from index.reading import Read
    from index.records import SnapshotInfo
    from index.snapshot import Snapshot

MAX_QUESTION_CHARS: Final = 1_000
"""The model reads about as much; what is longer is a text, not a question."""
CLOSEST: Final = 3

_WORD = re.compile(r"\w")


class Searcher:
    """Answers questions from one snapshot, at ``point``. Calls may run concurrently."""

    def __init__(
        self,
        opened: Snapshot,
        encoder: Encoder,
        model: Model | None = None,
        *,
        scored: bool = True,
    ) -> None:
        """Open the parts of a checked snapshot. Raises SnapshotError, ModelHashError.

        ``scored`` False leaves the sentence scorer out; so does an installation without it.
        """
        _check_model(opened, encoder)
        self._snapshot = opened
        self._encoder = encoder
        model = model or confidence.packaged_model()
        self._judge = Judge(model)
        self.point = operating_point.of(model)
        self._store = passage_store.PassageStore(opened.directory)
        self._engine = FaissFlatEngine.open(opened.directory)
        self.lexical = LexicalIndex.open(opened.directory, opened.manifest.passages)
        self._vectors = np.load(opened.directory / VECTORS, mmap_mode="r")
        self.sentences = SentenceVectors(opened.directory)
        self.reader = Reader(
            self.sentences.cosines,
            self.lexical.rarity,
            ranking_models.packaged_models(),
            packaged_scorer() if scored else None,
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
        return self._answered(question)[0]

    def explain(self, question: str, limit: int = 10) -> Explanation:
        """Answer a question and tell how that came about, with the first ``limit`` hits.

        Raises QuestionError.
        """
        answer, looks = self._answered(question, limit)
        return explaining.explanation(
            answer, looks, self.point, limit, rescored=self.reader.rescored, root=self.root
        )

    def _answered(self, question: str, shown: int = 0) -> tuple[Answer, list[Look]]:
        """Answer a question; also return the looks that the answer was made of.

        Each has at least the passages read, and as many as are to be ``shown``.
        """
        asked = self._understood(check_question(question))
        looks = [self._look(each, shown) for each in parts.apart(asked, self._understood)]
        answers = [each.answer for each in looks]
        if any(each.verdict is Verdict.ANSWERED for each in answers):
            return parts.together(asked, answers), looks
        look = self._look(asked, shown)
        return look.answer, [look]

    def _look(self, asked: Question, shown: int) -> Look:
        read = self._read(asked, most=max(shown, PASSAGES_READ))
        hits, found = read.hits, read.candidates
        measured = confidence.measured(asked, read)
        uncorrected = self._judge.confidence(measured)
        certainty = self.point.corrected(uncorrected)
        chosen = quoting.select(found)
        quotes, stale = quoting.standing(
            (quoting.cut(each.hit, quoting.widened(each), asked, each.score) for each in chosen),
            self.root,
        )
        verdict = self.point.verdict(certainty) if quotes else Verdict.NOT_FOUND
        if verdict is Verdict.ANSWERED and confidence.asks_of_the_unknown(asked):
            verdict = Verdict.CLOSE
        closest, _ = quoting.standing(
            (
                quoting.cut(hit, hit.passage.sentences[0], asked, hit.score)
                for hit in hits[:CLOSEST]
            ),
            self.root,
        )
        answer = Answer(
            question=asked.text,
            verdict=verdict,
            confidence=certainty,
            quotes=quotes if verdict is not Verdict.NOT_FOUND else (),
            closest=closest if verdict is Verdict.NOT_FOUND else (),
            missing_terms=confidence.missing_terms(asked, any_word=verdict is not Verdict.ANSWERED),
            stale=stale,
            snapshot=self.info,
            read_as=asked.read_as,
        )
        return Look(asked, read, confidence.by_name(measured), uncorrected, answer)

    def search(self, query: str, limit: int = 10) -> SearchResult:
        """Find the passages nearest to a query, best first. Raises QuestionError."""
        asked = self._understood(check_question(query))
        hits = self._read(asked, most=max(limit, PASSAGES_READ)).hits[:limit]
        whole = (quoting.cut(hit, Span(0, len(hit.passage.text)), asked, hit.score) for hit in hits)
        quotes, stale = quoting.standing(whole, self.root)
        shown = {quote.passage_id for quote in quotes}
        kept = tuple(hit for hit in hits if hit.passage.id in shown)
        return SearchResult(asked.text, kept, quotes, stale, self.info, asked.read_as)

    def close(self) -> None:
        """Close the snapshot's files."""
        self._store.close()

    def read(self, text: str, leaving_out: Container[int] = ()) -> Read:
        """Rank the passages for a question and the sentences of the best, best first.

        Passages whose rows are in ``leaving_out`` count as if the corpus didn't hold them.
        """
        return self._read(self._understood(text), leaving_out)

    def _understood(self, text: str) -> Question:
        return questions.read(text, self.lexical, datetime.now(UTC))

    def readings(self, text: str) -> tuple[Question, list[Reading]]:
        """Read a question, and the first passages for it as they are before any learned order."""
        question = self._understood(text)
        return question, self.reader.readings(question, *self._found(question, PASSAGES_READ))

    def _read(
        self, question: Question, leaving_out: Container[int] = (), most: int | None = None
    ) -> Read:
        vector, hits = self._found(question, most)
        kept = [hit for hit in hits if hit.row not in leaving_out]
        return self.reader.read(question, vector, kept)

    def _found(self, question: Question, most: int | None) -> tuple[NDArray[np.float32], list[Hit]]:
        # To tell which are of the time asked about, all of them are needed.
        most = None if question.period else most
        vector, hits = self.hits(question.text, question.searched, most)
        return vector, recency.preferring(question.period, hits)

    def hits(
        self, text: str, terms: Sequence[str], most: int | None = None
    ) -> tuple[NDArray[np.float32], list[Hit]]:
        """Find the passages nearest to a text and to its terms, fused, best first.

        ``most`` says how many are wanted, None for all: loading them takes time.
        """
        vector = self._encoder.encode_queries([text])[0]
        ranked = ranking.rank(vector, list(terms), self._engine, self.lexical, self._vectors)
        ranked = ranked[:most]
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
