"""The last answers of one snapshot, so that a question asked again costs next to nothing.

They are the snapshot's own: another one begins with none. What else an answer depends on is the
key that it is kept under; that its quotes still stand is for whoever takes it out to check.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from index.answering.operating_point import OperatingPoint
    from index.query import Query
    from index.records import Answer

KEPT: Final = 512
"""So many answers are kept; one takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that an answer depends on besides the snapshot and the files quoted.

    ``written`` is the question, ``query`` how it was read: one that says "the last two hours" is
    another one a moment later. ``day``, of UTC, is the one it was asked on: what "yesterday" means
    in a question goes by that.
    """

    written: str
    query: Query
    any_date: bool
    point: OperatingPoint
    day: date


class KeptAnswers:
    """At most ``most`` answers, those asked for last. Calls may run concurrently."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._answers: OrderedDict[Asking, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the answers kept."""
        return len(self._answers)

    def get(self, asking: Asking) -> Answer | None:
        """Return the answer that was kept, if it still is."""
        with self._lock:
            answer = self._answers.get(asking)
            if answer is not None:
                self._answers.move_to_end(asking)
            return answer

    def put(self, asking: Asking, answer: Answer) -> None:
        """Keep an answer, in place of the one that nobody asked for the longest."""
        with self._lock:
            self._answers[asking] = answer
            self._answers.move_to_end(asking)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
