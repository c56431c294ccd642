"""What we need of a searcher, and of what follows the newest snapshot; :mod:`index` has both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.alerts.noticing import Noticing
from bot.desks.placing import Placing
from bot.suggestions.headlines import Dating
from bot.suggestions.outlets import Naming
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.answering.explaining import Explanation
    from index.overviews.coverage import Coverage
    from index.overviews.timeline import Timeline
    from index.proofs.proof import Proof
    from index.proofs.surroundings import Surroundings
    from index.records import Answer, Quote, SearchResult, SnapshotInfo


class Explaining(Protocol):
    """Tells how an answer came about; the call blocks and may come from any thread."""

    def explain(self, question: str, limit: int = 10, *, any_date: bool = False) -> Explanation:
        """Answer a question and explain it; QuestionError where it cannot be searched for."""
        ...


class LookingUp(Protocol):
    """Looks up what the index holds; every call blocks and may come from any thread."""

    def timeline(self, topic: str) -> Timeline:
        """Quote what is said of a topic over time; QuestionError where it cannot be searched."""
        ...

    def cite(self, passage_id: str) -> Surroundings:
        """Return a passage with what stands around it; UnknownPassageError, StaleQuoteError."""
        ...

    def verify(self, passage_id: str) -> Proof:
        """Compare a passage with its file as it is now; UnknownPassageError."""
        ...

    def coverage(self, sources: Sequence[str] = ()) -> Coverage:
        """Count the items by outlet and date, of outlets that begin as ``sources``, if any."""
        ...


class Searching(Dating, Explaining, LookingUp, Naming, Noticing, Placing, Protocol):
    """What we need of a searcher; every call blocks and may come from any thread."""

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers."""
        ...

    def check(self, quote: Quote) -> None:
        """Cut a quote out of its source again; StaleQuoteError where it doesn't stand."""
        ...

    def ask(self, question: str, *, any_date: bool = False, in_haste: bool = False) -> Answer:
        """Answer a question; QuestionError where it cannot be searched for."""
        ...

    def search(self, query: str, limit: int = 10, *, sort: Sort = Sort.RELEVANCE) -> SearchResult:
        """Return the passages found for a query."""
        ...


class Following(Protocol):
    """A searcher that is exchanged when a new snapshot is published."""

    @property
    def current(self) -> Searching:
        """The searcher of the newest good snapshot; cheap, from any thread."""
        ...

    def refresh(self) -> bool:
        """Look for a new snapshot and open it (blocks); True where it took over."""
        ...
