"""A record of an export, by the names of its fields, as a snippet."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.corpus import dates, fields
from index.corpus.fields import Fields, as_list, as_object, plain_name
from index.corpus.markup import fragment, without_controls
from index.corpus.page_facts import language_tag, web_address
from index.corpus.problems import Kind
from index.corpus.source import MAX_TEXT_CHARS
from index.errors import CorpusError, EncodingError, SnippetTooLongError
from index.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from index.corpus.problems import Problem
    from index.corpus.source import Source
    from index.records import Snippet

MAX_PARTS: Final = 10_000
"""A field whose value is made of more is no field of a news item."""
MAX_MARKUP_CHARS: Final = 5 * MAX_TEXT_CHARS
"""HTML may be so much longer than its text."""
MAX_NAMES_SHOWN: Final = 12

_IN_TEXT: Final = (
    *("content_html", "html", "rendered", "content_text", "text", "value", "body", "content"),
    *("paragraphs", "plain", "#text", "$t", "$", "main", "summary", "description"),
)
_IN_NAMES: Final = (
    *("name", "full_name", "display_name", "original", "main", "rendered", "text", "value"),
    *("label", "title", "#text", "$t", "$", "$oid", "$date", "$numberLong", "date", "datetime"),
    *("href", "url", "@id", "tag", "code", "id"),
)
"""In which field of an object its value stands, the likeliest first."""
_PLAIN: Final = "contenttext"
_MARKUP: Final = ("html", "rendered", "contentencoded")

_ELEMENTS: Final = (
    r"(?:a|abbr|article|aside|b|blockquote|body|br|cite|code|dd|div|dl|dt|em|figcaption|figure"
    r"|font|footer|h[1-6]|head|header|hr|html|i|img|li|main|ol|p|pre|q|s|section|small|span"
    r"|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
)
_TAGS = re.compile(rf"</{_ELEMENTS}\s*>|<(?:br|hr|p)\s*/?>|<img\s[^<>]{{1,2000}}>", re.IGNORECASE)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Described:
    """What a record says about its item; ``doubts`` say what of it can't be used, and why."""

    metadata: Metadata
    doubts: tuple[tuple[Kind, str], ...]


def items(
    source: Source,
    record: Mapping[str, object],
    number: int,
    first_line: int = 0,
    last_line: int = 0,
) -> Iterator[Snippet | Problem]:
    """Yield the snippet that a record is, and what is wrong with it; records are numbered from 1.

    Each is a block of its own, since each is another story.
    """
    found = Fields(record, source.names)
    try:
        text = _text(found)
    except CorpusError as error:
        yield source.problem(
            _kind(error), error.message, error.remedy, line=first_line, record=number
        )
        return
    if not text:
        yield _empty(source, record, found, number, first_line)
        return
    described = describe(found)
    for kind, doubt in described.doubts:
        yield source.problem(kind, doubt, line=first_line, record=number, lost=False)
    yield source.stored(
        text,
        described.metadata,
        first_line=first_line,
        last_line=last_line,
        record=number,
        block=number,
    )


def _kind(error: CorpusError) -> Kind:
    if isinstance(error, EncodingError):
        return Kind.ENCODING
    return Kind.LIMIT if isinstance(error, SnippetTooLongError) else Kind.MALFORMED


def describe(found: Fields) -> Described:
    """Return what a record says about its item besides the text."""
    doubts: list[tuple[Kind, str]] = []

    def line(field: str) -> str | None:
        return _first(_lines(found, field, doubts))

    lines = {name: line(name) for name in (fields.TITLE, fields.AUTHOR, fields.ID)}
    outlets = _lines(found, fields.OUTLET, doubts)
    dated = dates.read(next(filter(_is_given, map(_single, found.all(fields.PUBLISHED))), None))
    if dated.doubt:
        doubts.append((Kind.DATE, dated.doubt))
    metadata = Metadata(
        title=lines[fields.TITLE],
        # An outlet is named; where an address stands there, it is the item's.
        outlet=_first(each for each in outlets if not web_address(each)),
        published=dated.published,
        url=_first(map(web_address, _lines(found, fields.URL, doubts)))
        or _first(map(web_address, _lines(found, fields.OUTLET, []))),
        author=lines[fields.AUTHOR],
        date_only=dated.date_only,
        language=_first(map(language_tag, _lines(found, fields.LANGUAGE, doubts))),
        source_id=lines[fields.ID],
    )
    return Described(metadata, tuple(dict.fromkeys(doubts)))


