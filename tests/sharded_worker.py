"""Starts bot processes over news that a test publishes: `python sharded_worker.py HOME`.

For each line that it reads, the shards of one process, it forks that process and writes its pid:
so that one that was killed is there again at once, without importing everything anew. All else is
in the environment, as for `newsquote bot`.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs, runner
from bot.answering import Following
from bot.settings import Settings
from scripted import SNAPSHOT, ScriptedSearcher

if TYPE_CHECKING:
    from bot.answering import Searching

PUBLISHED = "published.pickle"


class Wire(Following):
    """Serves the quotes that were published last."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stamp = -1
        self._current: Searching = ScriptedSearcher(home, ())
        self.refresh()

    @property
    def current(self) -> Searching:
        return self._current

    def refresh(self) -> bool:
        file = self._home / PUBLISHED
        stamp = file.stat().st_mtime_ns
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        number, quotes = pickle.loads(file.read_bytes())  # noqa: S301  # our own test wrote it
        info = replace(SNAPSHOT, id=f"20261124T{number:06}Z-abcdef12")
        self._current = ScriptedSearcher(self._home, quotes, info=info)
        return True


def serve(home: Path, shard_ids: str) -> None:
    """Be a bot process until it is killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(home / f"process{shard_ids}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    settings = Settings(index=home, shard_ids=shard_ids)
    logs.set_up(settings)
    asyncio.run(runner.run(settings, Wire(home)))


def main() -> None:
    """Fork until there is nothing more to read."""
    home = Path(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks what became of them
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                serve(home, line.strip())
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
