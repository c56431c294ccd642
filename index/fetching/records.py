"""An item as it is stored: one JSON object, which the corpus's JSON reader reads."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  the decoder reads the annotations
from typing import TYPE_CHECKING, Annotated

import msgspec

from index.fetching.feed_items import dated

if TYPE_CHECKING:
    from index.fetching.feed_items import FeedItem


class Record(msgspec.Struct, omit_defaults=True):
    """A version of an item; what its feed does not say is left out.

    ``feed`` is where it was found, ``key`` and ``digest`` tell it and its versions apart,
    ``supersedes`` is the file of the version before, relative to this one's directory. ``page`` is
    the file beside it with the page that ``text`` is from, where that is not the feed's own.
    """

    fetched_at: Annotated[datetime, msgspec.Meta(tz=True)]
    feed: str
    key: str
    digest: str
    title: str = ""
    text: str = ""
    content_html: str = ""
    url: str = ""
    published: str = ""
    outlet: str = ""
    author: str = ""
    id: str = ""
    language: str = ""
    supersedes: str = ""
    page: str = ""

    def document(self) -> bytes:
        """Write it as indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self)) + b"\n"


def record_of(item: FeedItem, feed: str, fetched_at: datetime) -> Record:
    """Return a feed's item as a record."""
    return Record(
        fetched_at=fetched_at,
        feed=feed,
        key=item.key,
        digest=item.digest,
        title=item.title,
        text=item.text,
        content_html=item.content_html,
        url=item.url,
        published=dated(item)[0],
        outlet=item.outlet,
        author=item.author,
        id=item.id,
        language=item.language,
    )
