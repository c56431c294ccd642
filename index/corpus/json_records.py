"""JSON and JSON Lines: a record is one snippet, whatever kind of export it is from."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from index.corpus import export_record, json_document, json_feed, ninjs
from index.corpus.fields import as_object, by_plain_name, plain_name
from index.corpus.json_document import Record
from index.corpus.json_values import JsonValues, NotJsonError
from index.corpus.lines import LineReader, Undecodable
from index.corpus.problems import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.corpus.json_document import JsonDocument
    from index.corpus.problems import Problem
    from index.corpus.source import Source
    from index.records import Snippet

_BY_LINE: Final = {".jsonl", ".ndjson"}
_BODIES: Final = ("text", "body", "content", "articlebody", "bodytext", "bodyhtml")
"""What has one of these is an item itself, whatever lists it has."""


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the records, numbered from 1. Raises CorpusError where the bytes are no text."""
    if _BY_LINE.isdisjoint(PurePosixPath(source.name.lower()).suffixes):
        yield from _document(source)
    else:
        yield from _lines(source)


def _lines(source: Source) -> Iterator[Snippet | Problem]:
    number = 0
    for line in LineReader(source).each():
        if isinstance(line, Undecodable):
            number += 1
            yield source.problem_of(line.error)
            continue
        try:
            value = JsonValues(line.text).only()
        except NotJsonError as error:
            number += 1
            yield source.problem(
                Kind.MALFORMED,
                f"The line is no JSON: {error.message[:1].lower()}{error.message[1:]}.",
                "Export it again, one record a line.",
                line=line.number,
                record=number,
            )
            continue
        if value:
            number += 1
            yield from _record(source, Record(number, value, line.number, line.number))


def _document(source: Source) -> Iterator[Snippet | Problem]:
    document = json_document.read(source.text())
    head = document.head
    if document.whole and _is_item(document):
        yield from _record(source, document.whole)
    else:
        for record in document.records:
            yield from _record(source, record, head if json_feed.is_feed(head) else None)
    if document.fault:
        yield source.problem(
            Kind.MALFORMED,
            document.fault.message,
            "Records may be missing: export it again.",
            line=document.fault.line,
        )


def _is_item(document: JsonDocument) -> bool:
    """Say whether an object is an item itself, and not what holds them."""
    fields = by_plain_name(document.head)
    if any(isinstance(fields.get(name), str) for name in _BODIES):
        return True
    lists = (fields[name] for name in map(plain_name, json_document.LISTS) if name in fields)
    return not document.records and [] not in lists


def _record(
    source: Source, record: Record, feed: Mapping[str, object] | None = None
) -> Iterator[Snippet | Problem]:
    value, line = record.value, record.first_line
    fields = as_object(value.value)
    if fields is None or value.repeated is not None:
        name = export_record.shown([value.repeated])
        yield source.problem(
            Kind.MALFORMED,
            "The record is no JSON object." if fields is None else f"It has {name!r} twice.",
            "Export it again.",
            line=line,
            record=record.number,
        )
        return
    if value.constant:
        yield source.problem(
            Kind.FIELD,
            f"{value.constant} is no JSON value: it is read as null.",
            line=line,
            record=record.number,
            lost=False,
        )
    if feed:
        fields = json_feed.as_record(fields, feed)
    elif ninjs.is_ninjs(fields):
        if status := ninjs.withdrawn(fields):
            yield source.problem(
                Kind.EMPTY,
                f"Its publisher marks it as {status}.",
                line=line,
                record=record.number,
                lost=False,
            )
            return
        fields = ninjs.as_record(fields)
    yield from export_record.items(source, fields, record.number, line, record.last_line)
