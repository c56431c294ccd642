"""What the snapshot before offers a build: passages of unchanged files, and vectors by text."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from index.building.gathering import Known
from index.engines.kinds import VectorLayout
from index.engines.opening import open_engine
from index.errors import SnapshotError
from index.snapshots import file_stamps, opening, passage_store, sentence_vectors
from index.snapshots.sentence_vectors import SentenceVectors, Stored

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoders.protocol import EncoderSpec
    from index.engines.milvus_server import Milvus
    from index.engines.protocol import VectorEngine
    from index.snapshot import Snapshot
    from index.snapshots.passage_store import PassageStore

_ROWS: Final = 4_096

_log = logging.getLogger(__name__)


class Previous:
    """An earlier snapshot, open; or none, which offers nothing."""

    def __init__(
        self,
        opened: Snapshot | None = None,
        store: PassageStore | None = None,
        engine: VectorEngine | None = None,
        sentences: Stored | None = None,
    ) -> None:
        self.snapshot = opened
        self.engine = engine
        self.sentences = sentences
        self.store = store

    @property
    def layout(self) -> VectorLayout:
        """How its vectors lie."""
        return VectorLayout() if self.snapshot is None else self.snapshot.manifest.vectors

    def known(self, index_dir: Path, root: Path, key: str) -> Known:
        """Return what is known of the files, with the store if they were read as ``key`` says."""
        stamps = file_stamps.read(index_dir, root)
        if self.snapshot is None or self.store is None:
            return Known(stamps=stamps)
        same = self.snapshot.manifest.reading == key
        files = {file.path: file for file in self.store.files()}
        rows = self.store.rows_of_files()
        return Known(self.store if same else None, files, rows, stamps)

    def gone(self, standing: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows whose passages do not stand; ``standing`` are those that do."""
        return np.setdiff1d(np.arange(0 if self.store is None else len(self.store)), standing)

    def rows_of_keys(self, keys: Collection[str]) -> dict[str, int]:
        """Return the rows whose vectors were made from the same."""
        return self.store.rows_of_keys(keys) if self.store is not None and keys else {}

    def sentences_gone(
        self, standing: NDArray[np.int64], spec: EncoderSpec
    ) -> Iterator[tuple[str, NDArray[np.float16]]]:
        """Yield the texts, with their vectors, of sentences of passages that do not stand.

        ``standing`` are the rows that do. Nothing is yielded if the model is another.
        """
        if self.snapshot is None or self.store is None or self.sentences is None:
            return
        if self.snapshot.manifest.weights_sha256 != spec.weights_sha256:
            return
        gone = self.gone(standing)
        for start in range(0, len(gone), _ROWS):
            rows = gone[start : start + _ROWS].tolist()
            for row, passage in zip(rows, self.store.by_rows(rows), strict=True):
                vectors = self.sentences.sentences.of(row)
                yield from zip(sentence_vectors.texts([passage]), vectors, strict=True)


@contextlib.contextmanager
def opened(index_dir: Path, milvus: Milvus | None = None) -> Generator[Previous]:
    """Open the current snapshot, if there is a whole one."""
    try:
        current = opening.open_current(index_dir)
        engine = open_engine(current.directory, current.manifest.vectors, milvus)
        sentences = Stored(current.directory, SentenceVectors(current.directory))
        store = passage_store.PassageStore(current.directory)
    except SnapshotError as error:
        _log.debug("nothing to reuse: %s", error)
        yield Previous()
        return
    with contextlib.closing(store):
        yield Previous(current, store, engine, sentences)
