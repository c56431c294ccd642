"""A data set in BEIR format: corpus.jsonl, queries.jsonl and qrels/*.tsv.

A document has ``_id``, ``title``, ``text`` and, in its ``metadata``, ``source``, ``date``, ``url``.
A question has ``_id``, ``text`` and, in its ``metadata``, ``answerable``, ``answers`` (short gold
strings), ``evidence`` (gold sentences), ``kind``. All metadata may be left out: a question then is
answerable where it has a relevant document.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from index.evaluation import lines
from index.evaluation.errors import DataSetError
from index.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Relevance = dict[str, dict[str, int]]
"""Question id → document id → grade; above 0 is relevant."""

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels"

_LAYOUT: Final = (
    f"A data set is a folder with {CORPUS}, {QUERIES} and {QRELS}/*.tsv, in BEIR format."
)


@dataclass(frozen=True, slots=True)
class Document:
    """One document as its line gives it; ``text`` is exact, white space included."""

    id: str
    text: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is known about its answer; ``kind`` is free, often why there is none.

    ``answers`` are short gold strings, any of which will do; ``evidence`` gold sentences.
    """

    id: str
    text: str
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder that was read. ``corpus_sha256`` is the hash of its corpus.jsonl."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    relevance: Relevance
    corpus_sha256: str


class _DocumentRow(msgspec.Struct):
    id: str | int = msgspec.field(name="_id")
    text: str
    title: str | None = None
    metadata: dict[str, Any] | None = None


class _Asked(msgspec.Struct):
    answerable: bool | None = None
    answers: list[str | int | float] | None = None
    evidence: list[str] | None = None
    kind: str | None = None


class _QuestionRow(msgspec.Struct):
    id: str | int = msgspec.field(name="_id")
    text: str
    metadata: _Asked | None = None


_RowKind = TypeVar("_RowKind", _DocumentRow, _QuestionRow)


def read(folder: Path) -> DataSet:
    """Read a folder. Raises DataSetError, naming file and line."""
    _check_folder(folder)
    documents = {
        str(row.id): Document(str(row.id), row.text, _metadata(row))
        for row in _rows(folder / CORPUS, _DocumentRow)
    }
    relevance = _relevance(folder / QRELS)
    questions = _questions(folder, relevance)
    sha256 = hashlib.sha256((folder / CORPUS).read_bytes()).hexdigest()
    return DataSet(
        folder.resolve().name, tuple(documents.values()), tuple(questions), relevance, sha256
    )


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Read a folder's questions alone; it needs no documents. Raises DataSetError.

    Without qrels a question that does not say whether it is answerable is so where it has answers.
    """
    _check_folder(folder)
    qrels = folder / QRELS
    return tuple(_questions(folder, _relevance(qrels) if qrels.is_dir() else None))


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise DataSetError(f"There is no folder {folder}.", remedy=_LAYOUT, path=str(folder))


def _rows(path: Path, kind: type[_RowKind]) -> Iterator[_RowKind]:
    """Yield a file's rows; an id may stand once."""
    seen: dict[str, int] = {}
    for number, row in lines.rows(path, kind, _LAYOUT):
        key = str(row.id)
        if key in seen:
            raise lines.wrong(path, number, f"has the _id {key!r} of line {seen[key]} again")
        seen[key] = number
        yield row


def _relevance(directory: Path) -> Relevance:
    """Read every TSV file of a directory together."""
    paths = sorted(directory.glob("*.tsv"))
    if not paths:
        raise DataSetError(
            f"There is no TSV file in {directory}.", remedy=_LAYOUT, path=str(directory)
        )
    found: Relevance = {}
    for path in paths:
        for number, line in lines.numbered(path, _LAYOUT):
            try:
                query, document, grade = line.decode("utf-8").rstrip("\r").split("\t")
                if number == 1 and not _is_number(grade):
                    continue  # the header
                found.setdefault(query, {})[document] = int(float(grade))
            except ValueError as error:
                raise lines.wrong(
                    path, number, "is not 'query-id <tab> corpus-id <tab> score'"
                ) from error
    return found


def _questions(folder: Path, relevance: Relevance | None) -> list[Question]:
    return [
        _question(
            row,
            answerable=bool(row.metadata and row.metadata.answers)
            if relevance is None
            else any(grade > 0 for grade in relevance.get(str(row.id), {}).values()),
        )
        for row in _rows(folder / QUERIES, _QuestionRow)
    ]


def _question(row: _QuestionRow, *, answerable: bool) -> Question:
    asked = row.metadata or _Asked()
    return Question(
        id=str(row.id),
        text=row.text,
        answerable=answerable if asked.answerable is None else asked.answerable,
        answers=tuple(str(answer) for answer in asked.answers or ()),
        evidence=tuple(asked.evidence or ()),
        kind=asked.kind or "",
    )


def _metadata(row: _DocumentRow) -> Metadata:
    given = row.metadata or {}
    texts = {key: value for key, value in given.items() if isinstance(value, str) and value.strip()}
    return Metadata(
        title=(row.title or "").strip() or None,
        outlet=texts.get("source"),
        published=_date(texts.get("date", "")),
        url=texts.get("url"),
    )


def _date(text: str) -> datetime | None:
    """Read an ISO 8601 or an RFC 5322 date, as UTC where it names no zone; None for all else."""
    for read_date in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read_date(text.strip())
        except ValueError:
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None


def _is_number(text: str) -> bool:
    return text.strip().lstrip("+-").replace(".", "", 1).isdigit()
