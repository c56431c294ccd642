"""How fast words and filters find passages, and how fast a rebuild merges what changed.

    python tests/benchmarks/words.py [--passages 100000] [--questions 200] [--json]

Invents short news, analyses it and writes the lexical index and the columns of a snapshot of it;
then the words of one passage in a hundred, analysed already, are merged with those of the rest.
What is left of a snapshot (texts, vectors) is not made: a million passages take some minutes. Each
row is given by the clock and in processor time, since the clock says little on a machine that does
other things.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import query as queries
from index.benchmarking.invented_news import FORMS
from index.benchmarking.news_index import SEED
from index.benchmarking.short_news import ShortNews, question
from index.benchmarking.stopwatch import CLOCKS, now
from index.lexical import postings, writing
from index.lexical.searching import LexicalIndex
from index.lexical.writing import Taken
from index.place import Place
from index.ranking import CANDIDATES
from index.records import Metadata, Passage
from index.retrieval.filtering import Filters
from index.snapshots import columns
from index.text.terms import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.benchmarking.stopwatch import Seconds
    from index.snapshots.columns import Columns

ONE_IN: Final = 100
WARM_UP: Final = 20
HEADLINES: Final = 100_000


class Shelf:
    """A snapshot's columns without its texts: no filter that is timed reads these."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def columns(self) -> Columns:
        """Map the columns."""
        return columns.read(self._directory)

    def texts(self, rows: Sequence[int]) -> list[str]:
        """Refuse: the texts were not kept."""
        raise AssertionError(f"{len(rows)} texts were read")


def measure(home: Path, size: int, count: int) -> dict[str, Any]:
    """Build, merge, open and ask; return seconds of the processor, milliseconds and megabytes."""
    load = os.getloadavg()[0]
    first, merged = home / "first", home / "merged"
    for each in (first, merged):
        each.mkdir(parents=True)
    invented = _Invented(size, count)
    building = _seconds(lambda: writing.write(first, size, invented.terms()))
    columns.write(first, columns.of(invented.about))
    rows = np.arange(size)
    rows[::ONE_IN] = -1
    taken = Taken(postings.read(first / postings.DIRECTORY), rows)
    merging = _seconds(lambda: writing.write(merged, size, invented.again.items(), taken))
    same = all(
        (merged / postings.DIRECTORY / path.name).read_bytes() == path.read_bytes()
        for path in (first / postings.DIRECTORY).iterdir()
    )
    resident = _resident_mb()
    started = time.perf_counter()
    index = LexicalIndex.open(first, size)
    filters = Filters(Shelf(first), index)
    opening = time.perf_counter() - started
    terms = [stems(text) for text in invented.questions]
    stages = _stages(index, filters, invented.titles[0], size)
    return {
        "passages": size,
        "questions": count,
        "postings_a_question": round(
            float(np.mean([sum(map(index.frequency, each)) for each in terms]))
        ),
        "invent_analyse_and_write_s": building,
        "merge_one_in_100_s": merging,
        "merged_is_the_same": same,
        "open_ms": round(1_000 * opening, 1),
        "ms": {name: _percentiles(ask, terms) for name, ask in stages.items()},
        "headlines_s": _seconds(lambda: list(islice(filters.headlines, HEADLINES))),
        "resident_mb": round(_resident_mb() - resident, 1),
        "index_mb": round(sum(each.stat().st_size for each in first.rglob("*.*")) / 1e6, 1),
        "load_1min": [load, os.getloadavg()[0]],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        report = measure(Path(temporary), options.passages, options.questions)
    print(json.dumps(report, indent=2) if options.json else _table(report))


class _Invented:
    """Short news as it comes by, with what of it is needed afterwards."""

    def __init__(self, size: int, count: int) -> None:
        self._size = size
        self._count = count
        self.questions: list[str] = []
        self.titles: list[str] = []
        self.about: list[Passage] = []
        self.again: dict[int, list[str]] = {}

    def terms(self) -> Iterator[tuple[int, list[str]]]:
        """Invent and analyse."""
        chance = random.Random(SEED)
        forms = list(FORMS)
        every = max(self._size // self._count, 1)
        for row, item in enumerate(islice(ShortNews(SEED).items(), self._size)):
            if row % every == 0 and len(self.questions) < self._count:
                form = forms[len(self.questions) % len(forms)]
                self.questions.append(question(item, form, chance))
                self.titles.append(" ".join(item.title.split()[:2]))
            place = Place("invented.txt", 1, 1, 0, len(item.text))
            metadata = Metadata(item.title, item.outlet, item.published)
            passage = Passage("", item.text, place, item.sentences, metadata, spoken="en")
            found = writing.terms_of(passage)
            self.about.append(replace(passage, text=""))
            if row % ONE_IN == 0:
                self.again[row] = found
            yield row, found


def _stages(
    index: LexicalIndex, filters: Filters, title: str, size: int
) -> dict[str, Callable[[Sequence[str]], object]]:
    """Return what is timed, each asked with a question's terms."""
    some = np.flatnonzero(np.random.default_rng(SEED).random(size) < 0.3)
    few = some[:: max(len(some) // 200, 1)]
    today = datetime.now(UTC)

    def filtering(written: str) -> Callable[[Sequence[str]], object]:
        query = queries.parse(written, today)
        return lambda _: filters.rows(query)

    return {
        f"best {CANDIDATES}": lambda terms: index.best(terms, CANDIDATES),
        f"best {CANDIDATES} of 30 % allowed": lambda terms: index.best(terms, CANDIDATES, some),
        "scores of 200 rows": lambda terms: index.scores_of(terms, few),
        "filter by outlet": filtering(f'source:"{filters.outlets[0]}"'),
        "filter by date": filtering("after:2020-01-01 before:2021-01-01"),
        "filter by title": filtering(f'title:"{title}"'),
    }


def _percentiles(
    ask: Callable[[Sequence[str]], object], questions: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Return the milliseconds that questions take, by the clock and of the processor."""
    for terms in questions[:WARM_UP]:
        ask(terms)
    taken: list[Seconds] = []
    for terms in questions:
        started = now()
        ask(terms)
        taken.append(now() - started)
    p50, p95 = np.percentile(1_000 * np.array(taken), [50, 95], axis=0)
    wall, cpu = CLOCKS.index("wall"), CLOCKS.index("cpu")
    return {
        "p50": round(float(p50[wall]), 2),
        "p95": round(float(p95[wall]), 2),
        "cpu_p50": round(float(p50[cpu]), 2),
        "cpu_p95": round(float(p95[cpu]), 2),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return round(time.process_time() - started, 2)


def _resident_mb() -> float:
    """Return what this process has in memory, pages of mapped files among it; 0 where unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _table(report: dict[str, Any]) -> str:
    lines = [
        f"{name.replace('_', ' '):32}{value}" for name, value in report.items() if name != "ms"
    ]
    lines += ["", f"{'milliseconds':32}{'p50':>9}{'p95':>9}{'cpu p50':>9}{'cpu p95':>9}"]
    lines += [
        f"{name:32}" + "".join(f"{value:9.2f}" for value in taken.values())
        for name, taken in report["ms"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
