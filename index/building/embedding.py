"""Texts → vectors; the snapshot before gives those it has of the same text by the same model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from index.building.previous import Previous
    from index.building.reporting import Progress
    from index.encoders.protocol import Encoder
    from index.engines.protocol import VectorEngine


_CHUNK: Final = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Every passage's vector, by row.

    ``sources`` has for each the row of ``before`` that has it; where it is new, -1 less its place
    in ``new``, where two of the same text have one place.
    """

    sources: NDArray[np.int64]
    new: NDArray[np.float32]
    before: VectorEngine | None

    def each(self, rows: NDArray[np.int64]) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of these rows, one after the other."""
        for start in range(0, len(rows), _CHUNK):
            yield from self.of(rows[start : start + _CHUNK])

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of these rows: (rows, dimension)."""
        sources = self.sources[rows]
        old = sources >= 0
        if self.before is None or not old.any():
            return self.new[-1 - sources]
        vectors = np.empty((len(rows), self.new.shape[1]), dtype=np.float32)
        vectors[old] = self.before.vectors(sources[old])
        vectors[~old] = self.new[-1 - sources[~old]]
        return vectors


def embed(
    texts: Sequence[str],
    keys: Sequence[str],
    standing: NDArray[np.int64],
    encoder: Encoder,
    *,
    before: Previous,
    tell: Progress,
) -> Embedded:
    """Take vectors over where the passage stands as it did, or the key is known; embed the rest.

    What several passages are embedded from, such as a wire story's copies, is embedded once.
    ``texts`` and ``keys`` are those of the passages that do not stand, in row order.
    """
    sources = standing.copy()
    fresh = np.flatnonzero(standing < 0)
    known = before.rows_of_keys(keys)
    new: dict[str, int] = {}
    for row, name in zip(fresh.tolist(), keys, strict=True):
        found = known.get(name)
        sources[row] = -1 - new.setdefault(name, len(new)) if found is None else found
    vectors = np.zeros((0, encoder.spec.dimension), dtype=np.float32)
    if new:
        tell("embedding", 0, len(new))
        by_key = dict(zip(keys, texts, strict=True))
        vectors = encoder.encode_passages(
            [by_key[name] for name in new], lambda done: tell("embedding", done, len(new))
        )
    return Embedded(sources, vectors, before.engine)
