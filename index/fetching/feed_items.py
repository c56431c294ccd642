"""An item of a feed, as the feed gives it, and how it is told from others and from itself."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Final

from index.corpus import dates
from index.corpus.markup import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MAX_FIELD_CHARS: Final = 2000
"""A title, a name or an address beyond this is none."""

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What a feed says of an item; empty where it says nothing.

    It has ``text`` or ``content_html``. ``published`` is the date as written. ``key`` is what
    stays the same when the item is corrected; see :func:`told_apart`.
    """

    title: str = ""
    text: str = ""
    content_html: str = ""
    url: str = ""
    published: str = ""
    outlet: str = ""
    author: str = ""
    id: str = ""
    language: str = ""
    key: str = ""

    @property
    def digest(self) -> str:
        """What a correction changes: the words of title and text, without their markup.

        It must not change with the version of newsquote, nor with a counter in a link.
        """
        words = html.unescape(_TAG.sub(" ", f"{self.title}\n{self.text}{self.content_html}"))
        return _hash(" ".join(words.split()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def cleaned(item: FeedItem) -> FeedItem:
    """Leave out the control characters, and put each field but the text into one line."""
    lines = {
        name: " ".join(without_controls(getattr(item, name)).split())[:MAX_FIELD_CHARS]
        for name in ("title", "url", "published", "outlet", "author", "id", "language")
    }
    return replace(
        item,
        text=without_controls(item.text).strip(),
        content_html=without_controls(item.content_html).strip(),
        **lines,
    )


def told_apart(items: Iterable[FeedItem]) -> list[FeedItem]:
    """Give the items of one feed their keys: the id, else the address, else the text itself.

    What several different items share is none of theirs.
    """
    different = list({(item.id, item.url, item.digest): item for item in items}.values())
    ids = Counter(item.id for item in different)
    told = [replace(item, id="") if ids[item.id] > 1 else item for item in different]
    urls = Counter(item.url for item in told if not item.id)
    return [
        replace(
            item, key=_hash(item.id or (item.url if urls[item.url] == 1 else "") or item.digest)
        )
        for item in told
    ]


def dated(item: FeedItem) -> tuple[str, date | None]:
    """Return an item's date to be stored, and the day it is of, None where it cannot be told.

    The date is in ISO form where it has a time and a zone, else as written: the corpus's reader
    says what is doubtful about it.
    """
    found = dates.read(item.published)
    if found.published is None:
        return item.published, None
    written = item.published if found.date_only else found.published.isoformat()
    return written, found.published.astimezone(UTC).date()
