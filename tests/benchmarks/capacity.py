"""What an index of a million to a thousand million passages takes, computed from what is measured.

    python tests/benchmarks/capacity.py measure FIGURES.json [--passages 5000 20000]
    python tests/benchmarks/capacity.py plan FIGURES.json [--milvus-vector BYTES]

``measure`` builds indexes of short invented news (two sentences, about 68 word pieces; vectors are
drawn) in processes of their own, and takes from the larger one the bytes of every part a passage,
and from both how much the builder's peak memory grows a passage. It embeds some passages and their
sentences on one thread, in processor time, and builds FAISS graphs of drawn vectors, the ones that
Milvus has too (HNSW with 16 links, plain and SQ8), for their bytes a vector. ``plan`` multiplies;
what ``milvus_memory.py`` measured of the server stands in for its graph where it is given.

Nothing here measures DiskANN, a network, or more passages than it was told; what the plan says of
them is arithmetic. Prices are options, and nobody's offer.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index import snapshot
from index.benchmarking.short_index import DrawnVectors, build_short
from index.benchmarking.short_news import ShortNews
from index.encoders.loading import load_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIZES: Final = (10**6, 10**7, 10**8, 10**9)
TEXTS: Final = 128
VECTORS: Final = 20_000
DIMENSION: Final = 384
LINKS: Final = 16
PQ_CODE_BYTES: Final = DIMENSION // 4 // 2
"""Four bits for four numbers (faiss-pq): what every question reads of every vector."""
FAISS: Final = "faiss-pq, mapped"
FAISS_SHARE: Final = 0.02
"""It reads all codes for every question: a few seconds where they are more than this of a node."""
DISKANN_SHARE: Final = 0.25
"""PQCodeBudgetGBRatio and SearchCacheBudgetGBRatio of Milvus's documentation. Not measured."""
DAY_H: Final = 24
GB: Final = 10**9
PARTS: Final = {
    "passages": ("corpus.sqlite", "passages.sqlite", "passages_side.sqlite"),
    "sentence vectors": ("sentence",),
    "words": ("lexical/", "vocabulary/"),
    "filters": ("columns/",),
    "passage vectors": ("vectors",),
}


class Figures(msgspec.Struct):
    """What was measured, a passage or a vector each."""

    passages: list[int]
    part_bytes: dict[str, float]
    builder_bytes: float
    embed_core_s: float
    hnsw_bytes: float
    hnsw_sq8_bytes: float
    load_1min: float


def measure(sizes: Sequence[int]) -> Figures:
    """Measure all of it; the sizes ascend."""
    small, large = (_in_a_process(size) for size in sizes)
    grown = (large["peak_bytes"] - small["peak_bytes"]) / (sizes[1] - sizes[0])
    return Figures(
        list(sizes),
        {name: count / sizes[1] for name, count in large["parts"].items()},
        grown,
        _embedding_core_s(),
        *_graph_bytes(),
        os.getloadavg()[0],
    )


def build(size: int) -> dict[str, Any]:
    """Build an index here, and say what its parts take and how much memory that took."""
    with tempfile.TemporaryDirectory() as home:
        build_short(Path(home), size, DrawnVectors(load_encoder().spec))
        index_dir = Path(home) / "index"
        directory = index_dir / snapshot.current_id(index_dir)
        files = {
            path.relative_to(directory).as_posix(): path.stat().st_size
            for path in directory.rglob("*")
            if path.is_file()
        }
    parts = {
        part: sum(size for name, size in files.items() if name.startswith(starts))
        for part, starts in PARTS.items()
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"parts": parts, "peak_bytes": peak}


def plan(figures: Figures, prices: argparse.Namespace) -> list[dict[str, str]]:
    """Multiply, size by size."""
    return [_row(size, figures, prices) for size in SIZES]


