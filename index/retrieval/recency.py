"""What the date of a passage does to its place.

News of the time that a question asks about counts for more, and nothing is left out.

Where a question is about a few days, the articles of those days answer it more often than not, and
where it isn't, their dates say nothing. So the question must ask for a time, and one of a month at
most: what happened in a year is told for years. "The latest" is no time: what is newest in the
corpus may be about anything.

A search can be sorted by date, and its scores can be made to fall with age; both only if asked to.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.questions.period import Period
    from index.records import Hit

BONUS: Final = 0.2
BEFORE: Final = timedelta(days=14)
AFTER: Final = timedelta(days=2)
"""Set by hand, after what others measured on questions about a week's news; not measured here."""
LONGEST: Final = timedelta(days=31)
NOTHING_TO_SCORE: Final = "There are only filters: the half-life changes nothing."


class Sort(StrEnum):
    """How the passages found are listed."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


def preferring(period: Period | None, hits: Sequence[Hit]) -> list[Hit]:
    """Rank fused hits again, those first that were published around the time asked about.

    What has no date gets no bonus. Where the best would pass 1, all are lowered alike, so that
    scores stay in 0..1.
    """
    if period is None or period.end - period.start > LONGEST:
        return list(hits)
    first, last = period.start - BEFORE, period.end + AFTER
    dated = [
        replace(hit, recency=BONUS)
        if hit.passage.metadata.published is not None
        and first <= hit.passage.metadata.published < last
        else hit
        for hit in hits
    ]
    dated.sort(key=lambda hit: -(hit.score + hit.recency))
    above = max(0.0, dated[0].score + dated[0].recency - 1) if dated else 0.0
    return _ranked(replace(hit, score=max(0.0, hit.score + hit.recency - above)) for hit in dated)


def arranged(
    hits: Sequence[Hit], sort: Sort, half_life: timedelta | None
) -> tuple[list[Hit], tuple[str, ...]]:
    """List hits as asked; also say, in sentences, where that changes nothing.

    Sorted by date are those that have a word of the query, or all where none has.
    """
    if not hits or (sort is Sort.RELEVANCE and half_life is None):
        return list(hits), ()
    if all(hit.passage.metadata.published is None for hit in hits):
        return list(hits), ("Nothing found has a date: the passages stand by relevance.",)
    if half_life is not None:
        hits = decayed(hits, half_life)
    if sort is Sort.RELEVANCE:
        return list(hits), ()
    told = () if half_life is None else ("Sorted by date: the half-life only changes scores.",)
    return by_date(matching(hits), newest_first=sort is Sort.NEWEST), told


def matching(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that have a word of the query; all where none has."""
    return [hit for hit in hits if hit.lexical_rank is not None] or list(hits)


def by_date(hits: Sequence[Hit], *, newest_first: bool) -> list[Hit]:
    """Rank hits by their date, undated ones last; those of one moment stay as they were."""
    dated = [(date, hit) for hit in hits if (date := hit.passage.metadata.published) is not None]
    dated.sort(key=lambda each: each[0], reverse=newest_first)
    undated = [hit for hit in hits if hit.passage.metadata.published is None]
    return _ranked([*(hit for _, hit in dated), *undated])


def decayed(hits: Sequence[Hit], half_life: timedelta) -> list[Hit]:
    """Rank hits by scores that fall by half with every ``half_life`` before the newest of them.

    Against the newest and not against now: the order is the same, and old news keeps its scores.
    What has no date counts as old as the oldest.
    """
    dates = [date for hit in hits if (date := hit.passage.metadata.published) is not None]
    if not dates:
        return list(hits)
    newest, oldest = max(dates), min(dates)
    ages = [(newest - (hit.passage.metadata.published or oldest)) / half_life for hit in hits]
    # By logarithms: what is very old has a score of 0 and still a place.
    values = [
        (math.log2(hit.score) if hit.score > 0 else -math.inf) - age
        for hit, age in zip(hits, ages, strict=True)
    ]
    order = sorted(range(len(hits)), key=lambda i: -values[i])
    return _ranked(replace(hits[i], score=hits[i].score * 0.5 ** ages[i]) for i in order)


def _ranked(hits: Iterable[Hit]) -> list[Hit]:
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1)]
