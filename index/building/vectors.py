"""Passages → all that a build needs of vectors: keys, the passages' own, their sentences'."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from index.building import embedding
from index.encoders.protocol import Distributing
from index.passages import PassagePolicy, embedded_text
from index.snapshots import sentence_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.building.embedding import Embedded
    from index.building.previous import Previous
    from index.building.reporting import Progress
    from index.encoders.protocol import Encoder
    from index.records import Passage


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """The vectors of a build's passages, in row order.

    ``standing`` has for each passage the row it had in the snapshot before, or -1; of the latter
    passages alone, ``sentences`` are the sentences' vectors, and ``keys`` name what each vector
    was made from. ``counts`` says how many sentences each passage has.
    """

    standing: NDArray[np.int64]
    keys: list[str]
    embedded: Embedded
    counts: NDArray[np.int64]
    sentences: NDArray[np.float16]


def make(
    new: Sequence[Passage],
    standing: NDArray[np.int64],
    encoder: Encoder,
    before: Previous,
    tell: Progress,
) -> Vectors:
    """Embed what the snapshot before doesn't have. Raises ModelError.

    ``standing`` is as in :class:`Vectors`; ``new`` are the passages that do not stand, in order.
    """
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    fresh = np.flatnonzero(standing < 0)
    texts = [embedded_text(passage, encoder.count_pieces, policy) for passage in new]
    keys = [encoder.spec.key(text) for text in texts]
    embedded = embedding.embed(texts, keys, standing, encoder, before=before, tell=tell)
    # What is embedded of a passage that is one sentence, and has no title and no lead, is that.
    sentences = sentence_vectors.gather(
        sentence_vectors.texts(new),
        chain(
            zip(texts, embedded.each(fresh), strict=True),
            before.sentences_gone(standing, encoder.spec),
        ),
        encoder.encode_passages,
        encoder.spec.dimension,
        lambda done, total: tell("embedding sentences", done, total),
        ahead=encoder.embed_ahead if isinstance(encoder, Distributing) else None,
    )
    counts = np.zeros(len(standing), dtype=np.int64)
    counts[fresh] = [len(passage.sentences) for passage in new]
    if before.sentences is not None:
        stand = standing >= 0
        counts[stand] = before.sentences.sentences.counts(standing[stand])
    return Vectors(standing, keys, embedded, counts, sentences)
