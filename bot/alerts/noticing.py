"""What watches need of a searcher; each call blocks, so it runs in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from index.overviews.arrivals import Arrival
    from index.records import Quote
    from index.snapshots.sightings import Fresh


class Noticing(Protocol):
    """Knows what is new in a snapshot; every call blocks and may come from any thread."""

    def fresh(self, known: bytes) -> Fresh:
        """Tell which passages are new to whoever keeps ``known``."""
        ...

    def arrivals(
        self, query: str, fresh: Fresh, *, every_word: bool = False
    ) -> tuple[Arrival, ...]:
        """Return what of the new passages a saved query waits for. Raises QuestionError."""
        ...

    def again(self, quote: Quote) -> Quote | None:
        """Return a quote as it stands now; None while its file is not as indexed.

        Raises UnknownPassageError where its passage is no longer indexed.
        """
        ...
