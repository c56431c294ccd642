"""A record as a snippet: its text, what it says about it, and what can't be used."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import problems, snippets
from index.corpus import export_record
from index.corpus.fields import FieldNames
from index.corpus.problems import Kind, Problem
from index.corpus.source import MAX_TEXT_CHARS, Source
from index.records import Metadata, Snippet

if TYPE_CHECKING:
    from collections.abc import Mapping


def items(record: Mapping[str, object], *mapped: str) -> list[Snippet | Problem]:
    source = Source("wire.json", BytesIO(), names=FieldNames.parse(mapped))
    return list(export_record.items(source, record, 3, 10, 12))


def only(record: Mapping[str, object], *mapped: str) -> Snippet:
    """Read a record that has nothing wrong with it."""
    (found,) = items(record, *mapped)
    assert isinstance(found, Snippet)
    return found


def test_a_record_is_a_snippet() -> None:
    """A record of a usual export gives its text and all that it says, cited by its lines."""
    found = only(
        {
            "id": 42,
            "headline": "A  title\nin two lines",
            "content": " The text.\n\nIt goes on. ",
            "url": "https://example.org/a",
            "publishedAt": "2024-05-03T14:05:00Z",
            "source": {"id": None, "name": "BBC"},
            "authors": [{"name": "Ann"}, {"name": "Bob"}],
            "lang": "en_GB",
        }
    )
    assert found.text == "The text.\n\nIt goes on."
    assert found.metadata == Metadata(
        title="A title in two lines",
        outlet="BBC",
        published=datetime(2024, 5, 3, 14, 5, tzinfo=UTC),
        url="https://example.org/a",
        author="Ann, Bob",
        language="en-gb",
        source_id="42",
    )
    assert (found.place.record, found.block, str(found.place)) == (3, 3, "wire.json:10-12")


@pytest.mark.parametrize(
    "text",
    [
        "2 < 3 and 5 > 4",
        "AT&amp;T said so",
        "a <b and c> d",
        "“Don’t”  she\tsaid",
        "a > b\n\n> c",
        "<unknown>tag</unknown>",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Text without HTML is not touched, not even its entities and its spaces."""
    assert only({"text": text}).text == text


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"body": "<p>One.</p><p>Two &amp; three.</p>"}, "One.\n\nTwo & three."),
        ({"body": "One.<br>Two."}, "One.\nTwo."),
        ({"content_html": "Two &amp; three."}, "Two & three."),
        ({"content": {"rendered": "<p>One.</p>", "protected": False}}, "One."),
        ({"content_text": "<b>as written</b>"}, "<b>as written</b>"),
        ({"paragraphs": ["One.", " ", {"text": "Two."}]}, "One.\n\nTwo."),
        ({"text": "", "description": "Short."}, "Short."),
        ({"text": "<p> </p>", "summary": "Short."}, "Short."),
    ],
)
def test_html_becomes_plain_text(record: dict[str, object], text: str) -> None:
    """Markup is taken away where the name says that it is HTML, or its tags do."""
    assert only(record).text == text


@pytest.mark.parametrize(
    ("record", "outlet", "url"),
    [
        ({"source": "https://example.org/a"}, None, "https://example.org/a"),
        ({"source": "https://example.org/a", "publisher": "BBC"}, "BBC", "https://example.org/a"),
        ({"link": "javascript:alert(1)", "source": "BBC"}, "BBC", None),
        ({"url": ["", "https://example.org/a"]}, None, None),
        ({"mainEntityOfPage": {"@id": "https://example.org/a"}}, None, "https://example.org/a"),
    ],
)
def test_an_address_is_no_outlet(
    record: dict[str, object], outlet: str | None, url: str | None
) -> None:
    """An outlet is named; an address that stands in its place is the item's."""
    metadata = only({"text": "x", **record}).metadata
    assert metadata.outlet == outlet
    if "url" not in record:
        assert metadata.url == url


