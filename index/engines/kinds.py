"""How a snapshot's vectors are kept and searched: which kind, chosen by how many they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

FLAT_MOST: Final = 20_000
HALF_MOST: Final = 100_000
QUERIES_SAMPLED: Final = 1_000
"""So many sentences of the corpus stand for questions when a quantised index is calibrated."""


class Kind(StrEnum):
    """A kind of engine, the exact one first; each trades exactness for size and time.

    FLAT compares the question with every vector, in float32. HALF does so in half precision: half
    the size, and a cosine is off by less than 0.0005. PQ compares with four bits for four numbers
    at a time (product quantisation, fast scan), and the best of these with the vectors in half
    precision; how many, a calibration says. MILVUS keeps the vectors in a server, which finds them
    by a graph; it is never taken unless asked for.
    """

    FLAT = "faiss-flat"
    HALF = "faiss-fp16"
    PQ = "faiss-pq"
    MILVUS = "milvus"


SCORE_TOLERANCE: Final = {Kind.FLAT: 1e-5, Kind.HALF: 5e-4, Kind.PQ: 5e-4, Kind.MILVUS: 1e-5}
"""So much at most is a score off the cosine. Half precision keeps 11 bits of each number."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A kind and why it was taken, as a person reads it."""

    kind: Kind
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the kind, which may be a more exact one than was chosen, and why."""

    kind: Kind
    why: str
    vectors: int
    size_bytes: int
    k_factor: int = 0
    recall_at_10: float | None = None
    recall_at_100: float | None = None
    queries: int = 0


@dataclass(frozen=True, slots=True)
class VectorLayout:
    """How a snapshot's vectors lie, and how they are searched; the manifest keeps it.

    ``why`` says why it is this kind. ``k_factor`` is how many are compared in half precision for
    each of ten results, 0 where all vectors are compared; with it, ``recall_at_10`` of the ten
    and ``recall_at_100`` of the hundred that exact search finds were found for ``queries`` of the
    corpus's own vectors (None where that was not measured). Of the vectors, ``main``
    lie in the main segment, ``gone`` of them of no passage any more, and ``side`` beside it; the
    files have ``main_bytes`` and ``side_bytes``. ``mapped`` says that a file tells where each row's
    vector lies; else it lies at the row's place. ``chosen`` is the kind that was to be, where it
    turned out not to be exact enough.
    """

    kind: Kind = Kind.FLAT
    why: str = ""
    k_factor: int = 0
    recall_at_10: float | None = None
    recall_at_100: float | None = None
    queries: int = 0
    main: int = 0
    side: int = 0
    gone: int = 0
    main_bytes: int = 0
    side_bytes: int = 0
    mapped: bool = False
    chosen: Kind = Kind.FLAT

    def serves(self, chosen: Kind) -> bool:
        """Say whether this is what a build that chooses this kind would come to."""
        return chosen in {self.kind, self.chosen}


def choose(count: int, asked: Kind | None = None) -> Chosen:
    """Choose the kind for so many vectors, unless one is asked for."""
    if asked is not None:
        return Chosen(asked, "asked for")
    if count <= FLAT_MOST:
        return Chosen(Kind.FLAT, f"{count:,} vectors, up to {FLAT_MOST:,} are searched exactly")
    if count <= HALF_MOST:
        return Chosen(
            Kind.HALF, f"{count:,} vectors, from {FLAT_MOST:,} to {HALF_MOST:,} in half precision"
        )
    return Chosen(Kind.PQ, f"{count:,} vectors, above {HALF_MOST:,} quantised")


def whole(written: Written, chosen: Kind) -> VectorLayout:
    """Say how vectors lie that were all written into the main segment, row by row."""
    return VectorLayout(
        written.kind,
        written.why,
        written.k_factor,
        written.recall_at_10,
        written.recall_at_100,
        written.queries,
        main=written.vectors,
        main_bytes=written.size_bytes,
        chosen=chosen,
    )


def beside(layout: VectorLayout, side: Written | None, gone: int) -> VectorLayout:
    """Say how vectors lie whose main segment stays as a layout says, with others beside it."""
    return replace(
        layout,
        side=side.vectors if side else 0,
        side_bytes=side.size_bytes if side else 0,
        gone=gone,
        mapped=True,
    )
