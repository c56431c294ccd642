"""News of the tests' own, with what a source says of it, as an open index."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index import build, snapshot
from index.building import gathering, previous
from index.corpus.reading import read
from index.records import Metadata
from index.search import Searcher
from index.snapshots import publishing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.encoders.protocol import Encoder


@dataclass(frozen=True, slots=True)
class News:
    """A snippet: its text, and the day it was published on, at noon UTC, if it says so."""

    text: str
    day: str = ""
    outlet: str | None = None
    title: str | None = None
    language: str | None = None

    @property
    def metadata(self) -> Metadata:
        """What its source says of it."""
        published = noon(self.day) if self.day else None
        return Metadata(self.title, self.outlet, published, language=self.language)


def noon(day: str) -> datetime:
    """Noon of a day, UTC."""
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def opened(root: Path, news: Sequence[News], encoder: Encoder) -> Searcher:
    """Index news below ``root``, a snippet and a story each, in rows of their order."""
    (root / "corpus").mkdir()
    (root / "corpus" / "news.txt").write_text("\n\n".join(each.text for each in news), "utf-8")
    corpus = read([root / "corpus"])
    snippets = tuple(
        replace(snippet, metadata=each.metadata)
        for snippet, each in zip(corpus.snippets, news, strict=True)
    )
    index_dir = root / "index"
    with publishing.lock(index_dir):
        build.publish(
            gathering.of_corpus(replace(corpus, snippets=snippets), encoder),
            index_dir,
            encoder,
            before=previous.Previous(),
            tell=lambda _stage, _done, _total: None,
            started=time.monotonic(),
        )
    return Searcher(snapshot.open_current(index_dir), encoder)
