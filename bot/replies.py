"""What a reply shows, kept as data so that its pages can be rendered again after a restart."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from index.records import Citation, Metadata, Place, Quote, ReadAs, SnapshotInfo, Span, Verdict

if TYPE_CHECKING:
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
    ``show_question`` is False where the reply hangs on the message that asks. ``read_as`` and
    ``unanswered`` are as in an answer.
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


def from_answer(answer: Answer, *, show_question: bool) -> Reply:
    """Return what an answer or a refusal shows."""
    kind = _KINDS[answer.verdict]
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
    )


def from_search(result: SearchResult) -> Reply:
    """Return what a search shows."""
    return Reply(
        Kind.SEARCH,
        result.query,
        result.quotes,
        (),
        len(result.stale),
        result.snapshot,
        show_question=True,
        read_as=result.read_as,
    )


def dumps(reply: Reply) -> str:
    """Write a reply as JSON."""
    return json.dumps(asdict(reply), default=_iso, separators=(",", ":"))


def loads(text: str) -> Reply:
    """Read what :func:`dumps` wrote; ValueError, KeyError or TypeError where it is not that."""
    data: dict[str, Any] = json.loads(text)
    return Reply(
        Kind(data["kind"]),
        data["question"],
        tuple(_quote(item) for item in data["quotes"]),
        tuple(data["missing_terms"]),
        data["stale"],
        _snapshot(data["snapshot"]),
        data["show_question"],
        # Replies kept by earlier versions have neither.
        tuple(ReadAs(each["written"], tuple(each["searched"])) for each in data.get("read_as", ())),
        tuple(data.get("unanswered", ())),
    )


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _date(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _quote(data: dict[str, Any]) -> Quote:
    citation = data["citation"]
    metadata = citation["metadata"]
    return Quote(
        data["text"],
        data["passage_id"],
        data["score"],
        Citation(
            Place(**citation["place"]),
            citation["sha256"],
            Metadata(
                metadata["title"],
                metadata["outlet"],
                _date(metadata["published"]),
                metadata["url"],
            ),
        ),
        tuple(Span(**span) for span in data["matches"]),
        data["fragment"],
    )


def _snapshot(data: dict[str, Any]) -> SnapshotInfo:
    return SnapshotInfo(
        data["id"],
        datetime.fromisoformat(data["built_at"]),
        _date(data["newest_published"]),
        data["passages"],
    )
