"""The vectors of a snapshot's sentences, so that a question embeds nothing but itself.

A matrix of float16 holds one row a sentence, passage by passage in row order; ``offsets[row]`` and
``offsets[row + 1]`` bound those of one passage. Half precision moves a cosine by less than 0.001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from index.errors import CorruptSnapshotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage

    Vector = NDArray[np.float16] | NDArray[np.float32]
    Encode = Callable[[Sequence[str], Callable[[int], object]], NDArray[np.float32]]

FILE: Final = "sentences.npy"
OFFSETS: Final = "sentence_offsets.npy"
SLICE: Final = 8_192
"""So many sentences are embedded at a time: an encoder's float32 for all would not be small."""


class SentenceVectors:
    """Reads the sentences' vectors of one snapshot from the disk. Calls may run concurrently."""

    def __init__(self, directory: Path) -> None:
        """Open the files of a snapshot's directory. Raises CorruptSnapshotError."""
        try:
            self._matrix: NDArray[np.float16] = np.load(directory / FILE, mmap_mode="r")
            self._offsets: NDArray[np.int64] = np.load(directory / OFFSETS)
            fits = _fit(self._matrix, self._offsets)
        except (OSError, EOFError, ValueError):
            fits = False
        if not fits:
            raise CorruptSnapshotError(
                f"The sentences' vectors of the index {directory} cannot be read.",
                remedy="Run `newsquote rebuild`.",
                path=str(directory),
            )

    def __len__(self) -> int:
        """Count the passages."""
        return len(self._offsets) - 1

    def of(self, row: int) -> NDArray[np.float16]:
        """Return the vectors of one passage's sentences, in order: (sentences, dimension)."""
        return self._matrix[self._offsets[row] : self._offsets[row + 1]]

    def cosines(self, row: int, query_vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of each of a passage's sentences to a unit vector."""
        return self.of(row).astype(np.float32) @ query_vector


def texts(passages: Iterable[Passage]) -> list[str]:
    """List every sentence of the passages, in row order: what the rows are embedded from."""
    return [span.of(passage.text) for passage in passages for span in passage.sentences]


def gather(
    sentences: Sequence[str],
    known: Iterable[tuple[str, Vector]],
    encode: Encode,
    dimension: int,
    tell: Callable[[int, int], object],
) -> NDArray[np.float16]:
    """Return one row a sentence, each text embedded once and none that is known.

    ``known`` are texts with their vectors by the same model; a vector depends on nothing but the
    text, so none is wrong wherever it comes from. ``tell`` hears how many are embedded, of how
    many; it is not called where there are none.
    """
    vectors = np.zeros((len(sentences), dimension), dtype=np.float16)
    first: dict[str, int] = {}
    for row, text in enumerate(sentences):
        first.setdefault(text, row)
    new = dict(first)
    for text, vector in known:
        row = new.pop(text, None)
        if row is not None:
            vectors[row] = vector
    _embed(vectors, new, encode, tell)
    source = np.fromiter((first[text] for text in sentences), dtype=np.int64, count=len(sentences))
    repeated = np.flatnonzero(source != np.arange(len(sentences)))
    vectors[repeated] = vectors[source[repeated]]
    return vectors


def write(directory: Path, passages: Sequence[Passage], vectors: NDArray[np.float16]) -> None:
    """Write the vectors of all sentences of these passages into a snapshot's directory."""
    offsets = np.zeros(len(passages) + 1, dtype=np.int64)
    np.cumsum([len(passage.sentences) for passage in passages], out=offsets[1:])
    np.save(directory / FILE, vectors)
    np.save(directory / OFFSETS, offsets)


def _embed(
    vectors: NDArray[np.float16],
    new: dict[str, int],
    encode: Encode,
    tell: Callable[[int, int], object],
) -> None:
    """Fill in the rows of what is new, a slice at a time."""
    missing = list(new)
    if missing:
        tell(0, len(missing))
    for start in range(0, len(missing), SLICE):
        part = missing[start : start + SLICE]

        def told(done: int, before: int = start) -> None:
            tell(before + done, len(missing))

        vectors[[new[text] for text in part]] = encode(part, told)


def _fit(matrix: NDArray[np.float16], offsets: NDArray[np.int64]) -> bool:
    """Say whether the offsets cut the whole matrix into runs."""
    if (matrix.dtype, matrix.ndim) != (np.float16, 2):
        return False
    if (offsets.dtype, offsets.ndim) != (np.int64, 1) or not len(offsets):
        return False
    ends = (int(offsets[0]), int(offsets[-1]))
    return ends == (0, len(matrix)) and bool((np.diff(offsets) >= 0).all())
