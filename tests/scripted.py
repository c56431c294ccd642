"""Real subclasses of the seam's protocols, over records made by hand, for what seeds cannot do."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from simcord.components import walk_components

from bot.answering import Following, Searching
from index.answering.explaining import Explanation
from index.answering.operating_point import OperatingPoint
from index.errors import StaleQuoteError, UnknownPassageError
from index.overviews import coverage
from index.overviews.arrivals import Arrival
from index.overviews.timeline import Timeline
from index.place import Place, Span
from index.proofs.proof import Proof
from index.proofs.surroundings import Surroundings
from index.proofs.wording import Wording
from index.questions.units import Unit
from index.records import Answer, Citation, Metadata, Quote, SearchResult, SnapshotInfo, Verdict
from index.retrieval.recency import Sort
from index.snapshots.file_stamps import hashed
from index.snapshots.sightings import Fresh
from index.text import outlet_names

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.errors import NewsquoteError
    from index.overviews.coverage import Coverage
    from index.proofs.wording import Checked

log = logging.getLogger(__name__)

BUILT = datetime(2026, 11, 24, 4, 50, tzinfo=UTC)
VOTES = {"👍": True, "👎": True}
"""The buttons under every answer that take an opinion."""
ANSWERED = {"Context": True, "More": True, "Newest": True, "Why?": True, **VOTES}
"""The buttons under every answer out of an index that has dates."""
SNAPSHOT = SnapshotInfo("20261124T045000Z-abcdef12", BUILT, datetime(2023, 9, 4, tzinfo=UTC), 12)


def write_corpus(root: Path, lines: Sequence[str], name: str = "news.txt") -> tuple[Quote, ...]:
    """Write one snippet a line below ``root`` and return each line as a quote."""
    root.mkdir(parents=True, exist_ok=True)
    data = b""
    places: list[Place] = []
    for number, line in enumerate(lines, start=1):
        start = len(data)
        data += line.encode() + b"\n"
        places.append(Place(name, number, number, start, len(data) - 1))
    (root / name).write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return tuple(
        Quote(line, f"passage{place.first_line}", 0.5, Citation(place, sha256, Metadata()))
        for line, place in zip(lines, places, strict=True)
    )


def with_matches(quote: Quote, words: Sequence[str]) -> Quote:
    """Return the quote with every occurrence of ``words`` marked as matched."""
    spans = [
        Span(m.start(), m.end()) for word in words for m in re.finditer(re.escape(word), quote.text)
    ]
    return replace(quote, matches=tuple(sorted(spans)))


class ScriptedSearcher(Searching):
    """Answers with the quotes it was given; every word of a question counts as matched."""

    def __init__(
        self,
        root: Path,
        quotes: Sequence[Quote],
        *,
        verdict: Verdict = Verdict.ANSWERED,
        missing: tuple[str, ...] = (),
        stale: tuple[Place, ...] = (),
        info: SnapshotInfo = SNAPSHOT,
        outlets: tuple[str, ...] = (),
        searched_range: tuple[datetime, datetime] | None = None,
        newest_relevant: datetime | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._root = root
        self._quotes = tuple(quotes)
        self._verdict = verdict
        self._missing = missing
        self._stale = stale
        self._info = info
        self.named: tuple[str, ...] | Exception = outlets
        self._searched_range = searched_range
        self._newest_relevant = newest_relevant
        self._notes = notes
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.any_dates: list[bool] = []
        self.sorts: list[Sort] = []
        self.gate: threading.Event | None = None
        self.titled: tuple[tuple[str, str | None], ...] | Exception = ()
        self.published: tuple[date, ...] = ()
        self.checked: tuple[Checked, ...] = ()
        self.sources: tuple[str, ...] = ()

    @property
    def info(self) -> SnapshotInfo:
        return self._info

    @property
    def root(self) -> Path:
        return self._root

    @property
    def outlets(self) -> tuple[str, ...]:
        if isinstance(self.named, Exception):
            raise self.named
        return self.named

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        if isinstance(self.titled, Exception):
            raise self.titled
        return iter(self.titled)

    @property
    def days(self) -> tuple[date, ...]:
        return self.published

    def check(self, quote: Quote) -> None:
        quote.verify(self._root)

    def ask(self, question: str, *, any_date: bool = False, in_haste: bool = False) -> Answer:
        self.any_dates.append(any_date)
        self._work(question)
        refused = self._verdict is Verdict.NOT_FOUND
        marked = tuple(with_matches(quote, re.findall(r"\w+", question)) for quote in self._quotes)
        return Answer(
            question,
            self._verdict,
            0.9 if self._verdict is Verdict.ANSWERED else 0.1,
            () if refused else marked,
            marked if refused else (),
            self._missing,
            self._stale,
            self._info,
            searched_range=None if any_date else self._searched_range,
            newest_relevant=self._newest_relevant,
            notes=self._notes,
            in_haste=in_haste,
        )

    def search(self, query: str, limit: int = 10, *, sort: Sort = Sort.RELEVANCE) -> SearchResult:
        self.sorts.append(sort)
        self._work(query)
        quotes = self._quotes[:limit]
        return SearchResult(query, (), quotes, self._stale, self._info, notes=self._notes)

    def explain(self, question: str, limit: int = 10, *, any_date: bool = False) -> Explanation:
        del limit  # there are no hits
        return Explanation(self.ask(question, any_date=any_date), OperatingPoint(0.4, 0.1), ())

    def timeline(self, topic: str) -> Timeline:
        self._work(topic)
        return Timeline(topic, Unit.DAY, self._quotes, 0, self._stale, self._info)

    def cite(self, passage_id: str) -> Surroundings:
        quote = self._of(passage_id)
        self.check(quote)
        return Surroundings(quote, None, None, self._info)

    def around(self, quote: Quote) -> Surroundings:
        self._work("around")
        self.check(quote)
        return Surroundings(quote, None, None, self._info)

    def wording(self, text: str, sources: Sequence[str] = ()) -> Wording:
        self._work(text)
        self.sources = tuple(sources)
        return Wording(self.checked, 0, self._info)

    def verify(self, passage_id: str) -> Proof:
        citation = self._of(passage_id).citation
        now = hashed(self._root / citation.place.path)
        outlet = citation.metadata.outlet
        return Proof(passage_id, citation.place, citation.sha256, now, "", self._info, outlet)

    def coverage(self, sources: Sequence[str] = ()) -> Coverage:
        self._work("coverage")
        told = [each.citation.metadata for each in self._quotes]
        told = [each for each in told if not sources or outlet_names.is_of(each.outlet, sources)]
        return coverage.of(((each.outlet, each.published) for each in told), self._info)

    def fresh(self, known: bytes) -> Fresh:
        """What is known is the passages' ids."""
        before = known.decode().split()
        ids = [each.passage_id for each in self._quotes]
        rows = {each: row for row, each in enumerate(ids) if each not in before}
        return Fresh(rows, " ".join([*before, *rows]).encode())

    def arrivals(
        self, query: str, fresh: Fresh, *, every_word: bool = False
    ) -> tuple[Arrival, ...]:
        """Each new quote that has one of the words, or all, is a story."""
        self._work(query)
        words, has = query.split(), all if every_word else any
        return tuple(
            Arrival(with_matches(each, words), each.passage_id)
            for each in self._quotes
            if each.passage_id in fresh.rows and has(word in each.text for word in words)
        )

    def again(self, quote: Quote) -> Quote | None:
        self._of(quote.passage_id)
        try:
            self.check(quote)
        except StaleQuoteError:
            return None
        return quote

    def _of(self, passage_id: str) -> Quote:
        self._work(passage_id)
        for quote in self._quotes:
            if quote.passage_id == passage_id:
                return quote
        raise UnknownPassageError(f"No passage has the id {passage_id}.", remedy="")

    def _work(self, text: str) -> None:
        self.asked.append(text)
        log.info("asked in a thread")
        if self.gate is not None:
            self.gate.wait(3)
        if self.error is not None:
            raise self.error


