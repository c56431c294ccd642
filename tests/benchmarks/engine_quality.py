"""Do rankings lose anything where vectors are not kept exactly? Each kind of engine, one data set.

    python tests/benchmarks/engine_quality.py DATASET [--limit 400] [--work DIR] [--json]

DATASET is a folder in BEIR format. Its index is built once for every kind (vectors are embedded
once and reused), every question is asked of each, and the measures are told with their difference
to those of exact search in float32. A kind that cannot be had for so few passages is told as the
one that was taken instead. Needs the extra ``newsquote[eval]``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index import build, snapshot
from index.building import gathering, previous
from index.encoders.loading import load_encoder
from index.engines.kinds import Kind
from index.evaluation import asking, beir, corpus, measures
from index.evaluation.indexing import Indexed
from index.evaluation.intervals import SEED
from index.snapshots import publishing

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet, Question

TOLD: Final = ("nDCG@10", "Success@1")
MOST_LOST: Final = 0.005
"""So much of a measure, as a share of it, may be lost."""


def measure(
    data: DataSet, questions: list[Question], encoder: Encoder, home: Path, kind: Kind
) -> dict[str, Any]:
    """Build the index with one kind of engine, and rank for every question."""
    library = corpus.write(data, home / "documents")
    index_dir = home / "index"
    with publishing.lock(index_dir), previous.opened(index_dir) as before:
        found = gathering.of_corpus(library.corpus, encoder)
        build.publish(
            found,
            index_dir,
            encoder,
            before=before,
            tell=_silent,
            started=time.monotonic(),
            engine=kind,
        )
    opened = snapshot.open_current(index_dir)
    asked = asking.ask_all(
        questions, Indexed(library, opened, reused=False, seconds=0.0), encoder, _silent
    )
    judged = measures.judged(data.relevance, {each.id for each in questions})
    values = measures.rank_values(measures.run_of(asked), judged)
    return {
        "taken": opened.manifest.vectors.kind.value,
        **{name: sum(values[name].values()) / len(values[name]) for name in TOLD},
    }


def main() -> None:
    """Measure every kind, print, and end with 1 where one loses more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--work", type=Path, help="where to write the index; it goes in the end")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = beir.read(options.dataset)
    questions = asking.sample(data.questions, options.limit, SEED)
    encoder = load_encoder()
    with tempfile.TemporaryDirectory(dir=options.work) as home:
        rows = {
            kind.value: measure(data, questions, encoder, Path(home), kind)
            for kind in Kind
            if kind is not Kind.MILVUS  # which is no file
        }
    exact = rows[Kind.FLAT.value]
    for row in rows.values():
        row["lost"] = max(1 - row[name] / exact[name] for name in TOLD)
    if options.json:
        print(json.dumps({"data": data.name, "questions": len(questions), "kinds": rows}))
    else:
        print(f"{data.name}: {len(questions)} questions of {len(data.documents):,} documents")
        print(f"{'asked for':14}{'taken':14}" + "".join(f"{name:>12}" for name in (*TOLD, "lost")))
        for kind, row in rows.items():
            figures = "".join(f"{row[name]:12.4f}" for name in TOLD)
            print(f"{kind:14}{row['taken']:14}{figures}{row['lost']:12.2%}")
    sys.exit(any(row["lost"] > MOST_LOST for row in rows.values()))


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""


if __name__ == "__main__":
    main()
