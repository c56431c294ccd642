"""Which field of a record means what."""

from __future__ import annotations

import pytest

from index.corpus import fields
from index.corpus.fields import FieldNames, Fields
from index.errors import CorpusError


def first(record: dict[str, object], field: str, *mapped: str) -> object:
    """Return the likeliest value of a field."""
    found = next(Fields(record, FieldNames.parse(mapped)).all(field), None)
    return found.value if found else None


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("text", fields.TEXT),
        ("Article Body", fields.TEXT),
        ("article-body", fields.TEXT),
        ("HEADLINE", fields.TITLE),
        ("pubDate", fields.PUBLISHED),
        ("published_at", fields.PUBLISHED),
        ("publishedAt", fields.PUBLISHED),
        ("datePublished", fields.PUBLISHED),
        ("article:published_time", fields.PUBLISHED),
        ("source.name", fields.OUTLET),
        ("dc:creator", fields.AUTHOR),
        ("_id", fields.ID),
        ("inLanguage", fields.LANGUAGE),
        ("web_url", fields.URL),
    ],
)
def test_usual_names_are_known(name: str, field: str) -> None:
    """Case and what stands between the words of a name make no difference."""
    assert FieldNames().knows(field, name)
    assert first({"other": 1, name: "found"}, field) == "found"


def test_a_body_goes_before_a_summary() -> None:
    """A summary is the text only where there is no body: it comes last."""
    record: dict[str, object] = {"description": "short", "body": "long"}
    values = [each.value for each in Fields(record, FieldNames()).all(fields.TEXT)]
    assert values == ["long", "short"]


def test_a_database_puts_records_into_records() -> None:
    """Elasticsearch's documents are found in their hits, and no outlet is made of them."""
    record: dict[str, object] = {"_id": "7", "_source": {"title": "T", "text": "x"}}
    assert (first(record, fields.TEXT), first(record, fields.TITLE)) == ("x", "T")
    assert (first(record, fields.ID), first(record, fields.OUTLET)) == ("7", None)


def test_a_mapped_field_goes_first() -> None:
    """What a person says outweighs what is usual, in the order in which it was said."""
    record: dict[str, object] = {"text": "usual", "blurb": "mapped", "Lede": "second"}
    assert first(record, fields.TEXT, "text=Blurb") == "mapped"
    assert first(record, fields.TEXT, "body=absent", "text=lede") == "second"
    assert first(record, fields.TEXT, "text=absent") == "usual"
    assert FieldNames.parse(["text=blurb"]).knows(fields.TEXT, "BLURB")


@pytest.mark.parametrize(
    "record",
    [
        {"meta": {"Paper": {"name": "BBC"}}},
        {"meta.paper.name": "BBC"},
        {"meta_paper_name": "BBC"},
    ],
)
def test_a_path_leads_into_objects(record: dict[str, object]) -> None:
    """A mapped path is found in nested objects and in the columns that they were flattened to."""
    assert first(record, fields.OUTLET, "outlet=meta.paper.name") == "BBC"


def test_a_path_leads_through_lists() -> None:
    """A path through a list leads to what stands in every item of it."""
    record: dict[str, object] = {"people": [{"name": "Ann"}, {}, {"name": "Bob"}]}
    assert first(record, fields.AUTHOR, "author=people.name") == ["Ann", "Bob"]


def test_pairs_are_kept_under_our_names() -> None:
    """Other names of ours mean the same; what is parsed doesn't depend on how it was written."""
    parsed = FieldNames.parse((" Source = paper ", "date=when"))
    assert parsed.mapped == (("outlet", "paper"), ("published", "when"))
    assert FieldNames.parse(()) == FieldNames()


@pytest.mark.parametrize(
    ("pair", "message", "remedy"),
    [
        ("txt=body", "no field 'txt'", "text, title, outlet, published, url, author, id, language"),
        ("=body", "no field ''", "OURS=THEIRS"),
        ("text", "does not say which field", "text=FIELD"),
        ("text= ", "does not say which field", "text=FIELD"),
    ],
)
def test_what_is_no_pair_is_refused(pair: str, message: str, remedy: str) -> None:
    """The error says what was wrong and what can be written instead."""
    with pytest.raises(CorpusError, match=message) as caught:
        FieldNames.parse(["title=t", pair])
    assert remedy in caught.value.remedy


def test_names_that_are_none_are_passed_over() -> None:
    """A YAML parser may give anything as a name."""
    record: dict[object, object] = {1 << 40_000: "x", None: "y", ("a",): "z", "text": "found"}
    assert first(record, fields.TEXT) == "found"  # pyright: ignore[reportArgumentType]  on purpose
