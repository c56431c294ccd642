"""The time that a question asks about as a range to search first: "last week", "in March 2024".

What was published then answers such a question best; where it doesn't, all dates are searched, and
news of that time only counts for more (:mod:`index.retrieval.recency`). The answer says which it
was.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from index.questions import dating
from index.questions.asked_time import times_in
from index.questions.period import Period
from index.retrieval.recency import AFTER, LONGEST

if TYPE_CHECKING:
    from datetime import datetime

_LEADS_TO_A_TIME = re.compile(
    r"(?:\b(?:in|on|during|of|from|for|at|by|over|within|throughout|early|late|mid|the)[\s-]+)+$",
    re.IGNORECASE,
)


def suggested(period: Period | None, now: datetime) -> Period | None:
    """Return when to search first: the time asked about, and two more days that may tell of it.

    None where it is longer than a month, or still to come: what will be is told before. It ends
    today at the latest, for nothing is published later.
    """
    if period is None or period.end - period.start > LONGEST or period.start > now:
        return None
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Period(period.start, min(period.end + AFTER, tomorrow))


def without_time(question: str, now: datetime) -> str:
    """Take the words out that say the time asked about: of what was published then, all are of it.

    An article of yesterday says nothing of "yesterday", nor one of March 2024 of "2024".
    """
    for _, words in reversed(times_in(question, now)):
        before, after = question[: words.start], question[words.end :]
        before = _LEADS_TO_A_TIME.sub("", before).rstrip(" ,")
        question = before + after if before else after.lstrip(" ,")
    return question


def widened(searched: Period, *, anything: bool) -> str:
    """Say why all dates were searched: what was published then, if ``anything``, didn't answer."""
    then = dating.when(searched.start, searched.end)
    if anything:
        return f"Nothing published {then} answers this; all dates were searched."
    return f"Nothing here was published {then}; all dates were searched."
