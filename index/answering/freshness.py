"""Questions about what is new: they are told first how old the newest relevant item is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.retrieval.recency import matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from index.records import Hit

RELEVANT: Final = 10
"""So many of the first hits count as relevant; set by hand."""
UNDATED: Final = "Nothing relevant here has a date."

_NEW = re.compile(
    r"\b(?:today|now|latest|newest|current(?:ly)?|recent(?:ly)?)\b(?!-\w)", re.IGNORECASE
)


def asks_for_the_newest(text: str) -> bool:
    """Whether a question asks for what is new. A word with a capital inside it is of a name."""
    shouted = text.isupper()
    return any(
        shouted or match.start() == 0 or match.group()[0].islower() for match in _NEW.finditer(text)
    )


def told(question: str, found: Iterable[Sequence[Hit]]) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the date of the newest of the first hits of each list, where it is asked for.

    Those count that have a word of the question, if any has. Where none has a date, say so.
    """
    if not asks_for_the_newest(question):
        return None, ()
    first = [hit for hits in found for hit in matching(hits[:RELEVANT])]
    dates = [date for hit in first if (date := hit.passage.metadata.published) is not None]
    if dates:
        return max(dates), ()
    return None, (UNDATED,) if first else ()
