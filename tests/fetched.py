"""A corpus that is fetched into, and what stands in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from index.fetching.downloading import Limits
from index.fetching.run import Options, fetch

if TYPE_CHECKING:
    from pathlib import Path

    from index.fetching.reports import FeedReport

LIMITS: Final = Limits(
    timeout_s=5, max_bytes=1_000_000, user_agent="newsquote/test", allow_private=True
)
TODAY: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(slots=True)
class Corpus:
    """A corpus below ``root``; ``now`` is the clock of its runs."""

    root: Path
    limits: Limits = LIMITS
    now: datetime = field(default=TODAY)

    def fetch(self, *urls: str, articles: bool = False, pause_s: float = 0) -> list[FeedReport]:
        """Fetch feeds and return what came of each."""
        options = Options(self.limits, articles, pause_s)
        return list(fetch(urls, self.root, options, now=lambda: self.now).feeds)

    def fetch_one(self, url: str, *, articles: bool = False) -> FeedReport:
        """Fetch a feed and return what came of it."""
        return self.fetch(url, articles=articles)[0]

    def paths(self) -> list[str]:
        """The files that belong to the corpus, from its root, in order."""
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file() and not any(part.startswith(".") for part in path.parts)
        )

    def hidden(self) -> list[str]:
        """The names of the hidden files that stand beside items."""
        return sorted(
            path.name
            for path in self.root.rglob(".*")
            if path.is_file() and ".fetch" not in path.parts
        )

    def record(self, path: str) -> dict[str, Any]:
        """Read a stored item."""
        return json.loads((self.root / path).read_bytes())

    def records(self) -> list[dict[str, Any]]:
        """Read all stored items, in the order of their paths."""
        return [self.record(path) for path in self.paths()]

    def texts(self) -> list[str]:
        """The texts of all stored items, in order."""
        return sorted(each.get("text") or each["content_html"] for each in self.records())

    def limited(self, **limits: Any) -> None:
        """Fetch with other limits from now on."""
        self.limits = replace(self.limits, **limits)

    @property
    def state(self) -> Path:
        """The file of the state."""
        return self.root / ".fetch" / "state.json"
