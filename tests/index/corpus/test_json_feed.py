"""JSON Feed files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from documents import problems, snippets
from index.corpus import json_records
from index.corpus.problems import Kind
from index.corpus.source import Source
from index.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.corpus.problems import Problem
    from index.records import Snippet


def read(*items: Mapping[str, object], **feed: object) -> list[Snippet | Problem]:
    # The items come first: what the feed says about all of them stands after them.
    document = {
        "items": items,
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Paper",
        "description": "All the news",
        **feed,
    }
    return list(json_records.snippets(Source("f.json", BytesIO(json.dumps(document).encode()))))


def test_an_item_is_a_snippet() -> None:
    """An item gives its text and what it says, and its feed is the outlet."""
    item = {
        "id": "https://example.org/1",
        "url": "https://example.org/a",
        "title": "Harbour <opens>",
        "content_html": "<p>The harbour is open.</p>",
        "summary": "Short.",
        "date_published": "2024-05-03T14:05:00Z",
        "date_modified": "2024-05-04T14:05:00Z",
        "authors": [{"name": "Ann"}, {"name": "Bob"}],
        "language": "en-GB",
    }
    (found,) = snippets(read(item, authors=[{"name": "The desk"}], language="de"))
    assert found.text == "The harbour is open."
    assert found.metadata == Metadata(
        title="Harbour <opens>",
        outlet="The Paper",
        published=datetime(2024, 5, 3, 14, 5, tzinfo=UTC),
        url="https://example.org/a",
        author="Ann, Bob",
        language="en-gb",
        source_id="https://example.org/1",
    )


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"content_text": "a <b>c</b>", "content_html": "<p>x</p>"}, "a <b>c</b>"),
        ({"content_html": "a &amp; b"}, "a & b"),
        ({"content_text": "", "summary": "Short."}, "Short."),
    ],
)
def test_the_text_is_what_the_item_has(item: dict[str, object], text: str) -> None:
    """Plain text is taken as it is, before HTML and before the summary."""
    (found,) = snippets(read(item))
    assert found.text == text


def test_the_feed_says_what_the_item_does_not() -> None:
    """Author and language of the feed are those of an item that has none; 1.0 has one author."""
    (found,) = snippets(read({"content_text": "x"}, author={"name": "Desk"}, language="de"))
    assert (found.metadata.author, found.metadata.language) == ("Desk", "de")


def test_an_item_without_text_loses_nothing() -> None:
    """A link without a text is told, and the other items are read."""
    found = read({"id": "1", "title": "T"}, {"content_text": "x"}, {"id": 3, "content_text": None})
    assert [each.text for each in snippets(found)] == ["x"]
    assert [(each.kind, each.record, each.lost) for each in problems(found)] == [
        (Kind.EMPTY, 1, False),
        (Kind.EMPTY, 3, False),
    ]
