"""How long the event loop waits while somebody types: a headline out of 100,000, a date.

For each thing that is typed, the median of several times, and how many times as long it takes to
compare every headline with it (library: rapidfuzz), which is what the order of looking saves.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from rapidfuzz import fuzz, process

from bot.suggestions import dates, headlines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WORDS: Final = 60_000
ROUNDS: Final = 5


class Index(headlines.Dating):
    """Has invented headlines of words drawn as often as English draws them."""

    def __init__(self, count: int, seed: int = 1) -> None:
        rng = random.Random(seed)
        letters = "etaoinshrdlucmfwypvbgk"
        words = ["".join(rng.choices(letters, k=rng.randint(3, 11))) for _ in range(WORDS)]
        often = list(accumulate(1 / (rank + 1) for rank in range(WORDS)))
        self.words = words
        self.titles = [" ".join(rng.choices(words, cum_weights=often, k=9)) for _ in range(count)]

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        return ((title, None) for title in self.titles)

    @property
    def days(self) -> Sequence[date]:
        return [date(2024, 1, 1)]


def typed(index: Index) -> dict[str, str]:
    """Return what is typed, by what is hard about it."""
    frequent, second, rare = index.words[0], index.words[1], index.words[-1]
    return {
        "nothing": "",
        "a letter": index.titles[-1][:1],
        "the beginning of the last": index.titles[-1][:20],
        "frequent words": f"{frequent} {second}",
        "a frequent and a rare word": f"{frequent} {rare}",
        "a mistyped word": f"{rare[:-1]}zq",
        "words that nothing has": "qqqzzz jjjxxx",
        "letters": "a b c d e f",
    }


def took_ms(call: Callable[[], object]) -> float:
    """Return the median time of a call."""
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def main() -> None:
    """Measure, and print a table or a JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headlines", type=int, default=headlines.MOST_KEPT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    index = Index(options.headlines)
    start = time.perf_counter()
    read = headlines.read(index)
    report: dict[str, object] = {"headlines": len(read.titles), "words": len(read.words)}
    report["read_s"] = round(time.perf_counter() - start, 2)
    rows: dict[str, dict[str, float]] = {}
    for name, text in typed(index).items():
        found = headlines.suggested(read, text)
        ms = took_ms(lambda text=text: headlines.suggested(read, text))
        all_ms = took_ms(
            lambda text=text: process.extract(text, index.titles, scorer=fuzz.partial_ratio)
        )
        times = round(all_ms / ms, 1) if text else 0.0
        rows[name] = {"ms": round(ms, 1), "suggested": len(found), "times_as_long": times}
    now = datetime.now(UTC)
    ms = took_ms(lambda: dates.suggested("2", read.days, now))
    count = len(dates.suggested("2", read.days, now))
    rows["a date"] = {"ms": round(ms, 1), "suggested": count, "times_as_long": 0.0}
    report["typed"] = rows
    if options.json:
        print(json.dumps(report))
        return
    print(f"{report['headlines']:,} headlines, read in {report['read_s']} s")
    for name, row in rows.items():
        print(
            f"{name:30} {row['ms']:6.1f} ms  {row['suggested']:3} suggested"
            f"  all compared: {row['times_as_long']:7.1f} times as long"
        )


if __name__ == "__main__":
    main()
