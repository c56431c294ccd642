"""The only place that knows threads: questions run on a bounded pool, with a deadline.

An answer keeps the searcher that it started with, also while a new snapshot takes over.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.errors import BusyError, TooSlowError
from index.errors import StaleQuoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.settings import Settings
    from index.explaining import Explanation
    from index.records import Answer, Quote, SearchResult, SnapshotInfo

log = logging.getLogger(__name__)
T = TypeVar("T")


class Explaining(Protocol):
    """Tells how an answer came about; the call blocks and may come from any thread."""

    def explain(self, question: str, limit: int = 10) -> Explanation:
        """Answer a question and explain it; QuestionError where it cannot be searched for."""
        ...


class Searching(Explaining, Protocol):
    """What we need of a searcher; every call blocks and may come from any thread."""

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers."""
        ...

    @property
    def root(self) -> Path:
        """The corpus root that quotes are verified against."""
        ...

    def ask(self, question: str) -> Answer:
        """Answer a question; QuestionError where it cannot be searched for."""
        ...

    def search(self, query: str, limit: int = 10) -> SearchResult:
        """Return the passages found for a query."""
        ...


class Following(Protocol):
    """A searcher that is exchanged when a new snapshot is published."""

    @property
    def current(self) -> Searching:
        """The searcher of the newest good snapshot; cheap, from any thread."""
        ...

    def refresh(self) -> bool:
        """Look for a new snapshot and open it (blocks); True where it took over."""
        ...


class Answering:
    """Questions for the current searcher, from the event loop."""

    def __init__(self, live: Following, settings: Settings) -> None:
        self._live = live
        self._timeout_s = settings.timeout_s
        self._reload_s = settings.reload_s
        self._places = threading.BoundedSemaphore(settings.workers + settings.queue)
        self._pool = ThreadPoolExecutor(settings.workers, "newsquote-answer")
        # Opening a snapshot takes seconds; it must not take an answer's thread.
        self._reload_pool = ThreadPoolExecutor(1, "newsquote-reload")
        self._following: asyncio.Task[None] | None = None

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers just now."""
        return self._live.current.info

    async def ask(self, question: str) -> Answer:
        """Answer a question. Raises BusyError, TooSlowError and what the searcher raises."""
        return await self._run(self._live.current.ask, question)

    async def search(self, query: str, limit: int) -> SearchResult:
        """Search the corpus. Raises BusyError, TooSlowError and what the searcher raises."""
        return await self._run(self._live.current.search, query, limit)

    async def explain(self, question: str) -> Explanation:
        """Answer a question and explain it. Raises what :meth:`ask` raises."""
        return await self._run(self._live.current.explain, question)

    async def changed(self, quotes: Sequence[Quote]) -> frozenset[int]:
        """Return the numbers of the quotes whose file no longer holds them."""
        return await self._run(_changed, quotes, self._live.current.root)

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

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        if not self._places.acquire(blocking=False):
            raise BusyError(
                "Too many questions are waiting.", remedy="Please ask again in a minute."
            )
        try:
            future = self._pool.submit(work, *arguments)
        except RuntimeError:  # the pool is shut down
            self._places.release()
            raise BusyError("The bot is closing.", remedy="Please ask again later.") from None
        # The place is free when the thread is, not when we stop waiting for it.
        future.add_done_callback(self._free_place)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise TooSlowError(
                "That took too long.", remedy="Please ask again, perhaps in fewer words."
            ) from None

    def _free_place(self, _: Future[T]) -> None:
        self._places.release()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._reload_s)
            try:
                await loop.run_in_executor(self._reload_pool, self._live.refresh)
            except Exception:
                log.exception("looking for a new snapshot failed; the old one keeps serving")


def _changed(quotes: Sequence[Quote], root: Path) -> frozenset[int]:
    changed: set[int] = set()
    for number, quote in enumerate(quotes):
        try:
            quote.verify(root)
        except StaleQuoteError:
            changed.add(number)
    return frozenset(changed)
