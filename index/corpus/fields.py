"""Which field of a record means what: names as exports write them, and as a person maps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEXT: Final = "text"
TITLE: Final = "title"
OUTLET: Final = "outlet"
PUBLISHED: Final = "published"
URL: Final = "url"
AUTHOR: Final = "author"
ID: Final = "id"
LANGUAGE: Final = "language"

_DEFAULTS: Final = {
    TEXT: """
        text body content article_body body_text content_text full_text article_text main_text
        story_text article_content content_html body_html html content_encoded article story
        paragraphs raw_text description summary abstract excerpt short_description snippet
        trail_text lead lead_paragraph lede standfirst teaser description_html summary_html
        """,
    TITLE: "title headline web_title name article_title headline_text heading",
    OUTLET: """
        source outlet publisher publication site_name source_name source_title outlet_name
        publisher_name publication_name media_name newspaper site source_domain domain
        """,
    PUBLISHED: """
        published published_at published_on published_date published_time date_published
        publish_date publish_time publication_date pub_date first_published
        first_publication_date web_publication_date article:published_time date_publish
        date_time_pub issued date_issued dc_date date date_time datetime date_gmt timestamp time
        created created_at created_on date_created updated updated_at modified date_modified
        """,
    URL: "url link web_url article_url canonical_url permalink href source_url main_entity_of_page",
    AUTHOR: "author authors byline creator dc_creator by author_name written_by writer",
    ID: "id guid _id uuid article_id story_id item_id uri identifier doc_id external_id",
    LANGUAGE: "language lang in_language language_code locale",
}
_OTHER_NAMES: Final = {
    "body": TEXT,
    "content": TEXT,
    "headline": TITLE,
    "source": OUTLET,
    "publisher": OUTLET,
    "date": PUBLISHED,
    "link": URL,
    "byline": AUTHOR,
    "lang": LANGUAGE,
}
_WRAPPERS: Final = ("_source", "fields", "attributes", "article", "document", "doc", "data")
"""Where an export may put a record's fields inside the record: Elasticsearch, the Guardian's."""

_BETWEEN_WORDS = re.compile(r"(?<=[^\s_.:-])[\s_.:-]+")


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What ``--map text=body`` said: pairs of our name and the record's; the defaults follow."""

    mapped: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, written: Iterable[str]) -> FieldNames:
        """Read ``ours=theirs`` pairs. Raises CorpusError where one of them is no such pair."""
        pairs: list[tuple[str, str]] = []
        for pair in written:
            ours, equals, theirs = (part.strip() for part in pair.partition("="))
            name = ours.lower()
            name = name if name in _DEFAULTS else _OTHER_NAMES.get(name, "")
            if not name:
                raise CorpusError(
                    f"There is no field {ours!r} to map to.",
                    remedy=f"Write OURS=THEIRS, where OURS is one of {', '.join(_DEFAULTS)}.",
                )
            if not equals or not theirs:
                raise CorpusError(
                    f"{pair!r} does not say which field of the records is the {name}.",
                    remedy=f"Write {name}=FIELD, with the field's name in the records.",
                )
            pairs.append((name, theirs))
        return cls(tuple(pairs))

    def knows(self, field: str, column: str) -> bool:
        """Say whether a column of this name may be the field."""
        name = plain_name(column)
        mapped = (theirs for ours, theirs in self.mapped if ours == field)
        return name in _defaults(field) or any(plain_name(each) == name for each in mapped)


@dataclass(frozen=True, slots=True)
class Field:
    """A value found in a record; ``name`` is the field's, as :func:`plain_name` gives it."""

    name: str
    value: object


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Return a name as names are compared: without case, and with nothing between its words.

    What it begins with stays: an ``_id`` or ``_source`` is the database's, not the source's.
    """
    return _BETWEEN_WORDS.sub("", name.strip()).casefold()


def by_plain_name(record: Mapping[str, object]) -> dict[str, object]:
    """Return a record's values by :func:`plain_name`; of names that are equal, the first counts."""
    found: dict[str, object] = {}
    # A YAML parser's names may be anything.
    for name, value in cast("Mapping[object, object]", record).items():
        if isinstance(name, str):
            found.setdefault(plain_name(name), value)
    return found


@lru_cache
def _defaults(field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(plain_name, _DEFAULTS[field].split())))


class Fields:
    """A record's fields, by what they mean."""

    def __init__(self, record: Mapping[str, object], names: FieldNames) -> None:
        """Look into a record, and into an object inside it that holds its fields."""
        self._names = names
        self._record = record
        outer = by_plain_name(record)
        inner = (as_object(record.get(wrapper)) for wrapper in _WRAPPERS)
        self._levels = (outer, *(by_plain_name(each) for each in inner if each))

    def all(self, field: str) -> Iterator[Field]:
        """Yield what may be the field, the likeliest first; nothing where no name fits."""
        for ours, theirs in self._names.mapped:
            if ours == field:
                name = plain_name(theirs)
                yield from (Field(name, level[name]) for level in self._levels if name in level)
                parts = theirs.split(".")
                if len(parts) > 1:
                    last = plain_name(parts[-1])
                    yield from (Field(last, value) for value in _along(self._record, parts))
        for level in self._levels:
            yield from (Field(name, level[name]) for name in _defaults(field) if name in level)


def as_object(value: object) -> Mapping[str, object] | None:
    """Return what is an object of named fields, else None."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def as_list(value: object) -> list[object] | None:
    """Return what is a list, else None."""
    return cast("list[object]", value) if isinstance(value, list) else None


def _along(value: object, parts: list[str]) -> Iterator[object]:
    """Yield what stands at the end of a path such as ``source.name``, in every item of a list."""
    if not parts:
        yield value
    elif (inner := as_object(value)) is not None:
        name = plain_name(parts[0])
        found = by_plain_name(inner)
        if name in found:
            yield from _along(found[name], parts[1:])
    else:
        found_in_each = [list(_along(each, parts)) for each in as_list(value) or ()]
        if together := [found for each in found_in_each for found in each]:
            yield together
