"""An item becomes a file, never in the place of another.

A file is ``<host>/<year>/<month>/<day>/<slug>-<hash>.json``: the feed's host, the day the item was
published, else fetched, its title, and a hash of which item and which version it is. A corrected
item is a new file that names the old one. Only a feed of the same host corrects an item: others
cannot replace what it said. It is written beside, flushed and renamed.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.fetching.errors import writing
from index.fetching.feed_items import dated
from index.fetching.records import record_of
from index.fetching.state import DRAFT_SUFFIX, Known
from index.snapshots import durable

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

    from index.fetching.feed_items import FeedItem
    from index.fetching.pages import Page

MAX_SLUG_CHARS: Final = 60
_HASH_CHARS: Final = 16
_MAX_HOST_CHARS: Final = 255


class Outcome(Enum):
    """What became of an item."""

    NEW = auto()
    CORRECTED = auto()
    UNCHANGED = auto()


@dataclass(slots=True)
class Folder:
    """The items of one host: ``items`` is its part of the state, by key; it is kept up to date."""

    root: Path
    name: str
    items: dict[str, Known]
    _texts: set[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._texts = {(known.url, known.digest) for known in self.items.values() if known.url}

    def outcome(self, item: FeedItem, feed: str) -> Outcome:
        """Say whether an item is to be stored; where it is known, note that this feed has it."""
        known = self._known(item)
        if known is None:
            # Some ids change each time: the same text from the same address is the same item.
            known_text = (item.url, item.digest) in self._texts
            return Outcome.UNCHANGED if known_text else Outcome.NEW
        before = known.feeds.get(feed)
        if item.digest in {known.digest, before}:
            known.feeds[feed] = item.digest
            return Outcome.UNCHANGED
        if before is None and known.feeds:
            # Another feed of the host tells it in other words, shortened perhaps: no correction,
            # or each run would find one. When it changes there, it is.
            known.feeds[feed] = item.digest
            return Outcome.UNCHANGED
        return Outcome.CORRECTED

    def store(self, item: FeedItem, feed: str, now: datetime, page: Page | None = None) -> None:
        """Write a new or corrected item, with its article where there is a page.

        Raises CorpusWriteError.
        """
        record = record_of(item, feed, now)
        day = dated(item)[1] or now.date()
        directory = self.root / self.name / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}"
        version = hashlib.sha256(f"{item.key}{item.digest}".encode()).hexdigest()
        path = _free(directory, f"{slug(item.title)}-{version[:_HASH_CHARS]}")
        known = self._known(item)
        if known is not None:
            record.supersedes = Path(os.path.relpath(self.root / known.file, directory)).as_posix()
        if page is not None:
            record.page = f".{path.stem}.html"
            record.text, record.content_html = page.text, ""
            record.author = record.author or page.author
            record.language = record.language or page.language
            record.published = record.published or page.published
            _write(directory / record.page, page.body)
        _write(path, record.document())
        feeds = {**(known.feeds if known else {}), feed: item.digest}
        self.items[item.key] = Known(
            path.relative_to(self.root).as_posix(), item.url, item.digest, feeds
        )
        if item.url:
            self._texts.add((item.url, item.digest))

    def _known(self, item: FeedItem) -> Known | None:
        """Return what is known of an item; nothing, where its file was taken away."""
        known = self.items.get(item.key)
        if known is not None and not (self.root / known.file).exists():
            self._texts.discard((known.url, known.digest))
            return None
        return known


def folder_name(url: httpx.URL) -> str:
    """Name a host's folder: in the letters of host names, and no hidden one."""
    host = url.raw_host.decode("ascii", errors="replace").lower()
    letters = re.sub(r"[^a-z0-9.-]+", "-", f"{host}-{url.port}" if url.port else host)
    return letters[:_MAX_HOST_CHARS].strip(".-") or "host"


def slug(title: str) -> str:
    """Write a title for a file name: lower-case ASCII letters, digits and hyphens."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if len(words) > MAX_SLUG_CHARS:
        words = words[: MAX_SLUG_CHARS + 1].rpartition("-")[0] or words[:MAX_SLUG_CHARS]
    return words or "item"


def _free(directory: Path, stem: str) -> Path:
    """Return a path where nothing stands; only a file that was altered by hand stands in one."""
    path, number = directory / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = directory / f"{stem}{number:04x}.json"
    return path


def _write(path: Path, data: bytes) -> None:
    """Write a new file: whole, and there after a power cut, or not at all."""
    draft = path.with_name(f".{path.name.lstrip('.')}{DRAFT_SUFFIX}")
    with writing(path):
        _make(path.parent)
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        durable.sync(path.parent)


def _make(directory: Path) -> None:
    """Make a directory that is there after a power cut."""
    if directory.is_dir():
        return
    _make(directory.parent)
    directory.mkdir(exist_ok=True)
    durable.sync(directory.parent)
