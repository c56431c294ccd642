"""The only place that knows threads: questions run on a bounded pool, with a deadline.

An answer keeps the searcher that it started with, also while a new snapshot takes over.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.access import limiting
from bot.desks import placing
from bot.errors import BusyError, TooSlowError
from bot.health.measures import WAITED, Measures
from bot.pages import sources_chart
from bot.searching import Following, LookingUp, Searching
from bot.suggestions import headlines, outlets
from bot.suggestions.headlines import Headlines
from index.errors import NewsquoteError, StaleQuoteError
from index.questions.following import followed
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.access.limiting import Limited
    from bot.kept.rules import Rules
    from bot.pages.sources_chart import Drawn
    from bot.settings import Settings
    from bot.suggestions.outlets import Outlets
    from index.answering.explaining import Explanation
    from index.overviews.timeline import Timeline
    from index.proofs.proof import Proof
    from index.proofs.surroundings import Surroundings
    from index.proofs.wording import Wording
    from index.questions.following import Before
    from index.records import Answer, Quote, SearchResult, SnapshotInfo

    Look = Callable[[], None]

__all__ = ["Answering", "Following", "Searching"]

log = logging.getLogger(__name__)
T = TypeVar("T")

IN_HASTE: Final = (
    "Many questions came at once: this was read in haste. Ask again for a closer reading."
)
"""The note of an answer that the sentence scorer had no part in, as others were waiting."""

_MOST_DRAWN = 20
"""So many charts are kept, the last ones: servers may be limited to different outlets."""


class Answering:
    """Questions for the current searcher, from the event loop."""

    def __init__(
        self,
        live: Following,
        settings: Settings,
        look: Look | None = None,
        published: Callable[[], object] = lambda: None,
        measures: Measures | None = None,
    ) -> None:
        """Ask ``live``; ``look``, which may block, is called with every look for a snapshot.

        ``published`` is called in the event loop whenever another snapshot answers; ``measures``
        count the questions.
        """
        self._live = live
        self._look = look
        self._published = published
        self._measures = measures or Measures()
        self.places = settings.queue
        self._timeout_s = settings.timeout_s
        self._haste_after_s = settings.haste_after_s
        self._reload_s = settings.reload_s
        self._places = threading.BoundedSemaphore(settings.workers + settings.queue)
        self._pool = ThreadPoolExecutor(settings.workers, "newsquote-answer")
        # Opening a snapshot takes seconds; it must not take an answer's thread.
        self._reload_pool = ThreadPoolExecutor(1, "newsquote-reload")
        self._following: asyncio.Task[None] | None = None
        self._outlets: Outlets = ()
        self._headlines = Headlines()
        self._drawn: dict[tuple[str, ...], Drawn] = {}
        self._drawing = asyncio.Lock()  # matplotlib's fonts are for one thread at a time
        # Who asked and what runs for them, in the order in which they came.
        self._queue: list[tuple[asyncio.Task[Any] | None, Future[Any]]] = []

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers just now."""
        return self._live.current.info

    @property
    def searcher(self) -> Searching:
        """What answers just now, for work that takes several steps on one snapshot."""
        return self._live.current

    @property
    def outlets(self) -> Outlets:
        """The outlets of the snapshot that answers; none until they were read."""
        return self._outlets

    @property
    def headlines(self) -> Headlines:
        """The headlines of the snapshot that answers, and its newest days."""
        return self._headlines

    async def limited(self, query: str, rules: Rules) -> Limited:
        """Read a query and lay a server's filters and scope over it, without searching for it.

        Raises QuestionError, as asking would.
        """
        # Not on the pool: whether a query can be read is told at once, also while all are busy.
        return await asyncio.to_thread(limiting.limited, query, rules, datetime.now(UTC))

    async def read_filters(self, typed: str) -> str:
        """Read filters that a server wants before every question. Raises QuestionError."""
        return await asyncio.to_thread(limiting.read_filters, typed, datetime.now(UTC))

    async def followed(self, question: str, before: Before) -> str:
        """Return what to search for where a question comes after another."""
        return await asyncio.to_thread(followed, question, before)

    async def ask(self, question: str, *, any_date: bool = False) -> Answer:
        """Answer a question. Raises BusyError, TooSlowError and what the searcher raises.

        One that had to wait is answered in haste: where many ask at once, all have their answers
        in a second or two, and those few who asked first have theirs as always.
        """
        began = time.perf_counter()
        searcher = self._live.current

        def work() -> Answer:
            waited_s = time.perf_counter() - began
            in_haste = waited_s > self._haste_after_s
            return searcher.ask(question, any_date=any_date, in_haste=in_haste)

        try:
            answer = await self._run(work)
        except Exception as error:
            self._measures.unanswered(error)
            raise
        took_s = time.perf_counter() - began
        self._measures.answered(answer.verdict, took_s)
        log.info("%s after %d ms", answer.verdict.value, took_s * 1_000)
        if answer.in_haste:
            self._measures.hastened()
            return replace(answer, notes=(IN_HASTE, *answer.notes))
        return answer

    async def search(self, query: str, limit: int, sort: Sort = Sort.RELEVANCE) -> SearchResult:
        """Search the corpus. Raises BusyError, TooSlowError and what the searcher raises."""
        return await self._run(partial(self._live.current.search, query, limit, sort=sort))

    async def explain(self, question: str, *, any_date: bool = False) -> Explanation:
        """Answer a question and explain it. Raises what :meth:`ask` raises."""
        return await self._run(partial(self._live.current.explain, question, any_date=any_date))

    async def changed(self, quotes: Sequence[Quote]) -> frozenset[int]:
        """Return the numbers of the quotes whose file no longer holds them."""
        return await self._run(partial(_changed, quotes, self._live.current.check))

    async def around(self, quotes: Sequence[Quote]) -> tuple[Surroundings | None, ...]:
        """Return each quote with what stands around it, None where it no longer stands."""
        return await self._run(partial(placing.around, quotes, self._live.current))

    async def wording(self, text: str, sources: Sequence[str] = ()) -> Wording:
        """Say what of a text stands word for word, in outlets that begin as ``sources``, if any."""
        return await self._run(partial(self._live.current.wording, text, sources))

    async def timeline(self, topic: str) -> Timeline:
        """Quote what is said of a topic over time. Raises what :meth:`ask` raises."""
        return await self._run(partial(self._live.current.timeline, topic))

    async def cite(self, passage_id: str) -> Surroundings:
        """Return a passage with what stands around it. Raises what the searcher raises, too."""
        return await self._run(partial(self._live.current.cite, passage_id))

    async def verify(self, passage_id: str) -> Proof:
        """Compare a passage with its file as it is now. Raises what the searcher raises, too."""
        return await self._run(partial(self._live.current.verify, passage_id))

    async def sources(self, scope: Sequence[str] = ()) -> Drawn:
        """Count what is indexed, of outlets that begin so, and draw it: once a snapshot.

        Raises BusyError, TooSlowError.
        """
        searcher, outlets = self._live.current, tuple(scope)
        async with self._drawing:
            drawn = self._drawn.get(outlets)
            if drawn is None or drawn.coverage.snapshot.id != searcher.info.id:
                drawn = await self._run(partial(_draw, searcher, outlets))
                self._drawn = dict([*self._drawn.items(), (outlets, drawn)][-_MOST_DRAWN:])
        return drawn

    async def in_background(self, work: Callable[[], T]) -> T:
        """Do what nobody waits for, apart from the questions and without a deadline."""
        return await asyncio.get_running_loop().run_in_executor(self._reload_pool, work)

    @property
    def waiting(self) -> int:
        """How many questions wait for a worker; at most ``places`` may."""
        return sum(not (each.running() or each.done()) for _, each in self._queue)

    def before(self, task: asyncio.Task[Any]) -> int:
        """Count the questions that are served before the one that ``task`` waits for.

        0 where that one is being answered, or where ``task`` waits for none.
        """
        self._queue = [each for each in self._queue if not each[1].done()]
        for ahead, (asker, future) in enumerate(self._queue):
            if asker is task:
                return 0 if future.running() else ahead
        return 0

    def start(self) -> None:
        """Begin to follow newly published snapshots."""
        self._following = asyncio.create_task(self._follow(), name="newsquote-reload")

    async def close(self) -> None:
        """Stop following; drop what waits and let what runs end on its own."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None
        for pool in (self._pool, self._reload_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise BusyError(
                "Too many questions are waiting.", remedy="Please ask again in a minute."
            )
        try:
            begun = partial(self._begun, time.perf_counter(), work)
            future = self._pool.submit(copy_context().run, begun)
        except RuntimeError:  # the pool is shut down
            self._places.release()
            raise BusyError("The bot is closing.", remedy="Please ask again later.") from None
        # The place is free when the thread is, not when we stop waiting for it.
        future.add_done_callback(self._free_place)
        self._queue = [each for each in self._queue if not each[1].done()]
        self._queue.append((asyncio.current_task(), future))
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise TooSlowError(
                "That took too long.", remedy="Please ask again, perhaps in fewer words."
            ) from None

    def _begun(self, submitted: float, work: Callable[[], T]) -> T:
        self._measures.passed(WAITED, time.perf_counter() - submitted)
        return work()

    def _free_place(self, _: Future[T]) -> None:
        self._places.release()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        served = ""
        while True:
            await self._look_around()
            before, served = served, await self._learn(served)
            if served != before:
                self._published()
            await asyncio.sleep(self._reload_s)
            try:
                await loop.run_in_executor(self._reload_pool, self._live.refresh)
            except Exception:
                log.exception("looking for a new snapshot failed; the old one keeps serving")

    async def _look_around(self) -> None:
        if self._look is not None:
            try:
                await asyncio.get_running_loop().run_in_executor(self._reload_pool, self._look)
            except Exception:
                log.exception("a look beside the index failed")

    async def _learn(self, known: str) -> str:
        """Read what the snapshot that answers has to suggest, unless ``known``; return its id."""
        try:
            searcher = self._live.current
            serving = searcher.info.id
        except NewsquoteError:  # there is no index: whoever asks is told so
            return known
        if serving != known:
            self._outlets = await self._read(outlets.read, searcher, self._outlets)
            self._headlines = await self._read(headlines.read, searcher, self._headlines)
        return serving

    async def _read(self, read: Callable[[Searching], T], searcher: Searching, known: T) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._reload_pool, read, searcher)
        except Exception:
            log.exception("reading what is suggested failed; what was known before still is")
            return known


def _draw(searcher: LookingUp, outlets: Sequence[str]) -> Drawn:
    return sources_chart.drawn(searcher.coverage(outlets))


def _changed(quotes: Sequence[Quote], check: Callable[[Quote], None]) -> frozenset[int]:
    changed: set[int] = set()
    for number, quote in enumerate(quotes):
        try:
            check(quote)
        except StaleQuoteError:
            changed.add(number)
    return frozenset(changed)