@pytest.mark.parametrize(
    "written", [{"$date": "2024-05-03"}, ["2024-05-03", "2024-05-04"], {"$date": 1714694400000}]
)
def test_a_date_may_be_wrapped(written: object) -> None:
    """Databases export dates in objects."""
    assert only({"text": "x", "date": written}).metadata.published == datetime(
        2024, 5, 3, tzinfo=UTC
    )


def test_a_doubtful_date_is_told_and_not_used() -> None:
    """The item is indexed without the date, and nothing is lost."""
    doubt, found = items({"text": "x", "date": "03/04/2024"})
    assert isinstance(doubt, Problem)
    assert (doubt.kind, doubt.lost, doubt.where) == (Kind.DATE, False, "wire.json:10")
    assert isinstance(found, Snippet)
    assert found.metadata.published is None


def test_a_title_is_no_text() -> None:
    """A record whose fields have no text is lost, and the problem says how to name it."""
    (problem,) = problems(items({"title": "T", "blurb": "x", "bad\n\ud800name": 1}))
    assert (problem.kind, problem.lost) == (Kind.EMPTY, True)
    assert "title, blurb, bad name" in problem.message
    assert "--map text=" in problem.remedy
    assert only({"title": "T", "blurb": "x"}, "text=blurb").text == "x"


@pytest.mark.parametrize("record", [{}, {"text": " ", "title": "T"}, {"a": None, "b": ""}])
def test_an_empty_record_loses_nothing(record: dict[str, object]) -> None:
    """A record with nothing in it, or whose text is blank, is told but not lost."""
    (problem,) = problems(items(record))
    assert (problem.kind, problem.lost) == (Kind.EMPTY, False)


@pytest.mark.parametrize("text", ["a\ud800b", "a\0b", "<p>a\udfffb</p>"])
def test_what_is_no_text_is_refused(text: str) -> None:
    """Half a surrogate pair, or a NUL, is no character of a text: the record is lost."""
    (problem,) = problems(items({"text": text}))
    assert (problem.kind, problem.lost) == (Kind.ENCODING, True)
    assert "U+" in problem.message


def test_a_field_that_is_no_text_is_left_out() -> None:
    """A broken title loses the title and not the record."""
    found = items({"text": "x", "title": "\ud800", "headline": "T"})
    (problem,) = problems(found)
    assert (problem.kind, problem.lost) == (Kind.FIELD, False)
    assert [each.metadata.title for each in snippets(found)] == ["T"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x" * (MAX_TEXT_CHARS + 1), Kind.LIMIT),
        (["x"] * 20_000, Kind.LIMIT),
        ("<div>" * 20_000 + "x</div>", Kind.LIMIT),
    ],
)
def test_too_much_is_refused(text: object, kind: Kind) -> None:
    """What is longer, has more parts or is nested deeper than any news item is lost, and told."""
    (problem,) = problems(items({"text": text}))
    assert (problem.kind, problem.lost) == (kind, True)


def test_what_refers_to_itself_comes_to_an_end() -> None:
    """A YAML anchor can make a list contain itself."""
    loop: list[object] = []
    loop.append(loop)
    found = items({"text": "x", "author": loop, "date": loop, "source": {"name": loop}})
    assert [each.text for each in snippets(found)] == ["x"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "text", "html", "$date", "url", "x"]), inner)
    ),
    max_leaves=6,
)
NAMES = ["text", "body", "title", "source", "date", "url", "author", "id", "lang", "_source", "x"]


@given(record=st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_record_is_read_or_told(record: dict[str, object]) -> None:
    """Whatever the values are, a record gives one snippet, or one problem that it is lost for."""
    found = items(record)
    empty = [each for each in problems(found) if each.kind is Kind.EMPTY or each.lost]
    assert len(snippets(found)) + len(empty) == 1
    for snippet in snippets(found):
        assert snippet.text == snippet.text.strip() != ""
        for line in (snippet.metadata.title, snippet.metadata.author, snippet.metadata.outlet):
            assert line is None or line == " ".join(line.split()) != ""
