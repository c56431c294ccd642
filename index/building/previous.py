"""What the snapshot before offers a build: passages of unchanged files, and vectors by text."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from index.building.gathering import Known
from index.errors import SnapshotError
from index.snapshots import file_stamps, opening, passage_store, sentence_vectors
from index.snapshots.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoders.protocol import EncoderSpec
    from index.snapshot import Snapshot
    from index.snapshots.passage_store import PassageStore

VECTORS: Final = "vectors.npy"
"""Every passage's vector, float32: what the next build reuses and candidates are scored with."""

_log = logging.getLogger(__name__)


class Previous:
    """An earlier snapshot, open; or none, which offers nothing."""

    def __init__(self, opened: Snapshot | None = None, store: PassageStore | None = None) -> None:
        self.snapshot = opened
        self.store = store
        self.rows: dict[str, int] = {}
        self.vectors: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self.ids: frozenset[str] = frozenset()
        if opened is not None and store is not None:
            self.rows = {key: row for row, key in enumerate(store.vector_keys())}
            self.vectors = np.load(opened.directory / VECTORS, mmap_mode="r")
            self.ids = frozenset(store.ids())

    def known(self, index_dir: Path, root: Path, key: str) -> Known:
        """Return what is known of the files, with the store if they were read as ``key`` says."""
        stamps = file_stamps.read(index_dir, root)
        if self.snapshot is None or self.store is None:
            return Known(stamps=stamps)
        same = self.snapshot.manifest.reading == key
        files = {file.path: file for file in self.store.files()}
        return Known(self.store if same else None, files, stamps)

    def sentences(self, spec: EncoderSpec) -> Iterator[tuple[str, NDArray[np.float16]]]:
        """Yield its sentences' texts with their vectors, if the same model's."""
        if self.snapshot is None or self.store is None:
            return
        if self.snapshot.manifest.weights_sha256 != spec.weights_sha256:
            return
        stored = SentenceVectors(self.snapshot.directory)
        for row, passage in enumerate(self.store.all()):
            yield from zip(sentence_vectors.texts([passage]), stored.of(row), strict=True)


@contextlib.contextmanager
def opened(index_dir: Path) -> Generator[Previous]:
    """Open the current snapshot, if there is a whole one."""
    try:
        current = opening.open_current(index_dir)
        store = passage_store.PassageStore(current.directory)
    except SnapshotError as error:
        _log.debug("nothing to reuse: %s", error)
        yield Previous()
        return
    with contextlib.closing(store):
        yield Previous(current, store)