class ScriptedLive(Following):
    """Serves one searcher until ``following`` holds the next; an exception there is raised."""

    def __init__(self, searcher: Searching) -> None:
        self._current = searcher
        self.following: list[Searching | Exception] = []
        self.refreshed = 0

    @property
    def current(self) -> Searching:
        return self._current

    def refresh(self) -> bool:
        self.refreshed += 1
        if not self.following:
            return False
        following = self.following.pop(0)
        if isinstance(following, Exception):
            raise following
        self._current = following
        return True


class NoIndex(Following):
    """Holds no searcher: whoever asks gets the error."""

    def __init__(self, error: NewsquoteError) -> None:
        self._error = error

    @property
    def current(self) -> Searching:
        raise self._error

    def refresh(self) -> bool:
        return False


async def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread or process brings about."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # the other side has no event to set
            await asyncio.sleep(0.01)


def texts(message: object) -> list[str]:
    """Return the text blocks of a message (or of a simcord response), in reading order."""
    return [str(part["content"]) for part in _parts(message) if part["type"] == 10]


def buttons(message: object) -> dict[str, bool]:
    """Return the labels of a message's buttons, each with whether it can be pressed."""
    return {
        str(part["label"]): not part.get("disabled", False)
        for part in _parts(message)
        if part["type"] == 2
    }


def _parts(message: object) -> list[dict[str, Any]]:
    components: list[Any] = list(getattr(message, "components", ()))
    return list(walk_components([c if isinstance(c, dict) else c.to_dict() for c in components]))