def _row(size: int, figures: Figures, prices: argparse.Namespace) -> dict[str, str]:
    parts = figures.part_bytes
    own_gb = size * sum(parts[name] for name in PARTS if name != "passage vectors") / GB
    core_h = size * figures.embed_core_s / 3_600
    options = {
        FAISS: PQ_CODE_BYTES,
        "Milvus HNSW": prices.milvus_vector or figures.hnsw_bytes,
        "Milvus HNSW SQ8": figures.hnsw_sq8_bytes,
        "Milvus DiskANN": DIMENSION * 4 * DISKANN_SHARE,
    }
    memory = {name: size * each / GB for name, each in options.items()}
    engine = chosen(memory, prices.node_gb)
    nodes = max(1, -(-int(memory[engine]) // int(prices.node_gb * prices.filled)))
    vector_bytes = 2 * DIMENSION + PQ_CODE_BYTES if engine == FAISS else 4 * DIMENSION
    disk_gb = own_gb + size * vector_bytes / GB
    builder_gb = size * figures.builder_bytes / GB
    month = nodes * prices.node_month + disk_gb * prices.gb_month
    return {
        "passages": f"{size:,}",
        "embedding, core hours": f"{core_h:,.0f}",
        "cores for a day": f"{core_h / DAY_H:,.0f}",
        "embedding costs": f"{core_h * prices.core_hour:,.0f}",
        "disk GB": f"{disk_gb:,.0f}",
        "builder GB": f"{builder_gb:,.0f}",
        **{f"{name} GB": f"{each:,.1f}" for name, each in memory.items()},
        "engine": engine,
        "nodes": str(nodes),
        "a month costs": f"{month:,.0f}",
    }


def chosen(memory_gb: dict[str, float], node_gb: float) -> str:
    """Take the first engine that a few nodes hold: FAISS on one, then the exacter graph."""
    for name, nodes in (
        (FAISS, FAISS_SHARE),
        ("Milvus HNSW", 4),
        ("Milvus HNSW SQ8", 8),
    ):
        if memory_gb[name] <= nodes * node_gb:
            return name
    return "Milvus DiskANN"


def table(rows: Sequence[dict[str, str]]) -> str:
    """Lay the plan out, a size a column."""
    names = list(rows[0])
    lines = ["| " + " | ".join([names[0], *(row[names[0]] for row in rows)]) + " |"]
    lines.append("|---" * (len(rows) + 1) + "|")
    lines += ["| " + " | ".join([name, *(row[name] for row in rows)]) + " |" for name in names[1:]]
    return "\n".join(lines)


def _in_a_process(size: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "build", str(size)],
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def _embedding_core_s() -> float:
    """Embed passages and their sentences on one thread, as a worker does; CPU seconds a passage."""
    encoder = load_encoder()
    items = list(islice(ShortNews(5).items(), TEXTS))
    passages = [each.text for each in items]
    sentences = [span.of(each.text) for each in items for span in each.sentences]
    encoder.encode_queries(passages[:4])
    started = time.process_time()
    for texts in (passages, sentences):
        for group in encoder.groups(texts):
            encoder.encode_queries([texts[place] for place in group])
    return (time.process_time() - started) / TEXTS


def _graph_bytes() -> tuple[float, float]:
    """Return the bytes a vector of a graph of links, with plain vectors and with one byte each."""
    import faiss

    drawn: NDArray[np.float32] = np.random.default_rng(1).standard_normal(
        (VECTORS, DIMENSION), dtype=np.float32
    )
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    one_byte: Any = faiss.ScalarQuantizer.QT_8bit  # its types say int, and take none
    kinds: list[Any] = [
        faiss.IndexHNSWFlat(DIMENSION, LINKS, faiss.METRIC_INNER_PRODUCT),
        faiss.IndexHNSWSQ(DIMENSION, one_byte, LINKS, faiss.METRIC_INNER_PRODUCT),
    ]
    sizes: list[float] = []
    for graph in kinds:
        graph.hnsw.efConstruction = 16  # how well it is laid makes no difference to its size
        graph.train(drawn)
        graph.add(drawn)
        sizes.append(len(faiss.serialize_index(graph)) / VECTORS)
    return sizes[0], sizes[1]


def main() -> None:
    """Measure, or print the plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build")
    building.add_argument("passages", type=int)
    measuring = commands.add_parser("measure")
    measuring.add_argument("figures", type=Path)
    measuring.add_argument("--passages", type=int, nargs=2, default=[5_000, 20_000])
    planning = commands.add_parser("plan")
    planning.add_argument("figures", type=Path)
    planning.add_argument("--milvus-vector", type=float, default=0, help="bytes, as measured")
    planning.add_argument("--core-hour", type=float, default=0.04)
    planning.add_argument("--node-gb", type=float, default=64)
    planning.add_argument("--filled", type=float, default=0.7, help="share of a node's memory")
    planning.add_argument("--node-month", type=float, default=300)
    planning.add_argument("--gb-month", type=float, default=0.08)
    options = parser.parse_args()
    if options.command == "build":
        print(json.dumps(build(options.passages)))
    elif options.command == "measure":
        figures = measure(options.passages)
        options.figures.write_bytes(msgspec.json.format(msgspec.json.encode(figures)))
        print(options.figures.read_text())
    else:
        figures = msgspec.json.decode(options.figures.read_bytes(), type=Figures)
        print(table(plan(figures, options)))


if __name__ == "__main__":
    main()
