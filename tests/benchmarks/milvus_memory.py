"""How much memory the real Milvus server holds for each vector.

    python tests/benchmarks/milvus_memory.py [--vectors 100000 200000]

Starts the server in a network of its own and puts drawn vectors of 384 numbers into it as a rebuild
does, with the three numbers to filter by: one collection of the first count, one of the rest.
Memory is what all processes of the server hold (resident), once it has changed by no more than 2 %
in ten seconds: empty, with one collection, with both. Each time it is taken as the writing left it,
and again when the server was killed and started anew and holds no more than what it serves. Bytes
a vector are what the second collection added. Needs Linux, ``unshare``, and the package ``milvus``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from index.engines import milvus_aliases
from index.engines.milvus import FILE, MilvusEngine
from index.engines.milvus_server import Milvus
from index.engines.milvus_writer import MilvusWriter
from index.errors import EngineUnreachableError

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server is the tests'
import milvus_process
from benchmarks.vectors import CHUNK, DIMENSION, drawn
from milvus_process import INSIDE, MilvusProcess, in_own_network, raise_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

QUERIES: Final = 100
STEADY_S: Final = 10
STEADY: Final = 0.02
STEADY_LOOKS: Final = 120
FIELDS: Final = ("language", "outlet", "published")


def main() -> None:
    """Go into a network of its own, measure there, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, nargs=2, default=[100_000, 200_000])
    options = parser.parse_args()
    if reason := milvus_process.why_not():
        sys.exit(f"The Milvus server can't be started here: {reason}.")
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        command = [*in_own_network(), sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, check=False).returncode)
    raise_loopback()
    with tempfile.TemporaryDirectory(prefix="nq") as home:
        server = MilvusProcess(Path(home) / "milvus")
        try:
            print(json.dumps(measure(Path(home), server, *options.vectors), indent=2))
        finally:
            server.kill()


def measure(home: Path, server: MilvusProcess, some: int, all_: int) -> dict[str, object]:
    """Measure empty, load some vectors, measure, load the rest, measure."""
    vectors, queries = drawn(all_, QUERIES)
    server.start()
    engines: list[MilvusEngine] = []
    written: list[int] = []
    anew: list[int] = []
    loading_s: list[float] = []
    for part in (vectors[:0], vectors[:some], vectors[some:]):
        if len(part):
            directory = home / f"{len(engines)}"
            engine, taken_s = _loaded(directory, Milvus(server.uri, ask_s=30), part, queries)
            engines.append(engine)
            loading_s.append(round(taken_s, 1))
        written.append(steady(server.memory_bytes))
        server.kill()
        server.start()
        for engine in engines:
            _asked(engine, queries)
        anew.append(steady(server.memory_bytes))
    return {
        "vectors": [0, some, all_],
        "as_written_mb": [round(each / 1e6) for each in written],
        "started_anew_mb": [round(each / 1e6) for each in anew],
        "bytes_a_vector_as_written": round((written[2] - anew[1]) / (all_ - some)),
        "bytes_a_vector_started_anew": round((anew[2] - anew[1]) / (all_ - some)),
        "loading_s": loading_s,
        "load_1min": round(os.getloadavg()[0], 1),
    }


def steady(now: Callable[[], int]) -> int:
    """Wait until what is measured stays; the last measure."""
    seen: list[int] = []
    while len(seen) < STEADY_LOOKS:
        seen.append(now())
        last = seen[-STEADY_S:]
        if len(last) == STEADY_S and max(last) - min(last) <= STEADY * max(last):
            break
        time.sleep(1)
    return seen[-1]


def _loaded(
    directory: Path, milvus: Milvus, vectors: NDArray[np.float32], queries: NDArray[np.float32]
) -> tuple[MilvusEngine, float]:
    """Write a collection and ask it; say how long the writing took."""
    directory.mkdir()
    started = time.monotonic()
    name = milvus_aliases.new_collection(milvus_aliases.new_key())
    fields = {name: np.arange(len(vectors), dtype=np.int64) for name in FIELDS}
    writer = MilvusWriter(milvus, name, DIMENSION, fields)
    for start in range(0, len(vectors), CHUNK):
        writer.add(vectors[start : start + CHUNK])
    writer.publish(directory / FILE)
    taken_s = time.monotonic() - started
    engine = MilvusEngine.open(directory, milvus)
    _asked(engine, queries)
    return engine, taken_s


def _asked(engine: MilvusEngine, queries: NDArray[np.float32]) -> None:
    """Ask until it answers: a server that was started anew loads first."""
    until = time.monotonic() + 300
    while True:
        try:
            engine.search(queries, 10)
        except EngineUnreachableError:
            if time.monotonic() > until:
                raise
            time.sleep(1)
        else:
            return


if __name__ == "__main__":
    main()
