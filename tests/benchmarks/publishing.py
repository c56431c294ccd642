"""Does a question fail or wait while snapshots are published into Milvus? Asks all the time.

    python tests/benchmarks/publishing.py [--passages 10000] [--threads 2] [--snapshots 3]

Starts the real Milvus server in a network of its own and builds short invented news into it. Then
threads ask without a pause, each question once, of a searcher that looks for a new snapshot every
second, as the bot's does. Meanwhile ``newsquote rebuild``, in a process of its own, publishes one
snapshot after the other, by the alias in Milvus and by CURRENT; between two of them it is quiet for
as long as the last one took, twenty seconds at most. A question fails if anything is raised, or if
its answer says that it was found by words alone, for then Milvus did not answer. Ends with 1 if one
failed, or a snapshot was not served. Needs Linux, ``unshare``, and the package ``milvus``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import snapshot, threads
from index.benchmarking.invented_news import FORMS
from index.benchmarking.news_index import SEED
from index.benchmarking.short_news import BRIEF, ShortNews, question
from index.encoders.loading import load_encoder
from index.engines.milvus_server import Milvus
from index.live import open_live
from index.threads import Work

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server is the tests'
import milvus_process
from milvus_process import INSIDE, MilvusProcess, in_own_network, raise_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.benchmarking.short_news import Item
    from index.live import LiveSearcher

ITEMS_IN_A_FILE: Final = 500
LOOK_S: Final = 1.0
QUIET_MOST_S: Final = 20.0


@dataclass(slots=True)
class Asked:
    """When a question was asked, how long it took, of which snapshot, and what was wrong."""

    at: float
    seconds: float
    snapshot: str
    wrong: str = ""


class Asking(threading.Thread):
    """Asks one question after the other, none twice, until it is told to end."""

    def __init__(self, live: LiveSearcher, items: Sequence[Item], seed: int) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._live = live
        self._items = items
        self._chance = random.Random(seed)
        self._end = threading.Event()

    def run(self) -> None:
        """Ask."""
        forms = list(FORMS)
        while not self._end.is_set():
            searcher = self._live.current
            text = question(self._chance.choice(self._items), forms[0], self._chance)
            started = time.monotonic()
            wrong = ""
            try:
                if searcher.ask(text).by_words:
                    wrong = "by words alone"
            except Exception as error:  # noqa: BLE001  whatever it is, the question failed
                wrong = repr(error)
            self.asked.append(Asked(started, time.monotonic() - started, searcher.info.id, wrong))
            forms.append(forms.pop(0))

    def stop(self) -> list[Asked]:
        """Have it end; return what it asked."""
        self._end.set()
        self.join()
        return self.asked


@dataclass(slots=True)
class Following(threading.Thread):
    """Looks for a new snapshot every LOOK_S, and notes when it was served."""

    live: LiveSearcher
    served_at: dict[str, float] = field(default_factory=dict[str, float])
    end: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        threading.Thread.__init__(self)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Look."""
        while not self.end.wait(LOOK_S):
            if self.live.refresh():
                self.served_at[self.live.current.info.id] = time.monotonic()


def main() -> None:
    """Go into a network of its own, measure there, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--snapshots", type=int, default=3)
    options = parser.parse_args()
    if reason := milvus_process.why_not():
        sys.exit(f"The Milvus server can't be started here: {reason}.")
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        sys.exit(
            subprocess.run([*in_own_network(), sys.executable, *sys.argv], check=False).returncode
        )
    raise_loopback()
    with tempfile.TemporaryDirectory(prefix="nq") as home:
        server = MilvusProcess(Path(home) / "milvus")
        server.start()
        try:
            found = measure(Path(home), server.uri, options)
        finally:
            server.kill()
    print(json.dumps(found, indent=2))
    if found["failed"] or len(found["served"]) != options.snapshots + 1:
        sys.exit(1)


def measure(home: Path, uri: str, options: argparse.Namespace) -> dict[str, Any]:
    """Build, ask all the time, publish meanwhile."""
    per_snapshot = ITEMS_IN_A_FILE
    count = options.passages + options.snapshots * per_snapshot
    items = list(islice(ShortNews(SEED, BRIEF, 1).items(), count))
    (home / "corpus").mkdir()
    first = items[: options.passages]
    for start in range(0, len(first), ITEMS_IN_A_FILE):
        _write(home, start, first[start : start + ITEMS_IN_A_FILE])
    _rebuild(home, uri)
    threads.use_for(Work.QUESTIONS)
    live = open_live(home / "index", load_encoder(), milvus=Milvus(uri))
    following = Following(live)
    asking = [Asking(live, first, seed) for seed in range(options.threads)]
    for thread in (following, *asking):
        thread.start()
    published: list[tuple[float, float]] = []
    took_s = QUIET_MOST_S
    for number in range(options.snapshots):
        time.sleep(min(took_s, QUIET_MOST_S))
        start = options.passages + number * per_snapshot
        _write(home, start, items[start : start + per_snapshot])
        began = time.monotonic()
        _rebuild(home, uri)
        wanted = snapshot.current_id(home / "index")
        while wanted not in following.served_at and time.monotonic() < began + 600:
            time.sleep(0.1)
        published.append((began, time.monotonic()))
        took_s = time.monotonic() - began
    time.sleep(min(took_s, QUIET_MOST_S))
    asked = [each for thread in asking for each in thread.stop()]
    following.end.set()
    following.join()
    return _told(asked, published, options)


def _told(
    asked: Sequence[Asked], published: Sequence[tuple[float, float]], options: argparse.Namespace
) -> dict[str, Any]:
    within = [
        any(began <= each.at + each.seconds and each.at <= ended for began, ended in published)
        for each in asked
    ]
    wrong = [each.wrong for each in asked if each.wrong]
    return {
        "passages": options.passages,
        "threads": options.threads,
        "published_s": [round(ended - began, 1) for began, ended in published],
        "questions": len(asked),
        "failed": len(wrong),
        "why": sorted(set(wrong))[:5],
        "served": {
            name: sum(each.snapshot == name for each in asked)
            for name in sorted({each.snapshot for each in asked})
        },
        "meanwhile": _times(each for each, inside in zip(asked, within, strict=True) if inside),
        "else": _times(each for each, inside in zip(asked, within, strict=True) if not inside),
        "load_1min": round(os.getloadavg()[0], 1),
    }


def _times(asked: Any) -> dict[str, float]:
    taken_ms = np.array([each.seconds for each in asked]) * 1_000
    if not len(taken_ms):
        return {"questions": 0}
    p50, p95 = np.percentile(taken_ms, [50, 95])
    return {
        "questions": len(taken_ms),
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "longest_ms": round(float(taken_ms.max()), 1),
    }


def _write(home: Path, start: int, items: Sequence[Item]) -> None:
    lines = "".join(f"{each.text}\n\n" for each in items)
    (home / "corpus" / f"{start // ITEMS_IN_A_FILE:05}.txt").write_text(lines)


def _rebuild(home: Path, uri: str) -> None:
    command = [sys.executable, "-m", "index", "rebuild", str(home / "corpus")]
    where = ["--index", str(home / "index"), "--engine", "milvus", "--milvus-uri", uri]
    subprocess.run([*command, *where], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
