"""JSON Feed 1.0 and 1.1 (jsonfeed.org): an item as a record with the names that we know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION: Final = "jsonfeed.org/version/"
_TEXTS: Final = ("content_text", "content_html", "summary")


def is_feed(head: Mapping[str, object]) -> bool:
    """Say whether a document is a feed, by the fields beside its items."""
    version = head.get("version")
    return isinstance(version, str) and _VERSION in version


def as_record(item: Mapping[str, object], head: Mapping[str, object]) -> dict[str, object]:
    """Return an item's fields; its feed is the outlet, and says what the item doesn't."""
    text = next((name for name in _TEXTS if item.get(name)), _TEXTS[0])
    return {
        "id": item.get("id"),
        "title": item.get("title"),
        text: item.get(text),
        "url": item.get("url") or item.get("external_url"),
        "published": item.get("date_published") or item.get("date_modified"),
        "outlet": head.get("title"),
        "author": next(
            (
                each[name]
                for each in (item, head)
                for name in ("authors", "author")
                if each.get(name)
            ),
            None,
        ),
        "language": item.get("language") or head.get("language"),
    }
