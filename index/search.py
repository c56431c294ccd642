"""All that can be asked of one open snapshot: the library's door, and the bot's.

What is behind it: a question is answered by :mod:`index.answering.answerer`, a search by
:mod:`index.overviews.listing`, both over :mod:`index.answering.open_snapshot`; the rest has a
module of its own name, imported when it is asked for: whoever asks one question starts sooner.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index import confidence, quoting
from index import query as queries
from index.answering import operating_point
from index.answering.answerer import Answerer
from index.answering.close_reading import PASSAGES_READ
from index.answering.kept_answers import Asking, KeptAnswers
from index.answering.open_snapshot import OpenSnapshot
from index.engines.protocol import Filter
from index.retrieval.copy_sets import also_in
from index.retrieval.recency import Sort
from index.snapshots import opening, sightings
from index.text import outlet_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, timedelta
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.answering.close_reading import Read
    from index.answering.evidence import Reading
    from index.answering.explaining import Explanation
    from index.answering.operating_point import OperatingPoint
    from index.answering.ranking_models import Models
    from index.confidence import Model
    from index.encoders.protocol import Encoder
    from index.engines.milvus_server import Milvus
    from index.observing import Observer
    from index.overviews.arrivals import Arrival
    from index.overviews.coverage import Coverage
    from index.overviews.timeline import Timeline
    from index.proofs.proof import Proof
    from index.proofs.surroundings import Surroundings
    from index.proofs.wording import Wording
    from index.questions.question import Question
    from index.records import Answer, Quote, SearchResult, SnapshotInfo
    from index.snapshot import Snapshot
    from index.snapshots.sightings import Fresh


class Searcher:
    """Answers questions from one snapshot, at ``point``. Calls may run concurrently."""

    def __init__(
        self,
        checked: Snapshot,
        encoder: Encoder,
        model: Model | None = None,
        *,
        scored: bool = True,
        ranking: Models | None = None,
        observer: Observer | None = None,
        milvus: Milvus | None = None,
    ) -> None:
        """Open the parts of a checked snapshot. Raises SnapshotError, ModelHashError.

        ``scored`` False leaves the sentence scorer out; so does an installation without it.
        ``model`` and ``ranking`` are used instead of what ships.
        """
        model = model or confidence.packaged_model()
        self.opened = OpenSnapshot(
            checked, encoder, scored=scored, ranking=ranking, observer=observer, milvus=milvus
        )
        self._in_haste = self.opened.in_haste()
        self._judge = confidence.Judge(model)
        self.point = operating_point.of(model)
        self.kept = KeptAnswers()

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot it is, and as of when."""
        return self.opened.info

    @property
    def root(self) -> Path:
        """The corpus root that quotes are verified against."""
        return self.opened.root

    @property
    def outlets(self) -> tuple[str, ...]:
        """The names of the outlets, those of most passages first."""
        return self.opened.filters.outlets

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        """Each headline once with its outlet, if it has one; newest first, undated ones last."""
        return self.opened.filters.headlines

    @property
    def days(self) -> tuple[date, ...]:
        """The days, of UTC, that anything was published on, newest first."""
        return self.opened.filters.days

    def at(self, point: OperatingPoint) -> Searcher:
        """Return this searcher at another operating point; the open parts are the same."""
        other = copy.copy(self)
        other.point = point
        return other

    def check(self, quote: Quote) -> None:
        """Cut a quote out of its source again. Raises StaleQuoteError where it doesn't stand."""
        self.opened.check(quote)

    def ask(self, question: str, *, any_date: bool = False, in_haste: bool = False) -> Answer:
        """Answer a question with verified quotes, or say that the corpus doesn't.

        One about a few days is first asked of what was published then, unless ``any_date``. One
        asked before is answered as before, as long as every quote still stands. For any other,
        fewer passages are read and the sentence scorer is left out where that is ``in_haste``: it
        takes a quarter of the processor's time, and quotes are chosen and judged by models that
        were fitted without the scorer. Raises QuestionError.
        """
        answer = self._answered(question, any_date=any_date, in_haste=in_haste)
        return replace(answer, quotes=tuple(map(self._with_copies, answer.quotes)))

    def ask_within(self, question: str, rows: NDArray[np.int64]) -> Answer:
        """Answer a question as if the corpus held these rows alone. Raises QuestionError."""
        answerer = replace(self._answerer, within=Filter(rows))
        return answerer.answered(question, any_date=False)[0]

    def explain(self, question: str, limit: int = 10, *, any_date: bool = False) -> Explanation:
        """Answer a question and tell how that came about, with the first ``limit`` hits.

        Raises QuestionError.
        """
        from index.answering import explaining

        answer, looks = self._answerer.answered(question, limit, any_date=any_date)
        rescored = self.opened.reader.rescored
        return explaining.explanation(
            answer, looks, self.point, limit, rescored=rescored, check=self.check
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
        from index.overviews import listing

        found = listing.of(query, self.opened, limit, sort, half_life)
        return replace(found, quotes=tuple(map(self._with_copies, found.quotes)))

    def timeline(self, topic: str) -> Timeline:
        """Quote what the corpus says of a topic, the oldest first. Raises QuestionError."""
        from index.overviews import timeline

        told = timeline.of(topic, self.opened)
        return replace(told, quotes=tuple(map(self._with_copies, told.quotes)))

    def cite(self, passage_id: str) -> Surroundings:
        """Return a passage with what stands around it. Raises UnknownPassage-, StaleQuoteError."""
        from index.proofs import surroundings

        store = self.opened.store
        return surroundings.of(store.by_id(passage_id), store, self.root, self.check, self.info)

    def around(self, quote: Quote) -> Surroundings:
        """Return a quote, of this snapshot or another, with what stands around it.

        Raises StaleQuoteError.
        """
        from index.proofs import surroundings

        return surroundings.around(quote, self.opened.store, self.root, self.check, self.info)

    def wording(self, text: str, sources: Sequence[str] = ()) -> Wording:
        """Say whether what a text quotes, or else its sentences, stands word for word, and where.

        In passages of outlets whose names begin as one of ``sources``, if there are any.
        """
        from index.proofs import wording

        return wording.of(text, self.opened, sources)

    def verify(self, passage_id: str) -> Proof:
        """Compare a passage with its file as it is now. Raises UnknownPassageError."""
        from index.proofs import proof

        store = self.opened.store
        return proof.of(store.by_id(passage_id), store, self.root, self.opened.options, self.info)

    def coverage(self, sources: Sequence[str] = ()) -> Coverage:
        """Count the items by outlet and date; of outlets that begin as ``sources``, if any."""
        from index.overviews import coverage

        items = self.opened.store.dated_items()
        if sources:
            items = [each for each in items if outlet_names.is_of(each[0], sources)]
        return coverage.of(items, self.info)

    def fresh(self, known: bytes) -> Fresh:
        """Tell which passages are new to whoever keeps ``known``, as index.snapshots.sightings."""
        store = self.opened.store
        return sightings.fresh(store.ids(), store.vector_keys(), known)

    def arrivals(
        self, query: str, fresh: Fresh, *, every_word: bool = False
    ) -> tuple[Arrival, ...]:
        """Return what of the new passages a saved query waits for. Raises QuestionError."""
        from index.overviews import arrivals

        return arrivals.of(
            query,
            fresh,
            self.opened,
            lambda asked, rows: self._answerer.told(asked, 0, Filter(rows))[0],
            every_word=every_word,
        )

    def again(self, quote: Quote) -> Quote | None:
        """Return a quote as it stands now, with its copies; None while its file is not as indexed.

        Raises UnknownPassageError where its passage is no longer indexed.
        """
        from index.proofs import requoting

        found = requoting.again(quote, self.opened.store, self.check)
        return None if found is None else self._with_copies(found)

    def read(self, text: str) -> Read:
        """Rank the passages for a question and the sentences of the best, best first."""
        return self.opened.read(self.opened.understood(text))

    def readings(self, text: str, allowed: Filter | None = None) -> tuple[Question, list[Reading]]:
        """Read a question, and the first passages for it as they are before any learned order.

        Where rows are ``allowed``, the others count as if the corpus didn't hold them, but for how
        rare a word is.
        """
        question = self.opened.understood(text)
        found = self.opened.found(question, PASSAGES_READ, allowed)
        return question, self.opened.reader.readings(question, *found)

    def _answered(self, question: str, *, any_date: bool, in_haste: bool) -> Answer:
        """Return the answer that was kept, if its quotes stand, or else a new one.

        One made in haste is not kept: whoever asks again gets a better one.
        """
        now = datetime.now(UTC)
        written = queries.check(question)
        query = queries.parse(written, now)
        asking = Asking(written, query, any_date, self.point, now.date())
        kept = self.kept.get(asking)
        if kept is not None:
            _, stale = quoting.standing((*kept.quotes, *kept.closest), self.check)
            if not stale:
                return kept
        if in_haste and self.opened.reader.scores:
            hasty = replace(self._answerer, opened=self._in_haste)
            answer, _ = hasty.answered(question, any_date=any_date)
            return replace(answer, in_haste=True)
        answer, _ = self._answerer.answered(question, any_date=any_date)
        if not answer.stale and not answer.by_words:
            self.kept.put(asking, answer)
        return answer

    @property
    def _answerer(self) -> Answerer:
        return Answerer(self.opened, self._judge, self.point)

    def close(self) -> None:
        """Close the snapshot's files."""
        self.opened.close()

    def _with_copies(self, quote: Quote) -> Quote:
        """Add where else the quote's words were printed."""
        store = self.opened.store
        own = store.by_id(quote.passage_id)
        if not own.copies:
            return quote
        of_set = store.copies(own.copies)
        told = also_in(quote, own, of_set, store.file_sha256, self.check)
        return replace(quote, also_in=told)


def open_searcher(index_dir: Path, encoder: Encoder, milvus: Milvus | None = None) -> Searcher:
    """Open what CURRENT names, at the index's operating point. Raises SnapshotError."""
    point = operating_point.read(index_dir)
    return Searcher(opening.open_current(index_dir), encoder, milvus=milvus).at(point)
