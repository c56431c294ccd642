"""What came of a run, feed by feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Status(StrEnum):
    """What came of a feed; ``WAITING``: it wasn't asked, since its server wants that later."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    WAITING = "waiting"
    GONE = "gone"
    FAILED = "failed"


@dataclass(slots=True)
class FeedReport:
    """What came of one feed, filled in as it is fetched.

    ``reason`` says why it is not fetched; ``moved_to`` is the address it says to use from now on;
    ``notes`` are what is wrong with it. ``pages`` counts the linked pages that were fetched,
    ``pages_left_out`` has the others and why.
    """

    url: str
    status: Status
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    reason: str = ""
    moved_to: str | None = None
    retry_at: datetime | None = None
    notes: list[str] = field(default_factory=list[str])
    pages: int = 0
    pages_left_out: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def failed(self) -> bool:
        """Say whether the feed was asked and could not be had."""
        return self.status in {Status.FAILED, Status.GONE}


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What came of a run: the feeds as they were named, each once."""

    feeds: tuple[FeedReport, ...]
    seconds: float

    @property
    def all_failed(self) -> bool:
        """Say whether no feed at all could be had."""
        return all(feed.failed for feed in self.feeds)
