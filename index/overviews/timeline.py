"""What the corpus says of a topic over time: one dated quote a day, the oldest first.

The quotes are out of the passages that are relevant (:mod:`index.retrieval.relevance`), each day's
out of the one that is most so. Where there are more days than :data:`MOST_ENTRIES`, one quote
stands for a month, or for a year. Near copies count once, with the oldest, and so do sentences that
say the same. A day is that which the source says, in its own time zone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from index import confidence, quoting
from index import query as queries
from index.answering import evidence
from index.errors import EngineUnreachableError, QuestionError, StaleQuoteError
from index.questions import dating, units
from index.questions import question as questions
from index.questions.sought import sought
from index.questions.units import Unit
from index.quoting import Candidate
from index.records import BY_WORDS
from index.retrieval import narrowing, relevance
from index.retrieval.agreeing import adds_nothing, saying
from index.retrieval.copy_sets import one_of_each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.answering.open_snapshot import OpenSnapshot
    from index.engines.protocol import Filter
    from index.place import Place
    from index.query import Query
    from index.questions.question import Question
    from index.records import Hit, Quote, ReadAs, SnapshotInfo
    from index.retrieval.agreeing import Saying

MOST_ENTRIES: Final = 60
_TRIED: Final = 5
"""So many passages of one day are looked at for a quote that stands and says something new."""
_UNITS: Final = (Unit.DAY, Unit.MONTH, Unit.YEAR)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dated quotes on a topic, the oldest first, one a ``unit``: a day, a month or a year.

    ``undated`` counts the relevant passages that no source dates, which are left out. ``stale`` and
    ``read_as`` are as in an answer; ``notes`` say what was left out and what was searched.
    """

    topic: str
    unit: Unit
    quotes: tuple[Quote, ...]
    undated: int
    stale: tuple[Place, ...]
    snapshot: SnapshotInfo
    read_as: tuple[ReadAs, ...] = ()
    notes: tuple[str, ...] = ()


def of(topic: str, opened: OpenSnapshot) -> Timeline:
    """Make the timeline of a topic, which may have the operators of a query.

    Raises QuestionError.
    """
    now = datetime.now(UTC)
    written = queries.check(topic)
    query = queries.parse(written, now)
    if not query.text:
        raise QuestionError("There are filters and no topic.", remedy="Name a topic.")
    allowed = opened.filters.allowed(query)
    unmet = opened.filters.unmet(query, allowed)
    asked, allowed, searched = _in_its_time(query, opened, allowed, now)
    where = (asked, opened.lexical, opened.retriever, opened.info.passages, allowed)
    words: tuple[str, ...] = ()
    try:
        vector, hits = relevance.relevant(*where)
    except EngineUnreachableError:
        words = (BY_WORDS,)
        vector, hits = relevance.relevant(*where, by_words=True)
    dates = {hit.row: date for hit in hits if (date := hit.passage.metadata.published) is not None}
    dated = sorted((hit for hit in hits if hit.row in dates), key=lambda hit: dates[hit.row])
    undated = len(hits) - len(dated)
    unit, entries = _by_time(one_of_each(dated, opened.store.of_item), dates)
    telling = _Telling(asked, vector, opened)
    quotes = tuple(telling.quotes(entries[-MOST_ENTRIES:]))
    notes = (
        *words,
        *_left_out(undated, "undated passage"),
        *_left_out(max(len(entries) - MOST_ENTRIES, 0), "earlier year"),
        *searched,
        *(
            f"Nothing here mentions “{term}”."
            for term in confidence.missing_terms(asked, any_word=not quotes)
        ),
        *query.notes,
        *unmet,
    )
    return Timeline(
        written,
        unit,
        quotes,
        undated,
        tuple(telling.stale),
        opened.info,
        asked.read_as,
        notes,
    )


def _in_its_time(
    query: Query, opened: OpenSnapshot, allowed: Filter | None, now: datetime
) -> tuple[Question, Filter | None, tuple[str, ...]]:
    """Read the topic. The time that it names, if it names one, becomes a filter, which is told."""
    asked = questions.read(query.text, opened.lexical, now)
    if asked.period is None or query.dated or not opened.filters.dated:
        return asked, allowed, ()
    without = questions.read(narrowing.without_time(query.text, now), opened.lexical, now)
    if not without.asked:
        return asked, allowed, ()
    start, end = asked.period.start, asked.period.end
    then = opened.filters.allowed_then(start, end, allowed)
    return without, then, (f"Searched {dating.days(start, end)}.",)


def _by_time(hits: Sequence[Hit], dates: Mapping[int, datetime]) -> tuple[Unit, list[list[Hit]]]:
    """Put hits together by the first unit that makes few enough entries, the oldest entry first.

    Of an entry, the most relevant hit comes first. ``dates`` has the date of every row.
    """
    days = {dates[hit.row].date() for hit in hits}
    fitting = (u for u in _UNITS if len({units.number(day, u) for day in days}) <= MOST_ENTRIES)
    unit = next(fitting, _UNITS[-1])
    entries: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: -hit.score):
        entries[units.number(dates[hit.row].date(), unit)].append(hit)
    return unit, [entries[each] for each in sorted(entries)]


@dataclass(slots=True)
class _Telling:
    """Chooses the quotes of one timeline; ``stale`` are the places of those that don't stand."""

    asked: Question
    vector: NDArray[np.float32]
    opened: OpenSnapshot
    stale: list[Place] = field(default_factory=list["Place"])
    told: list[Saying] = field(default_factory=list["Saying"])

    def quotes(self, entries: Sequence[Sequence[Hit]]) -> Iterator[Quote]:
        """Yield the quote of each entry that has one."""
        for entry in entries:
            quote = next(filter(None, map(self._quote, entry[:_TRIED])), None)
            if quote is not None:
                yield quote

    def _quote(self, hit: Hit) -> Quote | None:
        """Cut out the sentence that mentions most; None where it is told already or is gone."""
        reading = evidence.read(
            sought(self.asked),
            hit,
            evidence.analyse(hit.passage),
            self.opened.sentences.cosines(hit.row, self.vector),
        )
        best = int(np.argmax(reading.coverages + reading.cosines))
        span = quoting.widened(Candidate(hit, hit.passage.sentences[best], hit.score))
        quote = quoting.cut(hit, span, self.asked, hit.score)
        said = saying(quote.text)
        if any(adds_nothing(said, known) for known in self.told):
            return None
        try:
            self.opened.check(quote)
        except StaleQuoteError:
            self.stale.append(quote.citation.place)
            return None
        self.told.append(said)
        return quote


def _left_out(count: int, what: str) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{count:,} {what}{'' if count == 1 else 's'} left out.",)
