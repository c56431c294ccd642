"""Feeds as they are downloaded: RSS and Atom (library: feedparser), and JSON Feed.

A feed is known by its content, since servers name it anything. Declarations of entities are
dropped and no other file is read, so that neither grows on reading.
"""

# feedparser ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urljoin

from index.corpus import feed_xml
from index.corpus.charsets import decode
from index.corpus.markup import fragment
from index.corpus.page_facts import language_tag, web_address
from index.corpus.xml_kind import without_declaration
from index.errors import CorpusError, UnreadableFileError
from index.fetching import json_feed
from index.fetching.errors import FetchError
from index.fetching.feed_items import FeedItem, cleaned, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.fetching.downloading import Download

MAX_ITEMS: Final = 2000
"""A feed has tens; what one has beyond is not stored."""

_PLAIN: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's items, and what is wrong with it."""

    items: tuple[FeedItem, ...]
    notes: tuple[str, ...]


def parse(download: Download) -> Feed:
    """Read a feed, a broken one as far as it goes. Raises FetchError where it is none."""
    try:
        decoded = decode(download.body, "cp1252", download.charset)
    except CorpusError as error:
        raise FetchError("It is no text.", remedy="Check the address.") from error
    notes = [decoded.doubt] if decoded.doubt else []
    if decoded.text.lstrip()[:1] == "{":
        found = json_feed.items(decoded.text)
    else:
        feed = _parsed(without_declaration(decoded.text).encode(errors="replace"))
        if feed.get("bozo"):
            notes.append(f"It is no well-formed XML ({_reason(feed)}): items may be missing.")
        found = _items(feed)
    return _kept(found, download.url, notes)


def _kept(found: Iterable[FeedItem], base: str, notes: list[str]) -> Feed:
    """Keep the items that have a text; addresses are taken to be relative to the feed's."""
    kept: list[FeedItem] = []
    empty = left_out = 0
    for item in map(cleaned, found):
        # One that has only a title is its title, as in a feed that is read as a file.
        whole = item if item.text or item.content_html else replace(item, text=item.title)
        if not whole.text and not whole.content_html:
            empty += 1
        elif len(kept) == MAX_ITEMS:
            left_out += 1
        else:
            kept.append(replace(whole, url=_address(base, whole.url)))
    if empty:
        notes.append(f"Without a text: {empty:,}.")
    if left_out:
        notes.append(f"Left out, beyond the first {MAX_ITEMS:,}: {left_out:,}.")
    return Feed(tuple(told_apart(kept)), tuple(notes))


def _address(base: str, written: str) -> str:
    try:
        return web_address(urljoin(base, written)) or "" if written else ""
    except ValueError:
        return ""


def _parsed(data: bytes) -> Any:
    try:
        return feed_xml.parsed(data)
    except UnreadableFileError as error:
        raise FetchError("It is no feed.", remedy="Check the address.") from error


def _reason(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    get_message = getattr(error, "getMessage", None)
    return str(get_message() if get_message else error)


def _items(parsed: Any) -> Iterable[FeedItem]:
    feed = parsed["feed"]
    for entry in parsed["entries"]:
        bodies: list[Any] = [*entry.get("content", ()), entry.get("summary_detail") or {}]
        # Of equals the first: feedparser lists the full text before the summary.
        body: Any = max(bodies, key=lambda each: len(each.get("value", "")))
        value, plain = body.get("value", ""), body.get("type") == _PLAIN
        link = entry.get("link", "")
        written_in = body.get("language") or feed.get("language")
        outlet = entry.get("source", {}).get("title_detail") or feed.get("title_detail")
        names = [each["name"] for each in entry.get("authors", ()) if each.get("name")]
        yield FeedItem(
            title=_text(entry.get("title_detail")),
            text=value if plain else "",
            content_html="" if plain else value,
            # An id that stands in for the link is an address only where it is a whole one.
            url=link if link != entry.get("id") else web_address(link) or "",
            # Not by entry["updated"], which feedparser fills with what it isn't.
            published=next(
                (entry[key] for key in ("published", "updated", "created") if key in entry), ""
            ),
            outlet=_text(outlet),
            author=", ".join(names) or entry.get("author", ""),
            id=entry.get("id", ""),
            language=language_tag(written_in) or "",
        )


def _text(detail: Any) -> str:
    """Return what a text construct says, in plain text."""
    value = cast("str", (detail or {}).get("value") or "")
    if not detail or detail.get("type") == _PLAIN:
        return value
    try:
        return fragment(value)
    except CorpusError:
        return ""
