"""IPTC ninjs, in the versions that news agencies send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from documents import problems, snippets
from index.corpus import json_records
from index.corpus.ninjs import is_ninjs
from index.corpus.problems import Kind
from index.corpus.source import Source
from index.records import Metadata

if TYPE_CHECKING:
    from index.corpus.problems import Problem
    from index.records import Snippet


def read(item: dict[str, object]) -> list[Snippet | Problem]:
    return list(json_records.snippets(Source("item.json", BytesIO(json.dumps(item).encode()))))


FIRST: dict[str, object] = {
    "uri": "urn:agency:2024:1",
    "type": "text",
    "version": "3",
    "pubstatus": "usable",
    "firstcreated": "2024-05-03T10:00:00Z",
    "versioncreated": "2024-05-03T14:05:00Z",
    "language": "nb-NO",
    "headline": "Harbour opens",
    "byline": "Ann Berg",
    "copyrightholder": "Agency",
    "description_text": "The caption.",
    "body_text": "The harbour is open.",
    "body_xhtml": "<p>The harbour is open.</p>",
    "associations": {"main": {"uri": "urn:agency:2024:2", "body_text": "Another story."}},
}
SECOND: dict[str, object] = {
    "uri": "urn:agency:2024:1",
    "firstcreated": "2024-05-03T10:00:00Z",
    "versioncreated": "2024-05-03T14:05:00Z",
    "language": "nb-NO",
    "headlines": [
        {"role": "short", "value": "Harbour"},
        {"role": "main", "value": "Harbour opens"},
    ],
    "by": "Ann Berg",
    "infosources": [{"name": "Agency"}],
    "descriptions": [{"contenttype": "text/plain", "value": "The caption."}],
    "bodies": [
        {"role": "richtext", "contenttype": "text/html", "value": "<p>The harbour is open.</p>"},
        {"role": "main", "contenttype": "text/plain", "value": "The harbour is open."},
    ],
}
THIRD: dict[str, object] = {
    "uri": "urn:agency:2024:1",
    "firstCreated": "2024-05-03T10:00:00Z",
    "versionCreated": "2024-05-03T14:05:00Z",
    "language": "nb-NO",
    "headlines": [{"value": "Harbour opens"}],
    "by": "Ann Berg",
    "infoSources": [{"name": "Agency"}],
    "bodies": [{"contentType": "application/xhtml+xml", "value": "<p>The harbour is open.</p>"}],
}


@pytest.mark.parametrize("item", [FIRST, SECOND, THIRD], ids=["1.x", "2.x", "3.x"])
def test_an_item_is_a_snippet(item: dict[str, object]) -> None:
    """Each version gives the same: the body before the description, and not what goes with it."""
    (found,) = snippets(read(item))
    assert found.text == "The harbour is open."
    assert found.metadata == Metadata(
        title="Harbour opens",
        outlet="Agency",
        published=datetime(2024, 5, 3, 10, tzinfo=UTC),
        author="Ann Berg",
        language="nb-no",
        source_id="urn:agency:2024:1",
    )


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        ({"body_html": "<p>One.</p><p>Two.</p>"}, "One.\n\nTwo."),
        ({"body_text": "2 <b>3</b>"}, "2 <b>3</b>"),
        ({"description_text": "The caption."}, "The caption."),
        ({"bodies": [{"contenttype": "text/html", "value": "<p>One.</p>"}]}, "One."),
        (
            {"body": [{"name": "xhtml", "value": "<p>O.</p>"}, {"name": "text", "value": "O!"}]},
            "O!",
        ),
        ({"bodies": [None, "x", {"value": 5}], "description_html": "<i>One.</i>"}, "One."),
    ],
)
def test_the_text_is_the_first_there_is(texts: dict[str, object], text: str) -> None:
    """Plain text is taken as it is, before HTML, and a caption where there is no body."""
    (found,) = snippets(read({"uri": "u", "versioncreated": "2024-05-03T00:00:00Z", **texts}))
    assert found.text == text


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_is_withdrawn_is_not_read(status: str) -> None:
    """What its publisher took back or holds back is told, and is no snippet."""
    (problem,) = read({**FIRST, "pubstatus": status})
    assert status in str(problem)
    assert [(each.kind, each.lost) for each in problems([problem])] == [(Kind.EMPTY, False)]


@pytest.mark.parametrize(
    "record", [{"text": "x"}, {"uri": "u", "title": "x"}, {"versioncreated": "2024-05-03"}]
)
def test_other_records_are_none(record: dict[str, object]) -> None:
    """An item has a URI and a property that only ninjs has."""
    assert not is_ninjs(record)
