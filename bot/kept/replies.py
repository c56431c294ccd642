"""What a reply shows, kept as data so that its pages can be rendered again after a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from index.place import Place, Span
from index.questions.units import Unit
from index.records import Citation, Metadata, Quote, ReadAs, SnapshotInfo, Verdict
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from index.overviews.timeline import Timeline
    from index.records import Answer, SearchResult


class Kind(StrEnum):
    """What a reply's quotes are: the answer, what may not be one, what came closest, results."""

    ANSWER = "answer"
    CLOSE = "close"
    REFUSAL = "refusal"
    SEARCH = "search"


_KINDS = {
    Verdict.ANSWERED: Kind.ANSWER,
    Verdict.CLOSE: Kind.CLOSE,
    Verdict.NOT_FOUND: Kind.REFUSAL,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A question and what the corpus holds on it.

    ``quotes`` are best first; of a refusal they are the closest passages. ``stale`` counts the
    passages that were found and left out because their file changed since it was indexed.
    ``show_question`` is False where the reply hangs on the message that asks. ``read_as``,
    ``unanswered``, ``notes``, ``searched_range`` and ``newest_relevant`` are as in an answer, which
    was given at ``asked_at``, and over all dates if ``any_date``. ``order`` is that of the passages
    found; None is neither by relevance nor by date. ``confidence`` is None of a search.
    ``unit`` is, of a timeline, the length of time that each of its quotes stands for.
    ``searched`` is what was asked of the index where a server's settings limit the question.
    ``shared_by`` names who made a private reply public. ``by_words`` is as in an answer.
    """

    kind: Kind
    question: str
    quotes: tuple[Quote, ...]
    missing_terms: tuple[str, ...]
    stale: int
    snapshot: SnapshotInfo
    show_question: bool
    read_as: tuple[ReadAs, ...] = ()
    unanswered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    searched_range: tuple[datetime, datetime] | None = None
    newest_relevant: datetime | None = None
    asked_at: datetime | None = None
    any_date: bool = False
    order: Sort | None = Sort.RELEVANCE
    confidence: float | None = None
    unit: Unit | None = None
    searched: str = ""
    shared_by: str = ""
    by_words: bool = False


def kind_of(answer: Answer) -> Kind:
    """Return what the quotes of an answer are."""
    return _KINDS[answer.verdict]


def verdict_of(kind: Kind) -> Verdict:
    """Return the verdict of an answer whose quotes are of this kind; KeyError for a search."""
    return {kind: verdict for verdict, kind in _KINDS.items()}[kind]


def from_answer(
    answer: Answer, *, show_question: bool, asked_at: datetime, any_date: bool = False
) -> Reply:
    """Return what an answer or a refusal shows."""
    kind = kind_of(answer)
    return Reply(
        kind,
        answer.question,
        answer.closest if kind is Kind.REFUSAL else answer.quotes,
        answer.missing_terms,
        len(answer.stale),
        answer.snapshot,
        show_question,
        answer.read_as,
        answer.unanswered,
        answer.notes,
        answer.searched_range,
        answer.newest_relevant,
        asked_at,
        any_date,
        confidence=answer.confidence,
        by_words=answer.by_words,
    )


def from_search(result: SearchResult, sort: Sort = Sort.RELEVANCE) -> Reply:
    """Return what a search that was to be sorted so shows."""
    return Reply(
        Kind.SEARCH,
        result.query,
        result.quotes,
        (),
        len(result.stale),
        result.snapshot,
        show_question=True,
        read_as=result.read_as,
        notes=result.notes,
        order=_order(result, sort),
    )


def from_timeline(timeline: Timeline) -> Reply:
    """Return what a timeline shows: a list of passages, each below its day, month or year."""
    return Reply(
        Kind.SEARCH,
        timeline.topic,
        timeline.quotes,
        (),
        len(timeline.stale),
        timeline.snapshot,
        show_question=True,
        read_as=timeline.read_as,
        notes=timeline.notes,
        order=Sort.OLDEST,
        unit=timeline.unit,
    )


def dumps(reply: Reply) -> str:
    """Write a reply as JSON."""
    return json.dumps(reply, default=_plain, separators=(",", ":"))


def loads(text: str) -> Reply:
    """Read what :func:`dumps` wrote; ValueError, KeyError or TypeError where it is not that."""
    data: dict[str, Any] = json.loads(text)
    searched_range = data.get("searched_range")
    order = data.get("order", Sort.RELEVANCE)
    unit = data.get("unit")
    return Reply(
        Kind(data["kind"]),
        data["question"],
        tuple(_quote(item) for item in data["quotes"]),
        tuple(data["missing_terms"]),
        data["stale"],
        _snapshot(data["snapshot"]),
        data["show_question"],
        # Replies kept by earlier versions lack what follows.
        tuple(ReadAs(each["written"], tuple(each["searched"])) for each in data.get("read_as", ())),
        tuple(data.get("unanswered", ())),
        tuple(data.get("notes", ())),
        searched_range and _range(*searched_range),
        _date(data.get("newest_relevant")),
        _date(data.get("asked_at")),
        data.get("any_date", False),
        order and Sort(order),
        data.get("confidence"),
        unit and Unit(unit),
        data.get("searched", ""),
        data.get("shared_by", ""),
        data.get("by_words", False),
    )


def quote_dumps(quote: Quote) -> str:
    """Write a quote as JSON."""
    return json.dumps(quote, default=_plain, separators=(",", ":"))


def quote_loads(text: str) -> Quote:
    """Read what :func:`quote_dumps` wrote."""
    return _quote(json.loads(text))


def _order(result: SearchResult, sort: Sort) -> Sort | None:
    """Return how the passages found are listed: by date only where any has one.

    Passages that nothing was searched for in were only filtered: they are newest first.
    """
    filtered = bool(result.hits) and all(
        hit.dense_rank is None and hit.lexical_rank is None for hit in result.hits
    )
    dated = any(quote.citation.metadata.published is not None for quote in result.quotes)
    if dated and (filtered or sort is not Sort.RELEVANCE):
        return Sort.OLDEST if sort is Sort.OLDEST else Sort.NEWEST
    return None if filtered else Sort.RELEVANCE


def _plain(value: object) -> object:
    """Return what JSON has instead of a value: its fields, not copied deeply as asdict does."""
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _date(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _range(start: str, end: str) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _citation(data: dict[str, Any]) -> Citation:
    metadata: dict[str, Any] = data["metadata"]
    metadata["published"] = _date(metadata["published"])
    return Citation(Place(**data["place"]), data["sha256"], Metadata(**metadata))


def _quote(data: dict[str, Any]) -> Quote:
    return Quote(
        data["text"],
        data["passage_id"],
        data["score"],
        _citation(data["citation"]),
        tuple(Span(**span) for span in data["matches"]),
        data["fragment"],
        tuple(map(_citation, data.get("also_in", ()))),
    )


def _snapshot(data: dict[str, Any]) -> SnapshotInfo:
    return SnapshotInfo(
        data["id"],
        datetime.fromisoformat(data["built_at"]),
        _date(data["newest_published"]),
        data["passages"],
    )
