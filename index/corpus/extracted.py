"""An item of a format whose text is extracted: as a snippet, with what is doubtful about it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from index.corpus import dates
from index.corpus.markup import without_controls
from index.corpus.problems import Kind, Problem
from index.corpus.source import MAX_TEXT_CHARS
from index.errors import EncodingError, SnippetTooLongError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.source import Source
    from index.errors import CorpusError
    from index.records import Metadata, Snippet


def item(
    source: Source, text: str, metadata: Metadata, written: str | None, *, record: int = 0
) -> Iterator[Snippet | Problem]:
    """Yield an item that is not empty, whose date is ``written``, and what is wrong with it."""
    text = without_controls(text).strip()
    if len(text) > MAX_TEXT_CHARS:
        yield source.problem(
            Kind.LIMIT,
            f"Its text is longer than {MAX_TEXT_CHARS:,} characters.",
            "Split it.",
            record=record,
        )
        return
    metadata = _clean(metadata)
    if written and written.strip():
        dated = dates.read(written)
        if dated.doubt:
            yield source.problem(Kind.DATE, dated.doubt, record=record, lost=False)
        metadata = dataclasses.replace(
            metadata, published=dated.published, date_only=dated.date_only
        )
    yield source.stored(text, metadata, record=record, block=record)


def refusal(source: Source, error: CorpusError, *, record: int = 0) -> Problem:
    """Give an error that doesn't say where it is its place: the record is lost for it."""
    kind = Kind.UNREADABLE
    if isinstance(error, EncodingError):
        kind = Kind.ENCODING
    elif isinstance(error, SnippetTooLongError):
        kind = Kind.LIMIT
    return source.problem(kind, error.message, error.remedy, record=record)


def _clean(metadata: Metadata) -> Metadata:
    """Write each field in one line; one that has nothing in it says nothing."""
    one_line = {
        field.name: " ".join(without_controls(value).split()) or None
        for field in dataclasses.fields(metadata)
        if isinstance(value := getattr(metadata, field.name), str)
    }
    return dataclasses.replace(metadata, **one_line)
