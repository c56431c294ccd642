"""How long a rebuild takes where little or nothing changed, against the first build.

    python tests/benchmarks/rebuild.py [--snippets 20000] [--work DIR] [--json]

Writes invented news, half of the files as JSON Lines and half as plain text, and indexes it with
the packaged model; at 20,000 snippets that takes some minutes. Then one snippet in a hundred gets
another text and the corpus is built again: once where the changes are spread over all files, so
that every file is read again, and once where the same number is in as few files as hold them. The
last build finds nothing changed.

Times depend on the machine and on what else it does, so the load is printed with them; compare
within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index import build
from index.benchmarking.invented_news import Newsroom
from index.encoders.loading import load_encoder
from index.snapshots.file_stamps import RACY_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from index.benchmarking.invented_news import Article
    from index.build import BuildReport
    from index.encoders.protocol import Encoder

SEED: Final = 20261124
SNIPPETS_IN_A_FILE: Final = 100
SENTENCES: Final = 2
"""So many sentences a snippet has: as long as a wire's short item, and one passage."""
CHANGED: Final = 0.01

FIRST: Final = "first build"
SPREAD: Final = "1 % changed, over all files"
TOGETHER: Final = "1 % changed, in few files"
NOTHING: Final = "nothing changed"


@dataclass(frozen=True, slots=True)
class Item:
    """A snippet to write."""

    title: str
    outlet: str
    published: datetime
    text: str


def measure(home: Path, count: int, encoder: Encoder) -> dict[str, Any]:
    """Write a corpus of ``count`` snippets below ``home``, and build it four times."""
    corpus, index_dir = home / "corpus", home / "index"
    load_before = os.getloadavg()[0]
    written = _items()
    items = [next(written) for _ in range(count)]
    _write(corpus, items, range(count))

    def changing(rows: Sequence[int]) -> Callable[[], object]:
        def change() -> None:
            for row in rows:
                items[row] = replace(items[row], text=next(written).text)
            _write(corpus, items, rows)

        return change

    changes = max(1, round(count * CHANGED))
    spread = [i * count // changes for i in range(changes)]
    stages: dict[str, Callable[[], object]] = {
        FIRST: lambda: None,
        SPREAD: changing(spread),
        TOGETHER: changing(range(changes)),
        NOTHING: lambda: None,
    }
    rows: dict[str, dict[str, float]] = {}
    for stage, change in stages.items():
        change()
        # Files that changed a moment ago are hashed once more; those of a corpus in use are not.
        time.sleep(RACY_NS / 1e9 + 0.1)
        started = time.perf_counter()
        report = build.rebuild([corpus], index_dir, encoder, progress=_told)
        rows[stage] = _row(report, time.perf_counter() - started)
    first = rows[FIRST]["seconds"]
    return {
        "snippets": count,
        "changed": changes,
        "files": rows[FIRST]["files"],
        "cores": os.cpu_count(),
        "load_1min": [load_before, os.getloadavg()[0]],
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "builds": rows,
        "of_the_first": {stage: row["seconds"] / first for stage, row in rows.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snippets", type=int, default=20_000)
    parser.add_argument(
        "--work", type=Path, help="where to write the corpus and its index; both go in the end"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work) as home:
        report = measure(Path(home), options.snippets, load_encoder())
    print(json.dumps(report, indent=2) if options.json else _table(report))


def _items() -> Iterator[Item]:
    """Write one item of each article, so that no two are copies."""
    for article in Newsroom(SEED).articles():
        yield _item(article)


def _item(article: Article) -> Item:
    text = " ".join(article.sentences[:SENTENCES])
    return Item(article.title, article.outlet, article.published, text)


def _write(directory: Path, items: Sequence[Item], changed: Collection[int]) -> None:
    """Write the files that hold one of the changed rows."""
    directory.mkdir(parents=True, exist_ok=True)
    for number in sorted({row // SNIPPETS_IN_A_FILE for row in changed}):
        part = items[number * SNIPPETS_IN_A_FILE : (number + 1) * SNIPPETS_IN_A_FILE]
        if number % 2:
            # The blank lines say that no item goes on with the story of the one before.
            (directory / f"{number:04}.txt").write_text(
                "\n\n".join(item.text for item in part) + "\n", "utf-8"
            )
        else:
            (directory / f"{number:04}.jsonl").write_text(
                "".join(f"{_record(item)}\n" for item in part), "utf-8"
            )


def _record(item: Item) -> str:
    return json.dumps(
        {
            "title": item.title,
            "source": item.outlet,
            "published": item.published.isoformat(),
            "text": item.text,
        },
        ensure_ascii=False,
    )


def _row(report: BuildReport, seconds: float) -> dict[str, float]:
    return {
        "seconds": seconds,
        "files": report.files,
        "snippets": report.snippets,
        "passages": report.passages,
        "embedded": report.embedded,
        "reused": report.reused,
        "removed": report.removed,
        "published": report.published,
    }


def _told(stage: str, done: int, total: int) -> None:
    print(f"\r{stage} {done:,} of {total:,}    ", end="", file=sys.stderr, flush=True)


def _table(report: dict[str, Any]) -> str:
    """Lay the report out for reading."""
    lines = [
        (
            f"{report['snippets']:,} snippets in {report['files']:,} files, {report['cores']}"
            f" cores, load {' to '.join(f'{load:.1f}' for load in report['load_1min'])},"
            f" peak {report['peak_rss_mb']:,.0f} MB"
        ),
        "",
        f"{'':28}{'seconds':>10}{'of the first':>14}{'embedded':>10}{'reused':>10}{'removed':>10}",
    ]
    lines += [
        f"{stage:28}{row['seconds']:10.2f}{report['of_the_first'][stage]:14.2%}"
        f"{row['embedded']:10,}{row['reused']:10,}{row['removed']:10,}"
        for stage, row in report["builds"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
