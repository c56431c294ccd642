"""Query → SearchResult: the passages that a search lists, by relevance or by date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index import query as queries
from index import quoting
from index.answering.close_reading import PASSAGES_READ
from index.place import Span
from index.records import BY_WORDS, SearchResult
from index.retrieval import recency
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from datetime import timedelta

    from index.answering.open_snapshot import OpenSnapshot


def of(
    query: str, opened: OpenSnapshot, limit: int, sort: Sort, half_life: timedelta | None
) -> SearchResult:
    """List what :meth:`index.search.Searcher.search` finds. Raises QuestionError."""
    written = queries.check(query)
    parsed = queries.parse(written, datetime.now(UTC))
    asked = opened.understood(parsed.text)
    allowed = opened.filters.allowed(parsed)
    unmet = opened.filters.unmet(parsed, allowed)
    if parsed.text or allowed is None:
        most = max(limit, PASSAGES_READ)
        read = opened.read(asked, most=most, allowed=allowed)
        hits, told = recency.arranged(read.hits[:most], sort, half_life)
        told = (BY_WORDS, *told) if read.by_words else told
    else:
        rows = opened.filters.by_date(allowed.rows, newest_first=sort is not Sort.OLDEST)
        hits = opened.retriever.listed(rows[:limit].tolist())
        told = () if half_life is None else (recency.NOTHING_TO_SCORE,)
    hits = hits[:limit]
    whole = (quoting.cut(hit, Span(0, len(hit.passage.text)), asked, hit.score) for hit in hits)
    quotes, stale = quoting.standing(whole, opened.check)
    shown = {quote.passage_id for quote in quotes}
    return SearchResult(
        query=written,
        hits=tuple(hit for hit in hits if hit.passage.id in shown),
        quotes=quotes,
        stale=stale,
        snapshot=opened.info,
        read_as=asked.read_as,
        notes=(*parsed.notes, *unmet, *told),
    )
