"""Question → Answer: the one way through, over one open snapshot."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from index import (
    arrivals,
    confidence,
    coverage,
    explaining,
    freshness,
    gathering,
    looking,
    narrowing,
    operating_point,
    parts,
    passage_store,
    proof,
    quoting,
    ranking_models,
    recency,
    requoting,
    seen,
    sightings,
    snapshot,
    surroundings,
    timeline,
)
from index import query as queries
from index import question as questions
from index.build import VECTORS
from index.confidence import Judge
from index.copy_sets import also_in, one_of_each
from index.engines.faiss_flat import FaissFlatEngine
from index.errors import CorruptSnapshotError, ModelMismatchError, QuestionError
from index.filtering import Filters
from index.lexical import LexicalIndex
from index.reading import PASSAGES_READ, Reader
from index.recency import Sort
from index.records import SearchResult, Span, Verdict
from index.retrieving import Retriever
from index.scorer import packaged_scorer
from index.sentence_vectors import SentenceVectors
from index.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import timedelta
    from pathlib import Path

    from numpy.typing import NDArray

    from index.arrivals import Arrival
    from index.confidence import Model
    from index.coverage import Coverage
    from index.encoders.protocol import Encoder
    from index.evidence import Reading
    from index.explaining import Explanation, Look
    from index.operating_point import OperatingPoint
    from index.period import Period
    from index.proof import Proof
    from index.question import Question
    from index.reading import Read
    from index.records import Answer, Hit, Quote, SnapshotInfo
    from index.sightings import Fresh
    from index.snapshot import Snapshot
    from index.surroundings import Surroundings
    from index.timeline import Timeline

    Rows = NDArray[np.int64]


NOT_WORD_FOR_WORD: Final = (
    "Nothing with the words in quotation marks as they are answers this;"
    " each word was searched for."
)


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
        model = model or confidence.packaged_model()
        self._judge = Judge(model)
        self.point = operating_point.of(model)
        self._store = passage_store.PassageStore(opened.directory)
        self._sources = Sources(
            opened.corpus_root,
            self._store,
            gathering.options_of(opened.manifest),
            seen.read(opened.directory.parent, opened.corpus_root),
        )
        engine = FaissFlatEngine.open(opened.directory)
        self.lexical = LexicalIndex.open(opened.directory, opened.manifest.passages)
        vectors = np.load(opened.directory / VECTORS, mmap_mode="r")
        self.retriever = Retriever(encoder, self._store, engine, self.lexical, vectors)
        self.filters = Filters(self._store, self.lexical)
        self.sentences = SentenceVectors(opened.directory)
        self.reader = Reader(
            self.sentences.cosines,
            self.lexical.rarity,
            ranking_models.packaged_models(),
            packaged_scorer() if scored else None,
        )
        counts = {len(self._store), len(engine), len(vectors), len(self.sentences)}
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

    @property
    def outlets(self) -> tuple[str, ...]:
        """The names of the outlets, those of most passages first."""
        return self.filters.outlets

    def check(self, quote: Quote) -> None:
        """Cut a quote out of its source again. Raises StaleQuoteError where it doesn't stand."""
        self._sources.check(quote)

    def at(self, point: OperatingPoint) -> Searcher:
        """Return this searcher at another operating point; the open parts are the same."""
        other = copy.copy(self)
        other.point = point
        return other

    def ask(self, question: str, *, any_date: bool = False) -> Answer:
        """Answer a question with verified quotes, or say that the corpus doesn't.

        One about a few days is first asked of what was published then, unless ``any_date``.
        Raises QuestionError.
        """
        answer, _ = self._answered(question, any_date=any_date)
        return replace(answer, quotes=tuple(map(self._with_copies, answer.quotes)))

    def explain(self, question: str, limit: int = 10, *, any_date: bool = False) -> Explanation:
        """Answer a question and tell how that came about, with the first ``limit`` hits.

        Raises QuestionError.
        """
        answer, looks = self._answered(question, limit, any_date=any_date)
        return explaining.explanation(
            answer, looks, self.point, limit, rescored=self.reader.rescored, check=self.check
        )

    def _answered(
        self, question: str, shown: int = 0, *, any_date: bool
    ) -> tuple[Answer, list[Look]]:
        """Answer a question; also return the looks that the answer was made of.

        Each has at least the passages read, and as many as are to be ``shown``.
        """
        now = datetime.now(UTC)
        written = queries.check(question)
        query = queries.parse(written, now)
        if not query.text:
            raise QuestionError(
                "There are filters and no question.", remedy="Ask something, or search with them."
            )
        asked = self._understood(query.text)
        allowed = self.filters.rows(query)
        unmet = self.filters.unmet(query, allowed)
        first = None if any_date or query.dated else narrowing.suggested(asked.period, now)
        if first and self.filters.dated and not unmet:
            then = self._understood(narrowing.without_time(query.text, now))
            answer, looks = self._told_in_time(first, then, asked, shown, allowed)
        else:
            answer, looks = self._told(asked, shown, allowed)
        if query.phrases and answer.verdict is not Verdict.ANSWERED:
            # In a question, quotation marks are as often a title's or a saying's as an operator.
            loose = replace(query, phrases=())
            wider, seen_wider = self._told(asked, shown, self.filters.rows(loose))
            if wider.verdict is Verdict.ANSWERED:
                answer = replace(wider, notes=(*answer.notes, NOT_WORD_FOR_WORD))
                looks = seen_wider
        newest, fresh = freshness.told(query.text, [look.read.hits for look in looks])
        notes = (*fresh, *query.notes, *unmet, *answer.notes)
        return replace(answer, question=written, newest_relevant=newest, notes=notes), looks

    def _told_in_time(
        self, time: Period, then: Question, ever: Question, shown: int, allowed: Rows | None
    ) -> tuple[Answer, list[Look]]:
        """Answer out of what was published then; where that doesn't answer, out of all."""
        within = self.filters.published(time.start, time.end, allowed)
        if len(within):
            answer, looks = self._told(then if then.asked else ever, shown, within)
            if answer.verdict is Verdict.ANSWERED:
                return replace(answer, searched_range=(time.start, time.end)), looks
        answer, looks = self._told(ever, shown, allowed)
        return replace(answer, notes=(narrowing.widened(time, anything=len(within) > 0),)), looks

    def _told(self, asked: Question, shown: int, allowed: Rows | None) -> tuple[Answer, list[Look]]:
        """Answer out of the rows allowed, where a question asks several things each for itself."""
        looks = [self._look(each, shown, allowed) for each in parts.apart(asked, self._understood)]
        answers = [each.answer for each in looks]
        if any(each.verdict is Verdict.ANSWERED for each in answers):
            return parts.together(asked, answers), looks
        look = self._look(asked, shown, allowed)
        return look.answer, [look]

    def _look(self, asked: Question, shown: int, allowed: Rows | None) -> Look:
        read = self._read(asked, most=max(shown, PASSAGES_READ), allowed=allowed)
        return looking.look(
            asked, read, judge=self._judge, point=self.point, check=self.check, info=self.info
        )

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        sort: Sort = Sort.RELEVANCE,
        half_life: timedelta | None = None,
    ) -> SearchResult:
        """Find the passages nearest to a query, best first. Raises QuestionError.

        With a ``half_life``, scores fall by half with every such time that a passage is older than
        the newest one found. ``sort`` by date takes the passages read, forty or ``limit`` if that
        is more, and of these the ones that have a word of the query if any has. Filters alone list
        what passes them by date, the newest first or the oldest. What has no date comes last.
        """
        written = queries.check(query)
        parsed = queries.parse(written, datetime.now(UTC))
        asked = self._understood(parsed.text)
        allowed = self.filters.rows(parsed)
        unmet = self.filters.unmet(parsed, allowed)
        if parsed.text or allowed is None:
            most = max(limit, PASSAGES_READ)
            read = self._read(asked, most=most, allowed=allowed)
            hits, told = recency.arranged(read.hits[:most], sort, half_life)
        else:
            rows = self.filters.by_date(allowed, newest_first=sort is not Sort.OLDEST)
            hits = self.retriever.listed(rows[:limit].tolist())
            told = () if half_life is None else (recency.NOTHING_TO_SCORE,)
        hits = hits[:limit]
        whole = (quoting.cut(hit, Span(0, len(hit.passage.text)), asked, hit.score) for hit in hits)
        quotes, stale = quoting.standing(whole, self.check)
        shown = {quote.passage_id for quote in quotes}
        return SearchResult(
            query=written,
            hits=tuple(hit for hit in hits if hit.passage.id in shown),
            quotes=tuple(map(self._with_copies, quotes)),
            stale=stale,
            snapshot=self.info,
            read_as=asked.read_as,
            notes=(*parsed.notes, *unmet, *told),
        )

    def timeline(self, topic: str) -> Timeline:
        """Quote what the corpus says of a topic, the oldest first. Raises QuestionError."""
        told = timeline.of(topic, self, self._store.of_item)
        return replace(told, quotes=tuple(map(self._with_copies, told.quotes)))

    def cite(self, passage_id: str) -> Surroundings:
        """Return a passage with what stands around it. Raises UnknownPassage-, StaleQuoteError."""
        own = self._store.by_id(passage_id)
        return surroundings.of(own, self._store, self.root, self.check, self.info)

    def verify(self, passage_id: str) -> Proof:
        """Compare a passage with its file as it is now. Raises UnknownPassageError."""
        own = self._store.by_id(passage_id)
        options = gathering.options_of(self._snapshot.manifest)
        return proof.of(own, self._store, self.root, options, self.info)

    def coverage(self) -> Coverage:
        """Count the items by outlet and date."""
        return coverage.of(self._store.dated_items(), self.info)

    def fresh(self, known: bytes) -> Fresh:
        """Tell which passages are new to whoever keeps ``known`` (:mod:`index.sightings`)."""
        return sightings.fresh(self._store.ids(), self._store.vector_keys(), known)

    def arrivals(
        self, query: str, fresh: Fresh, *, every_word: bool = False
    ) -> tuple[Arrival, ...]:
        """Return what of the new passages a saved query waits for. Raises QuestionError."""
        return arrivals.of(
            query,
            fresh,
            self,
            self._store,
            lambda asked, rows: self._told(asked, 0, rows)[0],
            every_word=every_word,
        )

    def again(self, quote: Quote) -> Quote | None:
        """Return a quote as it stands now, with its copies; None while its file is not as indexed.

        Raises UnknownPassageError where its passage is no longer indexed.
        """
        found = requoting.again(quote, self._store, self.check)
        return None if found is None else self._with_copies(found)

    def _with_copies(self, quote: Quote) -> Quote:
        """Add where else the quote's words were printed."""
        own = self._store.by_id(quote.passage_id)
        if not own.copies:
            return quote
        of_set = self._store.copies(own.copies)
        told = also_in(quote, own, of_set, self._store.file_sha256, self.check)
        return replace(quote, also_in=told)

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
        self,
        question: Question,
        leaving_out: Container[int] = (),
        most: int | None = None,
        allowed: Rows | None = None,
    ) -> Read:
        vector, hits = self._found(question, most, allowed)
        kept = one_of_each([hit for hit in hits if hit.row not in leaving_out], self._store.of_item)
        if most is not None and len(kept) < most == len(hits):
            # Near copies took places of others, which have to be loaded after all.
            return self._read(question, leaving_out, None, allowed)
        return self.reader.read(question, vector, kept)

    def _found(
        self, question: Question, most: int | None, allowed: Rows | None = None
    ) -> tuple[NDArray[np.float32], list[Hit]]:
        # To tell which are of the time asked about, all of them are needed.
        most = None if question.period else most
        vector, hits = self.retriever.hits(question.text, question.searched, most, allowed)
        return vector, recency.preferring(question.period, hits)


def open_searcher(index_dir: Path, encoder: Encoder) -> Searcher:
    """Open what CURRENT names, at the index's operating point. Raises SnapshotError."""
    point = operating_point.read(index_dir)
    return Searcher(snapshot.open_current(index_dir), encoder).at(point)


def _check_model(opened: Snapshot, encoder: Encoder) -> None:
    manifest, spec = opened.manifest, encoder.spec
    if (manifest.weights_sha256, manifest.dimension) != (spec.weights_sha256, spec.dimension):
        raise ModelMismatchError(
            f"The index was built with the model {manifest.model}, not with {spec.model}.",
            remedy="Ask with that model, or run `newsquote rebuild` with this one.",
            path=str(opened.directory),
        )
