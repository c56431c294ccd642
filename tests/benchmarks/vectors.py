"""How exact and how fast each kind of vector engine is, beside IndexFlatIP in the same process.

    python tests/benchmarks/vectors.py [--sizes 10000 100000] [--queries 200] [--json]

Vectors are drawn from a mixture: 8,192 centres, each vector about 39 degrees from its own, as
:class:`index.benchmarking.short_index.DrawnVectors` does; questions are stored vectors turned by
25 degrees. Isotropic vectors would be no fair test: texts are not spread like that. Recall is that
of the ten (and the hundred) nearest by IndexFlatIP in float32. Times are of the processor, which
load changes little: medians of questions asked one by one, for a hundred results, as a question to
the index asks for, each on one thread, but for the halves of very many quantised vectors. First the
two take turns, and each finds the processor's caches full of the other's vectors; then all
questions go once more to each, alone. Opening is by memory map, with the file in the page cache.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import threads
from index.engines import kinds
from index.engines.faiss_engine import MAIN, FaissEngine
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import Chosen, Kind
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DIMENSION: Final = 384
CENTRES: Final = 8_192
SPREAD: Final = 0.8
K: Final = 100
SEED: Final = 6
CHUNK: Final = 65_536


def drawn(count: int, queries: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw unit vectors around centres, and questions near some of them."""
    chance = np.random.default_rng(SEED)
    centres = _unit(chance.standard_normal((CENTRES, DIMENSION), dtype=np.float32))
    vectors = np.empty((count, DIMENSION), dtype=np.float32)
    for start in range(0, count, CHUNK):
        part = vectors[start : start + CHUNK]
        chance.standard_normal(out=part, dtype=np.float32)
        part *= np.float32(SPREAD / np.sqrt(DIMENSION))
        part += centres[chance.integers(0, CENTRES, len(part))]
        _unit(part)
    chosen = vectors[chance.choice(count, queries, replace=False)]
    noise = chance.standard_normal(chosen.shape, dtype=np.float32)
    noise *= np.float32(0.47 / np.sqrt(DIMENSION))
    return vectors, _unit(chosen + noise)


def measure(
    vectors: NDArray[np.float32], queries: NDArray[np.float32], kind: Kind, directory: Path
) -> dict[str, Any]:
    """Write, open and ask one kind, and IndexFlatIP beside it."""
    import faiss

    threads.use_for(Work.BUILD)
    flat: Any = faiss.IndexFlatIP(DIMENSION)
    flat.add(vectors)
    started = time.perf_counter()
    writer = FaissWriter(DIMENSION, Chosen(kind, "asked for"))
    for start in range(0, len(vectors), CHUNK):
        writer.add(vectors[start : start + CHUNK])
    written = writer.publish(directory / MAIN)
    built_s = time.perf_counter() - started
    layout = kinds.whole(written, kind)
    del writer
    threads.use_for(Work.QUESTIONS)
    opening: list[float] = []
    engine = FaissEngine.open(directory, layout)
    for _ in range(5):
        started = time.process_time()
        engine = FaissEngine.open(directory, layout)
        opening.append(time.process_time() - started)
    taken: dict[str, list[float]] = {"flat": [], "kind": []}
    recalls: list[tuple[float, float]] = []
    off = 0.0
    for query in queries:
        asked = query[None, :]
        started = time.process_time()
        _, expected = flat.search(asked, K)
        middle = time.process_time()
        rows, scores = engine.search(asked, K)
        taken["flat"].append(middle - started)
        taken["kind"].append(time.process_time() - middle)
        nearest = expected[0].tolist()
        recalls.append(
            (
                len(set(rows[0, :10].tolist()) & set(nearest[:10])) / 10,
                len(set(rows[0].tolist()) & set(nearest)) / K,
            )
        )
        off = max(off, float(np.abs(vectors[rows[0]] @ query - scores[0]).max()))
    flat_ms, kind_ms = (float(np.median(taken[name])) * 1_000 for name in ("flat", "kind"))
    flat_alone_ms, kind_alone_ms = (_alone_ms(each.search, queries) for each in (flat, engine))
    at_10, at_100 = np.mean(recalls, axis=0).tolist()
    return {
        "vectors": len(vectors),
        "kind": written.kind.value,
        "k_factor": written.k_factor,
        "recall_at_10": round(at_10, 4),
        "recall_at_100": round(at_100, 4),
        "calibrated": [written.recall_at_10, written.recall_at_100],
        "cpu_ms": round(kind_ms, 2),
        "flat_cpu_ms": round(flat_ms, 2),
        "times_faster": round(flat_ms / kind_ms, 1),
        "alone": [round(kind_alone_ms, 2), round(flat_alone_ms, 2)],
        "times_faster_alone": round(flat_alone_ms / kind_alone_ms, 1),
        "open_cpu_ms": round(float(np.median(opening)) * 1_000, 1),
        "bytes_a_vector": round(written.size_bytes / len(vectors)),
        "built_s": round(built_s, 1),
        "score_off": round(off, 6),
        "load_1min": round(os.getloadavg()[0], 1),
    }


def _alone_ms(search: Callable[..., object], queries: NDArray[np.float32]) -> float:
    """Return the median of the processor's milliseconds of questions one after the other."""
    taken: list[float] = []
    for query in queries:
        started = time.process_time()
        search(query[None, :], K)
        taken.append(time.process_time() - started)
    return float(np.median(taken)) * 1_000


def table(results: list[dict[str, Any]]) -> str:
    """Lay the results out for reading."""
    names = list(results[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(each[name]) for name in names) + " |" for each in results]
    return "\n".join(lines)


def main() -> None:
    """Measure each kind at each size, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--kinds", type=Kind, nargs="+", default=list(Kind))
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results: list[dict[str, Any]] = []
    for size in options.sizes:
        vectors, queries = drawn(size, options.queries)
        for kind in options.kinds:
            with tempfile.TemporaryDirectory() as temporary:
                results.append(measure(vectors, queries, kind, Path(temporary)))
    print(json.dumps(results, indent=2) if options.json else table(results))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


if __name__ == "__main__":
    main()
