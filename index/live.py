"""The searcher that follows CURRENT and the operating point while the program runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from index import snapshot
from index.answering import operating_point
from index.errors import NewsquoteError, OperatingPointError
from index.search import Searcher
from index.snapshots import opening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.answering.operating_point import OperatingPoint
    from index.encoders.protocol import Encoder
    from index.engines.milvus_server import Milvus
    from index.observing import Observer

SMOKE_QUERY: Final = "news"

_log = logging.getLogger(__name__)


class LiveSearcher:
    """Holds the searcher of the current snapshot, at the index's operating point.

    ``current`` may be read from any thread at any time; whoever reads it keeps that searcher for
    as long as a request runs. Only one thread calls ``refresh``.
    """

    def __init__(
        self,
        load: Callable[[], Searcher],
        current_id: Callable[[], str],
        read_point: Callable[[], OperatingPoint],
        observer: Observer | None = None,
    ) -> None:
        """Open the current snapshot. Raises SnapshotError."""
        self._observer = observer
        self._load = load
        self._current_id = current_id
        self._read_point = read_point
        self._refused = ""
        self._refused_point = ""
        self._current = load().at(read_point())

    @property
    def current(self) -> Searcher:
        """The searcher of the newest good snapshot."""
        return self._current

    def refresh(self) -> bool:
        """Serve what CURRENT names now; True where that is another snapshot than before.

        Blocks while it opens and tries the candidate. A candidate that fails is logged once and
        not tried again; the old one keeps serving. So does the old operating point while the file
        of the new one cannot be read.
        """
        point = self._point()
        if point != self._current.point:
            self._current = self._current.at(point)
            _log.info("now answering from %g, close from %g", point.answer_at, point.close_at)
        wanted = ""
        try:
            wanted = self._current_id()
            if wanted in {self._current.info.id, self._refused}:
                return False
            candidate = self._load().at(point)
            candidate.search(SMOKE_QUERY)
        except NewsquoteError as error:
            if self._refused != (wanted or str(error)):
                self._refused = wanted or str(error)
                _log.error("snapshot %s refused, the old one stays: %s", wanted or "?", error)
                self._tell(ok=False)
            return False
        self._current = candidate
        self._refused = ""
        _log.info("now serving snapshot %s", candidate.info.id)
        self._tell(ok=True)
        return True

    def _tell(self, *, ok: bool) -> None:
        if self._observer is not None:
            self._observer.reloaded(ok=ok)

    def _point(self) -> OperatingPoint:
        try:
            point = self._read_point()
        except OperatingPointError as error:
            if self._refused_point != str(error):
                self._refused_point = str(error)
                _log.error("operating point refused, the old one stays: %s", error)
            return self._current.point
        self._refused_point = ""
        return point


def open_live(
    index_dir: Path,
    encoder: Encoder,
    observer: Observer | None = None,
    milvus: Milvus | None = None,
) -> LiveSearcher:
    """Follow an index directory; ``observer`` hears of it. Raises SnapshotError."""
    return LiveSearcher(
        lambda: Searcher(
            opening.open_current(index_dir), encoder, observer=observer, milvus=milvus
        ),
        lambda: snapshot.current_id(index_dir),
        lambda: operating_point.read(index_dir),
        observer,
    )
