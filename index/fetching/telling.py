"""The report of a run, for a terminal and as the JSON of ``newsquote fetch --json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from index.fetching.reports import Status
from index.text.controls import visible

if TYPE_CHECKING:
    from rich.console import Console

    from index.fetching.reports import FeedReport, FetchReport

PAGES_SHOWN: Final = 5

_COUNTS: Final = ("new", "corrected", "unchanged")
_SAID: Final = {
    Status.NOT_MODIFIED: "not modified",
    Status.WAITING: "waiting",
    Status.GONE: "gone",
    Status.FAILED: "failed",
}


def document(report: FetchReport) -> dict[str, Any]:
    """``newsquote fetch --json``."""
    return {
        "feeds": [
            {
                "url": feed.url,
                "status": feed.status.value,
                "new": feed.new,
                "corrected": feed.corrected,
                "unchanged": feed.unchanged,
                "reason": feed.reason or None,
                "moved_to": feed.moved_to,
                "retry_at": feed.retry_at.isoformat() if feed.retry_at else None,
                "notes": feed.notes,
                "pages": feed.pages,
                "pages_left_out": [
                    {"url": url, "reason": reason} for url, reason in feed.pages_left_out
                ],
            }
            for feed in report.feeds
        ],
        **{name: sum(getattr(feed, name) for feed in report.feeds) for name in _COUNTS},
        "failed": sum(feed.failed for feed in report.feeds),
        "seconds": round(report.seconds, 3),
    }


def show(report: FetchReport, console: Console) -> None:
    """Print what came of each feed, and the sum."""
    for feed in report.feeds:
        for line in _lines(feed):
            console.print(Text(visible(line)))
    counts = document(report)
    told = ", ".join(f"{counts[name]:,} {name}" for name in _COUNTS)
    failed = f"; {counts['failed']:,} failed" if counts["failed"] else ""
    console.print(Text(f"{told} in {report.seconds:.1f} s{failed}"))


def _lines(feed: FeedReport) -> list[str]:
    said = _SAID.get(feed.status) or ", ".join(f"{getattr(feed, n):,} {n}" for n in _COUNTS)
    lines = [f"{feed.url}: {said}" + (f". {feed.reason}" if feed.reason else "")]
    if feed.retry_at:
        lines.append(f"  to be asked again from {feed.retry_at:%Y-%m-%d %H:%M} UTC on")
    if feed.moved_to:
        lines.append(f"  has moved for good: write {feed.moved_to} on the list")
    lines.extend(f"  {note}" for note in feed.notes)
    if feed.pages or feed.pages_left_out:
        left_out = len(feed.pages_left_out)
        lines.append(f"  pages: {feed.pages:,} fetched, {left_out:,} left out")
    lines.extend(f"    {url}: {why}" for url, why in feed.pages_left_out[:PAGES_SHOWN])
    return lines
