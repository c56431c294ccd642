"""JSON Feed (jsonfeed.org, version 1.1)."""

from __future__ import annotations

import json
from typing import Any, cast

from index.corpus.page_facts import language_tag
from index.fetching.errors import FetchError
from index.fetching.feed_items import FeedItem


def items(text: str) -> list[FeedItem]:
    """Return the feed's items. Raises FetchError where it is no JSON Feed."""
    try:
        feed = _object(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise FetchError("It is broken JSON.", remedy="Try again later.") from error
    if "jsonfeed.org" not in _string(feed.get("version")):
        raise FetchError("It is JSON, but no JSON Feed.", remedy="Check the address.")
    return [_item(_object(each), feed) for each in _list(feed.get("items"))]


def _item(item: dict[str, Any], feed: dict[str, Any]) -> FeedItem:
    content = _string(item.get("content_html"))
    authors = _list(item.get("authors")) or [item.get("author")]
    identifier = item.get("id")
    return FeedItem(
        title=_string(item.get("title")),
        text="" if content else _string(item.get("content_text")) or _string(item.get("summary")),
        content_html=content,
        url=_string(item.get("url")),
        published=_string(item.get("date_published")) or _string(item.get("date_modified")),
        outlet=_string(feed.get("title")),
        author=", ".join(filter(None, (_string(_object(each).get("name")) for each in authors))),
        # Version 1.1 wants text, and has readers take numbers for it.
        id=str(identifier) if isinstance(identifier, str | int | float) else "",
        language=language_tag(_string(item.get("language")) or _string(feed.get("language"))) or "",
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
