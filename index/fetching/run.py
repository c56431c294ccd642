"""One run over feeds: hosts beside each other, a host's feeds one after the other.

Whatever happens to one feed, the others are fetched; only a corpus that cannot be written ends the
run. Items are stored first and the state last: what a killed run did is there, and found by the
next one.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpx

from index.errors import NewsquoteError
from index.fetching import feed_parsing, state
from index.fetching.downloading import Downloader, Limits, Validators, checked
from index.fetching.errors import CorpusWriteError, FetchError
from index.fetching.pages import Pages
from index.fetching.reports import FeedReport, FetchReport, Status
from index.fetching.robots import Robots
from index.fetching.state import FeedState, State
from index.fetching.storing import Folder, Outcome, folder_name
from index.fetching.turns import Turns

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.building.reporting import Progress

MAX_HOSTS_AT_ONCE: Final = 4
MAX_WAIT: Final = timedelta(days=7)
"""A server that wants to be asked later than that is asked then."""
ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Options:
    """How to fetch; ``pause_s`` lies between two pages of a site that asks for no delay."""

    limits: Limits
    articles: bool = False
    pause_s: float = 1.0


def _now() -> datetime:
    return datetime.now(UTC)


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total


@dataclass(slots=True)
class _Run:
    """What the threads of a run share."""

    root: Path
    options: Options
    state: State
    now: Callable[[], datetime]
    tls: ssl.SSLContext
    pages: Pages
    turns: Turns = field(default_factory=Turns)


def fetch(
    urls: Sequence[str],
    root: Path,
    options: Options,
    *,
    progress: Progress | None = None,
    now: Callable[[], datetime] = _now,
) -> FetchReport:
    """Fetch feeds into the corpus below ``root``. Raises FetchInProgressError, CorpusWriteError."""
    started = time.monotonic()
    tell = progress or _silent
    hosts: dict[str, list[str]] = {}
    reports: dict[str, FeedReport] = {}
    for url in dict.fromkeys(urls):
        try:
            hosts.setdefault(folder_name(checked(url)), []).append(url)
        except FetchError as error:
            reports[url] = FeedReport(url, Status.FAILED, reason=str(error))
    with state.opened(root) as kept:
        pages = Pages(Robots(options.limits.user_agent, options.pause_s))
        run = _Run(root, options, kept, now, httpx.create_ssl_context(), pages)
        tell("fetching", 0, len(hosts))
        with ThreadPoolExecutor(MAX_HOSTS_AT_ONCE) as pool:
            try:
                tasks = [pool.submit(_host, run, *each) for each in hosts.items()]
                for done, task in enumerate(as_completed(tasks), start=1):
                    reports |= task.result()
                    tell("fetching", done, len(tasks))
            except BaseException:
                # Such as a full disk, or Ctrl-C: the other threads end with what they are at.
                run.turns.stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return FetchReport(
        tuple(reports[url] for url in dict.fromkeys(urls)), time.monotonic() - started
    )


def _host(run: _Run, name: str, urls: Sequence[str]) -> dict[str, FeedReport]:
    """Fetch one host's feeds. Raises CorpusWriteError."""
    folder = Folder(run.root, name, run.state.items.setdefault(name, {}))
    reports: dict[str, FeedReport] = {}
    with Downloader(run.options.limits, run.turns, run.tls) as downloader:
        for url in urls:
            report = reports[url] = FeedReport(url, Status.FAILED)
            try:
                _feed(run, report, folder, downloader)
            except CorpusWriteError:
                raise
            except NewsquoteError as error:
                report.reason = str(error)
            except Exception as error:  # noqa: BLE001  no feed, however odd, stops the others
                report.reason = f"It cannot be handled ({type(error).__name__}: {error})."
    return reports


def _feed(run: _Run, report: FeedReport, folder: Folder, downloader: Downloader) -> None:
    """Fetch one feed, and write down in its report what came of it. Raises NewsquoteError."""
    url, now = report.url, run.now()
    before = run.state.feeds.get(url, FeedState())
    if before.retry_at and now < before.retry_at:
        report.status, report.retry_at = Status.WAITING, before.retry_at
        report.reason = "The server wants to be asked later."
        return
    known = Validators(before.url, before.etag, before.last_modified)
    answer = downloader.get(url, accept=ACCEPT, known=known)
    report.moved_to = answer.moved_to
    before.retry_at = None
    if answer.status == 200:
        feed = feed_parsing.parse(answer)
        report.status = Status.FETCHED
        report.notes.extend(feed.notes)
        _items(run, feed, report, folder, downloader)
        # Only now: had storing failed, the feed must not be called unchanged next time.
        given = answer.validators
        before = FeedState(given.url, given.etag, given.last_modified)
    elif answer.status == 304 and (known.etag or known.last_modified):
        report.status = Status.NOT_MODIFIED
    elif answer.status == 410:
        report.status = Status.GONE
        report.reason = "It is gone for good. Take it off the list."
    else:
        report.reason = (
            f"The server answers {answer.status}. Check the address, or try again later."
        )
        if answer.status in {429, 503}:
            report.retry_at = before.retry_at = _retry_at(answer.retry_after, now)
    run.state.feeds[url] = before


def _items(
    run: _Run,
    feed: feed_parsing.Feed,
    report: FeedReport,
    folder: Folder,
    downloader: Downloader,
) -> None:
    """Store a feed's items. Raises CorpusWriteError, and FetchError where the run is given up."""
    for item in feed.items:
        outcome = folder.outcome(item, report.url)
        if outcome is Outcome.UNCHANGED:
            report.unchanged += 1
            continue
        page = None
        if run.options.articles and item.url:
            try:
                page = run.pages.page(item, downloader)
            except FetchError as error:
                report.pages_left_out.append((item.url, str(error)))
            else:
                report.pages += 1
        if run.turns.stopped.is_set():
            raise FetchError("The run was given up.", remedy="Run it again.")
        folder.store(item, report.url, run.now(), page)
        if outcome is Outcome.NEW:
            report.new += 1
        else:
            report.corrected += 1


def _retry_at(written: str, now: datetime) -> datetime | None:
    """Return when a server wants to be asked again (RFC 9110, 10.2.3); None where it can't say."""
    try:
        if written.strip().isdecimal():
            wanted = now + timedelta(seconds=int(written.strip()[:9]))
        else:
            wanted = parsedate_to_datetime(written)
            wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return min(wanted, now + MAX_WAIT) if wanted > now else None
