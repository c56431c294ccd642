"""How long an index takes to build, and to build again where one passage in a hundred changed.

Where passages are embedded, everything is done as for any corpus. Where embedding so many would
take hours, files are not read and vectors are drawn (:mod:`index.benchmarking.short_index`), for
the plain way too: then all the rest of building is measured.
"""

from __future__ import annotations

import json
import time
from itertools import islice
from typing import TYPE_CHECKING, Final

from index import build, snapshot
from index.benchmarking import plain_way
from index.benchmarking.home import CORPUS, INDEX, PLAIN, QUESTIONS
from index.benchmarking.news_index import SEED
from index.benchmarking.plain_way import PlainWay
from index.benchmarking.rows import Row, Unit, What
from index.benchmarking.short_index import (
    ITEMS_IN_A_FILE,
    DrawnVectors,
    build_short,
    keep_questions,
)
from index.benchmarking.short_news import ShortNews
from index.encoders.loading import load_encoder
from index.snapshots.file_stamps import RACY_NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.benchmarking.short_news import Item
    from index.encoders.protocol import Encoder

CHANGED_OF: Final = 100
"""One passage of so many is changed before the second build."""
DRAWN: Final = "vectors drawn and files not read, for both"
BEGINS_ANEW: Final = "the plain way begins anew"
_MB: Final = 1_000_000


def measure(home: Path, passages: int, *, embedded: bool) -> list[Row]:
    """Build both indexes of so many passages below ``home``, and ours a second time."""
    encoder = load_encoder()
    if not embedded:
        encoder = DrawnVectors(encoder.spec)
    seconds = _built(home, passages, encoder, embedded=embedded)
    plain_seconds = _plainly_built(home, passages, encoder, embedded=embedded)
    _change(home / CORPUS, passages)
    started = time.perf_counter()
    report = build.rebuild([home / CORPUS], home / INDEX, encoder)
    again = time.perf_counter() - started
    standing = snapshot.open_current(home / INDEX).directory
    note = "" if embedded else DRAWN

    def row(what: What, unit: Unit, ours: float, plain: float, note: str = note) -> Row:
        return Row(what, unit, ours, plain, report.passages, note)

    return [
        row(What.BUILD, Unit.SECONDS, seconds, plain_seconds),
        row(What.REBUILD, Unit.SECONDS, again, plain_seconds, BEGINS_ANEW),
        row(What.DISK, Unit.MEGABYTES, _size_mb(standing), _size_mb(home / PLAIN), ""),
    ]


def _built(home: Path, passages: int, encoder: Encoder, *, embedded: bool) -> float:
    if not embedded:
        return build_short(home, passages, encoder).seconds
    items = list(islice(ShortNews(SEED).items(), passages))
    (home / CORPUS).mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(items), ITEMS_IN_A_FILE)):
        lines = map(_record, items[start : start + ITEMS_IN_A_FILE])
        (home / CORPUS / f"{number:05}.jsonl").write_text("".join(lines), "utf-8")
    keep_questions(home / QUESTIONS, items)
    started = time.perf_counter()
    build.rebuild([home / CORPUS], home / INDEX, encoder)
    return time.perf_counter() - started


def _plainly_built(home: Path, passages: int, encoder: Encoder, *, embedded: bool) -> float:
    texts = [item.text for item in islice(ShortNews(SEED).items(), passages)]
    model = plain_way.load_model() if embedded else None
    drawn = encoder.encode_passages([] if embedded else texts)
    started = time.perf_counter()
    PlainWay.build(home / PLAIN, texts, plain_way.embed(model, texts) if embedded else drawn)
    return time.perf_counter() - started


def _change(corpus: Path, passages: int) -> None:
    """Put other items in place of the first ones."""
    others = islice(ShortNews(SEED + 1).items(), max(1, passages // CHANGED_OF))
    for path, lines in _files(corpus):
        kept = [_line(path, other) for other in islice(others, len(lines))]
        if not kept:
            break
        path.write_text("".join((*kept, *lines[len(kept) :])), "utf-8")
    # Files that changed a moment ago are hashed once more; those of a corpus in use are not.
    time.sleep(RACY_NS / 1e9 + 0.1)


def _files(corpus: Path) -> Iterator[tuple[Path, Sequence[str]]]:
    for path in sorted(corpus.iterdir()):
        yield path, path.read_text("utf-8").splitlines(keepends=True)


def _line(path: Path, item: Item) -> str:
    return _record(item) if path.suffix == ".jsonl" else f"{item.text}\n"


def _record(item: Item) -> str:
    fields = {
        "title": item.title,
        "source": item.outlet,
        "published": item.published.isoformat(),
        "text": item.text,
    }
    return f"{json.dumps(fields, ensure_ascii=False)}\n"


def _size_mb(directory: Path) -> float:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file()) / _MB
