"""The vectors of a build → its engine: written whole, or beside a main segment that stays.

An exact index is small, and is always written whole. Vectors are in half precision everywhere. So
the same corpus gives the same bytes, whatever was there before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from index.engines import kinds
from index.engines.faiss_engine import MAIN, SIDE, SLOTS, FaissEngine
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import Chosen, Kind
from index.engines.milvus import FILE as COLLECTION
from index.engines.milvus_writer import MilvusWriter
from index.engines.opening import required
from index.snapshots import collections, columns, durable, segments, sentence_vectors
from index.snapshots.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.embedding import Embedded
    from index.building.previous import Previous
    from index.building.vectors import Vectors
    from index.engines.kinds import VectorLayout, Written
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import VectorEngineWriter
    from index.snapshots.segments import Plan

_CHUNK: Final = 16_384
_SIDE_KIND: Final = Chosen(Kind.HALF, "beside")


def write(
    directory: Path,
    made: Vectors,
    before: Previous,
    asked: Kind | None,
    *,
    milvus: Milvus | None = None,
) -> VectorLayout:
    """Write vectors of passages and of sentences, and say how the former lie.

    With the kind that says so, those of passages go to a new collection of ``milvus``; the
    directory, which has its columns, lies in the index's own.
    """
    embedded, standing = made.embedded, made.standing
    size = len(standing)
    chosen = kinds.choose(size, asked)
    plan = _plan(embedded, standing, before, chosen)
    sentence_vectors.write(
        directory, made.counts, made.sentences, standing, before.sentences, stays=plan is not None
    )
    if plan is not None and before.snapshot is not None:
        return _beside(directory, embedded, plan, before.snapshot.directory, before.layout)
    rows = np.arange(size)
    if chosen.kind is Kind.MILVUS:
        collection = MilvusWriter(
            required(milvus),
            collections.new(directory.parent),
            embedded.new.shape[1],
            columns.fields(columns.read(directory)),
            chosen.why,
        )
        return kinds.whole(_fill(collection, directory / COLLECTION, embedded, rows), chosen.kind)
    queries = None
    if chosen.kind is Kind.PQ:
        queries = SentenceVectors(directory).sample(kinds.QUERIES_SAMPLED)
    written = _segment(directory / MAIN, embedded, rows, chosen, queries)
    return kinds.whole(written, chosen.kind)


def _plan(
    embedded: Embedded, standing: NDArray[np.int64], before: Previous, chosen: Chosen
) -> Plan | None:
    """Say what stays where it lies; None where all is to be written anew."""
    layout, engine = before.layout, before.engine
    if not isinstance(engine, FaissEngine) or chosen.kind is Kind.FLAT:
        return None
    if not layout.serves(chosen.kind):
        return None
    # Sentences lie where they lay only in passages that stand; few of the others may be.
    if np.count_nonzero(standing < 0) > segments.SIDE_MOST * layout.main:
        return None
    sources = embedded.sources
    lay = np.where(sources >= 0, engine.slots[np.maximum(sources, 0)], -1)
    return segments.plan(lay, layout.main)


def _beside(
    directory: Path, embedded: Embedded, plan: Plan, earlier: Path, layout: VectorLayout
) -> VectorLayout:
    durable.link(earlier / MAIN, directory / MAIN)
    side = None
    if len(plan.beside):
        side = _segment(directory / SIDE, embedded, plan.beside, _SIDE_KIND, None)
    np.save(directory / SLOTS, plan.slots.astype(np.int32))
    return kinds.beside(layout, side, plan.gone)


def _segment(
    path: Path,
    embedded: Embedded,
    rows: NDArray[np.int64],
    chosen: Chosen,
    queries: NDArray[np.float32] | None,
) -> Written:
    return _fill(FaissWriter(embedded.new.shape[1], chosen, queries), path, embedded, rows)


def _fill(
    writer: VectorEngineWriter, path: Path, embedded: Embedded, rows: NDArray[np.int64]
) -> Written:
    for start in range(0, len(rows), _CHUNK):
        writer.add(_halved(embedded.of(rows[start : start + _CHUNK])))
    return writer.publish(path)


def _halved(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round to half precision, which moves a cosine by less than 0.0005.

    Some engines keep no more. So all of them hold the same numbers, be they embedded now or taken
    over from another engine, and passages have the same scores in each.
    """
    return vectors.astype(np.float16).astype(np.float32)
