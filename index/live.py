"""The searcher that follows CURRENT while the program runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from index import snapshot
from index.errors import NewsquoteError
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.search import Searcher

SMOKE_QUERY: Final = "news"

_log = logging.getLogger(__name__)


class LiveSearcher:
    """Holds the searcher of the current snapshot.

    ``current`` may be read from any thread at any time; whoever reads it keeps that searcher for
    as long as a request runs. Only one thread calls ``refresh``.
    """

    def __init__(self, load: Callable[[], Searcher], current_id: Callable[[], str]) -> None:
        """Open the current snapshot. Raises SnapshotError."""
        self._load = load
        self._current_id = current_id
        self._refused = ""
        self._current = load()

    @property
    def current(self) -> Searcher:
        """The searcher of the newest good snapshot."""
        return self._current

    def refresh(self) -> bool:
        """Serve what CURRENT names now; True where that is another snapshot than before.

        Blocks while it opens and tries the candidate. A candidate that fails is logged once and
        not tried again; the old one keeps serving.
        """
        wanted = ""
        try:
            wanted = self._current_id()
            if wanted in {self._current.info.id, self._refused}:
                return False
            candidate = self._load()
            candidate.search(SMOKE_QUERY)
        except NewsquoteError as error:
            if self._refused != (wanted or str(error)):
                self._refused = wanted or str(error)
                _log.error("snapshot %s refused, the old one stays: %s", wanted or "?", error)
            return False
        self._current = candidate
        self._refused = ""
        _log.info("now serving snapshot %s", candidate.info.id)
        return True


def open_live(index_dir: Path, encoder: Encoder) -> LiveSearcher:
    """Follow an index directory. Raises SnapshotError."""
    return LiveSearcher(
        lambda: open_searcher(index_dir, encoder), lambda: snapshot.current_id(index_dir)
    )
