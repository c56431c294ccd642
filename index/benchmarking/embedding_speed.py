"""How fast passages become vectors, and how near the vectors are to the plain way's.

Both embed the same texts in the same process, one after the other, in turns; a figure is the
median of the rounds.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import numpy as np

from index.benchmarking import plain_way
from index.benchmarking.invented_news import Newsroom
from index.benchmarking.rows import Row, Unit, What
from index.benchmarking.stopwatch import now
from index.encoders import fast
from index.encoders.loading import load_encoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from index.benchmarking.stopwatch import Seconds

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

SEED: Final = 20261128
PIECES: Final = 60
ROUNDS: Final = 3
NEAREST: Final = 10
UNSORTED_BATCH: Final = 32
"""What sentence-transformers takes at a time unless told otherwise."""


def measure(count: int, rounds: int = ROUNDS) -> list[Row]:
    """Embed ``count`` texts of one length, and as many of mixed lengths, both ways."""
    encoder, model = load_encoder(), plain_way.load_model()
    alike = list(islice(_alike(encoder.count_pieces), count))
    mixed = list(islice(_mixed(), count))

    def ours(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode_passages(texts)

    def ours_unsorted(texts: Sequence[str]) -> NDArray[np.float32]:
        with patch.object(fast, "batches", _as_they_come):
            return ours(texts)

    def plain(texts: Sequence[str]) -> NDArray[np.float32]:
        return plain_way.embed(model, texts)

    def plain_unsorted(texts: Sequence[str]) -> NDArray[np.float32]:
        starts = range(0, len(texts), UNSORTED_BATCH)
        parts = [texts[start : start + UNSORTED_BATCH] for start in starts]
        return np.concatenate([plain(part) for part in parts])

    found, expected = _vectors(ours, alike), _vectors(plain, alike)
    cosines = (found * expected).sum(axis=1)
    pieces = int(np.mean(encoder.count_pieces(alike)))
    longest, shortest = (f(encoder.count_pieces(mixed)) for f in (max, min))
    lengths = f"{shortest} to {longest} word pieces"

    def rates(
        whats: tuple[What, ...], texts: Sequence[str], ways: tuple[Embed, Embed], note: str
    ) -> list[Row]:
        found = _rates(texts, ways, rounds)
        return [
            Row(what, Unit.RATE, rate, plain_rate, note=note)
            for what, (rate, plain_rate) in zip(whats, found, strict=False)
        ]

    of_both = (What.EMBEDDING, What.EMBEDDING_CPU)
    told = f"{count:,} texts of {pieces} on average"
    return [
        *rates(of_both, alike, (ours, plain), told),
        *rates((What.EMBEDDING_MIXED,), mixed, (ours, plain), lengths),
        *rates((What.EMBEDDING_UNSORTED,), mixed, (ours_unsorted, plain_unsorted), lengths),
        Row(What.FIDELITY_MEAN, Unit.SHARE, float(cosines.mean())),
        Row(What.FIDELITY_LEAST, Unit.SHARE, float(cosines.min())),
        Row(What.NEIGHBOURS, Unit.SHARE, _overlap(found, expected)),
    ]


def _rates(
    texts: Sequence[str], ways: tuple[Embed, Embed], rounds: int
) -> list[tuple[float, float]]:
    """Return how many texts a second both ways embed, by each of CLOCKS; they take turns."""
    taken: tuple[list[Seconds], list[Seconds]] = ([], [])
    for number in range(rounds):
        for way in (0, 1) if number % 2 else (1, 0):
            started = now()
            ways[way](texts)
            taken[way].append(now() - started)
    ours, plain = (len(texts) / np.median(of_way, axis=0) for of_way in taken)
    return list(zip(ours.tolist(), plain.tolist(), strict=True))


def _vectors(embed: Embed, texts: Sequence[str]) -> NDArray[np.float32]:
    return np.asarray(embed(texts), dtype=np.float32)


def _overlap(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Return the share of each vector's nearest others that are the same both ways."""
    k = min(NEAREST, len(found) - 1)
    ours, plain = (_nearest(vectors, k) for vectors in (found, expected))
    shared = [len(set(a) & set(b)) / k for a, b in zip(ours, plain, strict=True)]
    return float(np.mean(shared))


def _nearest(vectors: NDArray[np.float32], k: int) -> list[list[int]]:
    cosines: Any = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    return np.argpartition(-cosines, k - 1, axis=1)[:, :k].tolist()


def _as_they_come(lengths: Sequence[int], budget: int = UNSORTED_BATCH) -> Iterator[list[int]]:
    """Batch texts by count, in their own order, as :func:`index.encoders.batching.batches`."""
    size = min(budget, UNSORTED_BATCH)
    for start in range(0, len(lengths), size):
        rows = range(start, min(start + size, len(lengths)))
        yield sorted(rows, key=lambda i: -lengths[i])


def _alike(count_pieces: Callable[[Sequence[str]], list[int]]) -> Iterator[str]:
    """Write texts that are about PIECES word pieces long."""
    for article in Newsroom(SEED).articles():
        taken: list[str] = []
        for sentence in article.sentences:
            taken.append(sentence)
            length = count_pieces([" ".join(taken)])[0]
            if length >= PIECES:
                if length <= PIECES * 4 // 3:
                    yield " ".join(taken)
                break


def _mixed() -> Iterator[str]:
    """Write texts as news has them: headlines, sentences, wire items, long paragraphs."""
    sentences = (0, 1, 1, 2, 2, 3, 5, 8)
    for number, article in enumerate(Newsroom(SEED).articles()):
        length = sentences[number % len(sentences)]
        yield " ".join(article.sentences[:length]) or article.title
