"""A snapshot's vector files, written without a corpus: whole, or as many rebuilds leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index import snapshot
from index.engines import kinds
from index.engines.faiss_engine import MAIN, SIDE, SLOTS, FaissEngine
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import Chosen, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.kinds import VectorLayout


def write_segments(
    directory: Path, vectors: NDArray[np.float32], kind: Kind, *, segmented: bool
) -> VectorLayout:
    """Write vectors whole; or two thirds of them in the main segment and the rest beside it.

    Then the main one holds a dead vector after each live one, which is just as near as that.
    """
    chosen = Chosen(kind, "asked for")
    writer = FaissWriter(vectors.shape[1], chosen)
    if not segmented:
        middle = len(vectors) // 2
        writer.add(vectors[:middle])
        writer.add(vectors[middle:])
        written = writer.publish(directory / MAIN)
        return kinds.whole(written, kind)
    order = np.random.default_rng(len(vectors)).permutation(len(vectors))
    cut = -(-2 * len(vectors) // 3)
    main, side = order[:cut], order[cut:]
    slots = np.empty(len(vectors), dtype=np.int32)
    slots[main] = 2 * np.arange(len(main))
    slots[side] = 2 * len(main) + np.arange(len(side))
    writer.add(np.repeat(vectors[main], 2, axis=0))
    written = writer.publish(directory / MAIN)
    beside = FaissWriter(vectors.shape[1], Chosen(Kind.FLAT, "beside"))
    beside.add(vectors[side])
    aside = beside.publish(directory / SIDE)
    np.save(directory / SLOTS, slots)
    return kinds.beside(kinds.whole(written, kind), aside, gone=len(main))


def vectors_of(index_dir: Path) -> NDArray[np.float32]:
    """Every vector of the index that is served, in row order."""
    opened = snapshot.open_current(index_dir)
    engine = FaissEngine.open(opened.directory, opened.manifest.vectors)
    return engine.vectors(np.arange(len(engine)))
