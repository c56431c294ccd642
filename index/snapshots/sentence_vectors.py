"""The vectors of a snapshot's sentences, so that a question embeds nothing but itself.

A matrix of float16 holds one row a sentence, passage by passage in row order; ``offsets[row]`` and
``offsets[row + 1]`` bound those of one passage. Half precision moves a cosine by less than 0.001.

Where a rebuild left the matrix as it was (:mod:`index.snapshots.segments`), a second one holds what
came, and ``starts[row]`` says where a passage's sentences begin, those of the second after all of
the first; how many they are, the offsets still say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.errors import CorruptSnapshotError
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage

    Vector = NDArray[np.float16] | NDArray[np.float32]
    Encode = Callable[[Sequence[str], Callable[[int], object]], NDArray[np.float32]]
    Ahead = Callable[[Sequence[Sequence[str]], Callable[[int], object]], None]

FILE: Final = "sentences.npy"
SIDE: Final = "sentences_side.npy"
OFFSETS: Final = "sentence_offsets.npy"
STARTS: Final = "sentence_starts.npy"
SLICE: Final = 8_192
"""So many sentences are embedded at a time: an encoder's float32 for all would not be small."""
_ROWS: Final = 16_384


class SentenceVectors:
    """Reads the sentences' vectors of one snapshot from the disk. Calls may run concurrently."""

    def __init__(self, directory: Path) -> None:
        """Open the files of a snapshot's directory. Raises CorruptSnapshotError."""
        self._side: NDArray[np.float16] | None = None
        try:
            self._matrix: NDArray[np.float16] = _mapped(directory / FILE)
            self._offsets: NDArray[np.int64] = _mapped(directory / OFFSETS)
            self._starts: NDArray[np.int64] = self._offsets[:-1]
            if (directory / STARTS).exists():
                self._starts = _mapped(directory / STARTS)
                self._side = _mapped(directory / SIDE)
            fits = _fit(self._matrix, self._side, self._offsets, self._starts)
        except (OSError, EOFError, ValueError, IndexError):
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

    @property
    def main(self) -> int:
        """Count the vectors of the first matrix."""
        return len(self._matrix)

    @property
    def regions(self) -> list[tuple[int, int]]:
        """Where the vectors are mapped: addresses and sizes."""
        matrices = [each for each in (self._matrix, self._side) if each is not None]
        return [(each.ctypes.data, each.nbytes) for each in matrices]

    def of(self, row: int) -> NDArray[np.float16]:
        """Return the vectors of one passage's sentences, in order: (sentences, dimension)."""
        start = int(self._starts[row])
        count = int(self._offsets[row + 1]) - int(self._offsets[row])
        if self._side is not None and start >= len(self._matrix):
            start -= len(self._matrix)
            return self._side[start : start + count]
        return self._matrix[start : start + count]

    def of_rows(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        """Return the vectors of the sentences of passages, passage by passage."""
        counts = self.counts(rows)
        first = self._starts[rows] - (np.cumsum(counts) - counts)
        return self._at(np.repeat(first, counts) + np.arange(int(counts.sum())))

    def counts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many sentences passages have."""
        return self._offsets[rows + 1] - self._offsets[rows]

    def starts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the sentences of passages begin."""
        return self._starts[rows]

    def sample(self, most: int) -> NDArray[np.float32]:
        """Return the vectors of so many sentences, evenly spread over the corpus."""
        total = int(self._offsets[-1])
        if not total:
            return np.zeros((0, self._matrix.shape[1]), dtype=np.float32)
        places = np.unique(np.linspace(0, total - 1, min(most, total)).astype(np.int64))
        rows = np.searchsorted(self._offsets, places, side="right") - 1
        return self._at(self._starts[rows] + places - self._offsets[rows]).astype(np.float32)

    def cosines(self, row: int, query_vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of each of a passage's sentences to a unit vector."""
        return self.of(row).astype(np.float32) @ query_vector

    def mean_cosines(
        self, rows: NDArray[np.int64], query_vector: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the cosine of the mean of each passage's sentences to a unit vector."""
        means = [self.of(row).astype(np.float32).sum(axis=0) for row in rows.tolist()]
        norms = np.maximum(np.linalg.norm(means, axis=1), 1e-9)
        return ((np.array(means, dtype=np.float32) @ query_vector) / norms).astype(np.float32)

    def _at(self, slots: NDArray[np.int64]) -> NDArray[np.float16]:
        if self._side is None:
            return self._matrix[slots]
        found = np.empty((len(slots), self._matrix.shape[1]), dtype=np.float16)
        beside = slots >= len(self._matrix)
        found[~beside] = self._matrix[slots[~beside]]
        found[beside] = self._side[slots[beside] - len(self._matrix)]
        return found


@dataclass(frozen=True, slots=True)
class Stored:
    """The sentences' vectors of a snapshot, and the directory they lie in."""

    directory: Path
    sentences: SentenceVectors


def texts(passages: Iterable[Passage]) -> list[str]:
    """List every sentence of the passages, in row order: what the rows are embedded from."""
    return [span.of(passage.text) for passage in passages for span in passage.sentences]


def gather(
    sentences: Sequence[str],
    known: Iterable[tuple[str, Vector]],
    encode: Encode,
    dimension: int,
    tell: Callable[[int, int], object],
    *,
    ahead: Ahead | None = None,
) -> NDArray[np.float16]:
    """Return one row a sentence, each text embedded once and none that is known.

    ``known`` are texts with their vectors by the same model; a vector depends on nothing but the
    text, so none is wrong wherever it comes from. ``tell`` hears how many are embedded, of how
    many; it is not called where there are none. ``ahead`` is given all slices before the first is
    embedded, and then does the telling.
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
    _embed(vectors, new, encode, tell, ahead)
    source = np.fromiter((first[text] for text in sentences), dtype=np.int64, count=len(sentences))
    repeated = np.flatnonzero(source != np.arange(len(sentences)))
    vectors[repeated] = vectors[source[repeated]]
    return vectors


def write(
    directory: Path,
    counts: NDArray[np.int64],
    new: NDArray[np.float16],
    standing: NDArray[np.int64] | None = None,
    before: Stored | None = None,
    *,
    stays: bool = False,
) -> None:
    """Write the vectors of all sentences into a snapshot's directory.

    ``counts`` says how many sentences each passage has. ``standing`` has the row that a passage
    had ``before``, whose vectors are taken from there; those of the others, -1, are ``new``. If
    the main matrix ``stays``, it is that of ``before``, and only what is not in it is written.
    """
    standing = np.full(len(counts), -1, dtype=np.int64) if standing is None else standing
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    np.save(directory / OFFSETS, offsets)
    # Where the new sentences of each passage begin among the new ones.
    own = np.cumsum(np.where(standing < 0, counts, 0)) - counts
    rows = np.arange(len(counts))
    if stays and before is not None:
        starts = np.where(standing < 0, before.sentences.main, before.sentences.starts(standing))
        rows = np.flatnonzero(starts >= before.sentences.main)
        beside = counts[rows]
        starts[rows] = before.sentences.main + np.cumsum(beside) - beside
        durable.link(before.directory / FILE, directory / FILE)
        np.save(directory / STARTS, starts)
    name = SIDE if stays else FILE
    total = int(counts[rows].sum())
    if total == len(new):
        np.save(directory / name, new)
        return
    matrix = np.lib.format.open_memmap(
        directory / name, mode="w+", dtype=np.float16, shape=(total, new.shape[1])
    )
    done = 0
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        fresh = standing[part] < 0
        vectors = np.empty((int(counts[part].sum()), new.shape[1]), dtype=np.float16)
        of_fresh = np.repeat(fresh, counts[part])
        first, last = part[fresh][:1], part[fresh][-1:]
        if len(first):
            vectors[of_fresh] = new[own[first[0]] : own[last[0]] + counts[last[0]]]
        if before is not None and not fresh.all():
            vectors[~of_fresh] = before.sentences.of_rows(standing[part[~fresh]])
        matrix[done : done + len(vectors)] = vectors
        done += len(vectors)
    matrix.flush()


def _embed(
    vectors: NDArray[np.float16],
    new: dict[str, int],
    encode: Encode,
    tell: Callable[[int, int], object],
    ahead: Ahead | None,
) -> None:
    """Fill in the rows of what is new, a slice at a time."""
    missing = list(new)
    if not missing:
        return
    tell(0, len(missing))
    slices = [missing[start : start + SLICE] for start in range(0, len(missing), SLICE)]
    if ahead is not None:
        ahead(slices, lambda done: tell(done, len(missing)))
    done = 0
    for part in slices:

        def told(more: int, before: int = done) -> None:
            if ahead is None:
                tell(before + more, len(missing))

        vectors[[new[text] for text in part]] = encode(part, told)
        done += len(part)


def _mapped(path: Path) -> NDArray[Any]:
    # A plain array over the mapped memory: one that knows its file takes ten times as long.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _fit(
    matrix: NDArray[np.float16],
    side: NDArray[np.float16] | None,
    offsets: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> bool:
    """Say whether the offsets cut the whole matrix into runs, or the starts name such in both."""
    for each in (matrix, side):
        if each is not None and (each.dtype, each.ndim) != (np.float16, 2):
            return False
    for each in (offsets, starts):
        if (each.dtype, each.ndim) != (np.int64, 1):
            return False
    if not len(offsets) or len(starts) != len(offsets) - 1:
        return False
    counts = np.diff(offsets)
    if offsets[0] != 0 or (counts < 0).any():
        return False
    if side is None:
        return int(offsets[-1]) == len(matrix)
    ends = starts + counts
    inside = (starts >= 0) & (ends <= len(matrix))
    beside = (starts >= len(matrix)) & (ends <= len(matrix) + len(side))
    return side.shape[1] == matrix.shape[1] and bool((inside | beside).all())
