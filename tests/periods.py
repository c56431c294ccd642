"""The time that a question asks about, without a corpus to read it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.questions.asked_time import from_first_to_last, times_in

if TYPE_CHECKING:
    from datetime import datetime

    from index.questions.period import Period


def period_in(text: str, now: datetime) -> Period | None:
    """Return the time from the first that a question names to the last, if it names any."""
    return from_first_to_last([period for period, _ in times_in(text, now)])
