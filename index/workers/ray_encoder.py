"""An encoder whose texts are embedded by the processes of a Ray cluster.

Which texts are embedded together is settled here as the builder's own encoder would settle it, so
that the vectors are the same to the bit. What comes back is kept at once, so that a build that was
killed begins again with it; a worker that is killed has its texts handed to another.
"""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Self

import numpy as np

from index.errors import NewsquoteError, WorkersError
from index.workers import cluster, handing
from index.workers.kept_vectors import DIRECTORY, KeptVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoders.protocol import EncoderSpec, Grouping
    from index.workers.embedder import Recipe

    Group = list[tuple[str, str]]
    """Ids and texts that are embedded together."""


class RayEncoder:
    """Encoder that embeds passages on a cluster, and all else itself. A context manager.

    It connects when the first text is to be embedded, and stays so until it is closed.
    """

    def __init__(self, encoder: Grouping, recipe: Recipe, where: str, index_dir: Path) -> None:
        """Begin; ``recipe`` makes ``encoder`` anew in a worker. Raises UnreachableClusterError."""
        self._encoder = encoder
        self._recipe = recipe
        self._where = cluster.checked(where)
        self._directory = index_dir / DIRECTORY
        self._kept: KeptVectors | None = None
        self._leaving = contextlib.ExitStack()
        self._workers = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, if it was needed."""
        self._leaving.close()
        self._workers = 0

    @property
    def spec(self) -> EncoderSpec:
        """Which model it is."""
        return self._encoder.spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count each text's word pieces, markers left out."""
        return self._encoder.count_pieces(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a few texts here."""
        return self._encoder.encode_queries(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Embed many texts on the cluster. Raises WorkersError, PublishError."""
        self.embed_ahead([texts], progress)
        return self._vectors.of([self.spec.key(text) for text in texts])

    def embed_ahead(
        self, lots: Sequence[Sequence[str]], progress: Callable[[int], object] | None = None
    ) -> None:
        """Embed what is not kept yet of texts that will be asked for, lot by lot."""
        kept = self._vectors
        groups = list(self._missing(lots))
        left = sum(map(len, groups))
        total = sum(map(len, lots))
        if progress is not None and left < total:
            progress(total - left)
        if not groups:
            return
        if not self._workers:
            self._workers = self._leaving.enter_context(cluster.connected(self._where))
        try:
            for group, vectors in embedded(groups, self._recipe, self._workers):
                kept.add([key for key, _ in group], vectors)
                left -= len(group)
                if progress is not None:
                    progress(total - left)
        finally:
            kept.flush()

    def forget(self) -> None:
        """Remove what is kept; call it when a snapshot that holds it is published."""
        shutil.rmtree(self._directory, ignore_errors=True)
        self._kept = None

    @property
    def _vectors(self) -> KeptVectors:
        if self._kept is None:
            self._kept = KeptVectors(self._directory, self.spec.dimension)
        return self._kept

    def _missing(self, lots: Sequence[Sequence[str]]) -> Iterator[Group]:
        """Yield the groups as the encoder makes them, without what is kept or was there before."""
        known: set[str] = set()
        for texts in lots:
            for places in self._encoder.groups(texts):
                pairs = {self.spec.key(texts[i]): texts[i] for i in places}
                new = [(key, text) for key, text in pairs.items() if key not in known]
                known |= pairs.keys()
                new = [(key, text) for key, text in new if key not in self._vectors]
                if new:
                    yield new


def embedded(
    groups: Sequence[Group], recipe: Recipe, workers: int
) -> Iterator[tuple[Group, NDArray[np.float32]]]:
    """Hand groups out and yield each with its vectors, as they come. Raises WorkersError."""
    texts = [[text for _, text in group] for group in groups]
    try:
        for found in handing.embedded(texts, recipe, workers):
            for number, data in found:
                group = groups[number]
                yield group, np.frombuffer(data, dtype="<f4").reshape(len(group), -1)
    except NewsquoteError:
        raise
    except Exception as error:
        raise WorkersError(
            f"The workers failed: {_reason(error)}.",
            remedy="What they had embedded is kept: run `newsquote rebuild` again the same way.",
        ) from error


def _reason(error: BaseException) -> str:
    """Say in one line what a worker raised, if that is known, or what Ray did."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    # The last one may be Ray Data's mark of an error that is its own, which says nothing.
    told = next((each for each in reversed(causes) if str(each).strip()), error)
    lines = [line for line in str(told).splitlines() if line.strip()]
    return f"{type(told).__name__}: {lines[-1] if lines else ''}".rstrip(": .")
