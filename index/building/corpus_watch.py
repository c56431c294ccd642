"""Rebuilding whenever the corpus changes; watchfiles tells of the changes."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.building.corpus_changes import looks
from index.errors import CorpusError, SnapshotError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from threading import Event


class StoppedError(Exception):
    """Raised out of a build to give it up, since the watch is to end."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When to build after a change: once nothing has changed for ``quiet_s``.

    Where changes never cease, ``longest_s`` after the first. After as long, a build that the index
    refused is tried again. ``look_s`` is how often it is looked.
    """

    quiet_s: float = 2.0
    longest_s: float = 30.0
    look_s: float = 0.2


PACE: Final = Pace()


class Due:
    """Says when to build. All times are in seconds, on one clock."""

    def __init__(self, pace: Pace) -> None:
        """Be due at once: what is there was never built."""
        self._pace = pace
        self._at: float | None = -math.inf
        self._latest = -math.inf

    def changed(self, now: float) -> None:
        """Something changed: the build waits for quiet, but not beyond its latest time."""
        if self._at is None:
            self._latest = now + self._pace.longest_s
        self._at = min(now + self._pace.quiet_s, self._latest)

    def built(self) -> None:
        """Nothing is to be done until something changes."""
        self._at = None

    def refused(self, now: float) -> None:
        """Something other than the corpus was in the way, and may go."""
        self._at = self._latest = now + self._pace.longest_s

    def __call__(self, now: float) -> bool:
        """Say whether to build now."""
        return self._at is not None and now >= self._at


def watch(
    corpus: Sequence[Path],
    index_dir: Path,
    build: Callable[[], object],
    failed: Callable[[CorpusError | SnapshotError], object],
    stop: Event,
    *,
    pace: Pace = PACE,
) -> None:
    """Build at once, and again when the files and directories of ``corpus`` change, until ``stop``.

    Hidden files and the index are none of the corpus. ``failed`` hears of a build that fails, and
    the watch goes on. Raises CorpusError where the corpus cannot be watched.
    """
    due = Due(pace)
    # What changes while a build runs is kept by the looks, and seen after it.
    for changed in looks(corpus, index_dir, stop, pace.look_s):
        if changed:
            due.changed(time.monotonic())
        if not due(time.monotonic()):
            continue
        try:
            build()
        except StoppedError:
            return
        except CorpusError as error:
            failed(error)
            due.built()
        except SnapshotError as error:
            failed(error)
            due.refused(time.monotonic())
        else:
            due.built()