def _first(lines: Iterator[str | None]) -> str | None:
    return next(filter(None, lines), None)


def shown(names: Iterable[object]) -> str:
    """Return names of fields as a message lists them: not too many, and each in one line."""
    each = [" ".join(without_controls(str(name)).split())[:40] for name in names]
    return ", ".join(each[:MAX_NAMES_SHOWN]) + (", …" if len(each) > MAX_NAMES_SHOWN else "")


def _text(found: Fields) -> str:
    """Return the first text there is. Raises CorpusError, without a place."""
    for field in found.all(fields.TEXT):
        parts = (_plain(name, part) for name, part in _strings(field, _IN_TEXT))
        if text := "\n\n".join(filter(None, parts)).strip():
            if len(text) > MAX_TEXT_CHARS:
                raise SnippetTooLongError(
                    f"Its text is longer than {MAX_TEXT_CHARS:,} characters.", remedy="Split it."
                )
            return text
    return ""


def _plain(name: str, value: str) -> str:
    """Return a value as plain text: unchanged but for the space around it, where it is no HTML."""
    if len(value) > MAX_MARKUP_CHARS:
        raise SnippetTooLongError(
            f"A field of it is longer than {MAX_MARKUP_CHARS:,} characters.", remedy="Split it."
        )
    if unfit := _NO_TEXT.search(value):
        raise EncodingError(
            f"It holds U+{ord(unfit.group()):04X}, which is no character of a text.",
            remedy="Export it again, as UTF-8.",
        )
    is_markup = name.endswith(_MARKUP) or (name != _PLAIN and _TAGS.search(value))
    return fragment(value) if is_markup else value.strip()


def _lines(found: Fields, field: str, doubts: list[tuple[Kind, str]]) -> Iterator[str]:
    """Yield the values that a field may have, each in one line."""
    for each in found.all(field):
        try:
            names = [_plain(name, part) for name, part in _strings(each, _IN_NAMES)]
        except CorpusError as error:
            doubts.append((Kind.FIELD, f"Its {field} cannot be used. {error.message}"))
            continue
        if together := ", ".join(filter(None, names)):
            yield " ".join(without_controls(together).split())


def _strings(field: fields.Field, inside: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the texts that a value is made of, with the name of the field each stands in.

    Raises SnippetTooLongError, without a place, where they are too many.
    """
    pending: list[tuple[str, object]] = [(field.name, field.value)]
    for _ in range(MAX_PARTS):
        if not pending:
            return
        name, value = pending.pop()
        if isinstance(value, str):
            yield name, value
        elif _is_number(value) and inside is _IN_NAMES:
            yield name, str(value)
        elif (several := as_list(value)) is not None:
            pending.extend((name, each) for each in reversed(several))
        elif (inner := as_object(value)) is not None:
            given = next((key for key in inside if _is_given(inner.get(key))), None)
            if given:
                pending.append((plain_name(given), inner[given]))
    raise SnippetTooLongError(
        f"A field of it has more than {MAX_PARTS:,} parts.", remedy="Take it out of the export."
    )


def _single(field: fields.Field) -> object:
    """Return the value that stands for a field: of a list the first, of an object what it names."""
    value = field.value
    for _ in range(3):
        if several := as_list(value):
            value = several[0]
        elif inner := as_object(value):
            value = next((inner[key] for key in _IN_NAMES if _is_given(inner.get(key))), None)
    return value


def _is_given(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Of an integer without end not even its figures can be had.
    return abs(value) < 10**40 if isinstance(value, int) else math.isfinite(value)


def _empty(
    source: Source, record: Mapping[str, object], found: Fields, number: int, line: int
) -> Problem:
    """Say that a record has no text; lost, where that is so because its fields are not known."""
    if any(found.all(fields.TEXT)) or not any(map(_is_given, record.values())):
        return source.problem(
            Kind.EMPTY, "The record has no text.", line=line, record=number, lost=False
        )
    return source.problem(
        Kind.EMPTY,
        f"The record has no text that is known as such; its fields are {shown(record)}.",
        "Say which one it is: --map text=FIELD.",
        line=line,
        record=number,
    )
