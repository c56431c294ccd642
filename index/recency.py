"""News of the time that a question asks about: it counts for more, and nothing is left out.

Where a question is about a few days, the articles of those days answer it more often than not, and
where it isn't, their dates say nothing. So the question must ask for a time, and one of a month at
most: what happened in a year is told for years. "The latest" is no time: what is newest in the
corpus may be about anything.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.period import Period
    from index.records import Hit

BONUS: Final = 0.2
BEFORE: Final = timedelta(days=14)
AFTER: Final = timedelta(days=2)
"""Set by hand, after what others measured on questions about a week's news; not measured here."""
LONGEST: Final = timedelta(days=31)


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
    return [
        replace(hit, rank=rank, score=max(0.0, hit.score + hit.recency - above))
        for rank, hit in enumerate(dated, start=1)
    ]
