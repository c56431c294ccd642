"""How many of a question's hundred nearest each way of searching finds, among real vectors.

    python tests/benchmarks/two_nodes.py --brief --shared --keep DIR
    python tests/benchmarks/candidates.py DIR [--most 200000] [--questions 100]

The vectors are those that ``two_nodes.py`` kept, the questions are its own, and what is to be found
is what comparing with all vectors in float32 finds. ``faiss-pq`` is asked with every length of its
shortlist, and which one its calibration chooses is told; a graph (HNSW) of FAISS's, with
Milvus's links and care, stands for Milvus. Times are of the processor, on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import threads
from index.benchmarking.news_index import SEED
from index.benchmarking.short_index import keep_questions
from index.benchmarking.short_news import BRIEF, ShortNews
from index.encoders.loading import load_encoder
from index.engines import calibration
from index.engines.faiss_engine import MAIN
from index.engines.faiss_segment import FaissSegment
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import Chosen, Kind
from index.engines.milvus_writer import BUILDING, LINKS
from index.ranking import CANDIDATES
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

EFS: Final = (256, 512, 1_024, 2_048, 4_096)
K_FACTORS: Final = (10, 50, 100, 200, 400)


def main() -> None:
    """Measure each way, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--most", type=int, default=200_000)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    vectors = kept(options.directory / "vectors")[: options.most]
    queries = load_encoder().encode_queries(asked(options.most, options.questions))
    for found in measured(vectors, queries):
        print(json.dumps({"vectors": len(vectors), **found}), flush=True)


def kept(directory: Path) -> Vectors:
    """Read every vector once, in the order they came in."""
    parquet: Any = import_module("pyarrow.parquet")
    tables: list[Any] = [parquet.read_table(path) for path in sorted(directory.glob("*.parquet"))]
    ids = np.array([each for table in tables for each in table.column("id").to_pylist()])
    flat = [table.column("vector").combine_chunks().flatten().to_numpy() for table in tables]
    _, first = np.unique(ids, return_index=True)
    return np.concatenate(flat).reshape(len(ids), -1)[np.sort(first)]


def asked(passages: int, questions: int) -> list[str]:
    """Ask what ``two_nodes.py`` asks of so many brief passages."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "questions.json"
        keep_questions(path, list(islice(ShortNews(SEED, BRIEF, 1).items(), passages)))
        return [each["text"] for each in json.loads(path.read_text())][:questions]


def measured(vectors: Vectors, queries: Vectors) -> Iterator[dict[str, Any]]:
    """Measure all in half precision, faiss-pq, and the graph."""
    faiss: Any = import_module("faiss")
    threads.use_for(Work.QUESTIONS)
    cosines = queries @ vectors.T
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :CANDIDATES]
    best = np.take_along_axis(cosines, nearest, axis=1).mean(axis=0)
    yield {"cosine_of_the_first": round(float(best[0]), 2), "last": round(float(best[-1]), 2)}
    rounded = vectors.astype(np.float16).astype(np.float32)
    off = np.take_along_axis(queries @ rounded.T - cosines, nearest, axis=1)
    with tempfile.TemporaryDirectory() as name:
        for kind, k_factors in ((Kind.HALF, (0,)), (Kind.PQ, K_FACTORS)):
            writer = FaissWriter(vectors.shape[1], Chosen(kind, "asked for"))
            writer.add(rounded)
            written = writer.publish(Path(name) / MAIN)
            for k_factor in k_factors:
                segment = FaissSegment.open(Path(name) / MAIN, written.size_bytes, k_factor)
                yield {
                    "engine": kind.value,
                    "k_factor": k_factor,
                    "chosen": k_factor == written.k_factor,
                    "score_off": round(float(np.abs(off).max()), 6),
                    **_found(
                        lambda query, by=segment: by.search(query, CANDIDATES)[0], queries, nearest
                    ),
                }
    graph: Any = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILDING
    threads.use_for(Work.BUILD)
    graph.add(rounded)
    threads.use_for(Work.QUESTIONS)
    for ef in EFS:
        parameters: Any = faiss.SearchParametersHNSW(efSearch=ef)
        yield {
            "engine": "graph",
            "ef": ef,
            **_found(
                lambda query, by=parameters: graph.search(query, CANDIDATES, params=by)[1],
                queries,
                nearest,
            ),
        }


def _found(
    search: Callable[[Vectors], NDArray[np.int64]], queries: Vectors, nearest: NDArray[np.int64]
) -> dict[str, Any]:
    started = time.process_time()
    rows = np.concatenate([search(query[None, :]) for query in queries])
    ms = (time.process_time() - started) * 1_000 / len(queries)
    recalls = {
        f"recall_at_{k}": sum(
            len(np.intersect1d(one[:k], other[:k]))
            for one, other in zip(rows, nearest, strict=True)
        )
        / (k * len(queries))
        for k in (calibration.K, CANDIDATES)
    }
    return {
        **{name: round(recall, 4) for name, recall in recalls.items()},
        "cpu_ms": round(ms, 2),
        "load_1min": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
