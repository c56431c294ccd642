"""An index of invented news to ask, with vectors that cost nothing to make."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from index import build
from index.benchmarking.home import QUESTIONS
from index.benchmarking.invented_news import FORMS, Newsroom
from index.building import gathering, previous
from index.corpus.reading import Corpus
from index.encoders.loading import load_encoder
from index.passages import PassagePolicy, split
from index.place import Place
from index.records import Metadata, Snippet, SourceFile
from index.snapshots import publishing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.benchmarking.invented_news import Article
    from index.encoders.protocol import Encoder, EncoderSpec

SEED: Final = 20261124
QUESTIONS_KEPT: Final = 2_000
ARTICLES_IN_A_FILE: Final = 250
SAMPLED: Final = 200
"""So many articles tell how many passages an article is."""


class RandomVectors:
    """An encoder whose passages are random unit vectors, the same for the same text."""

    def __init__(self, real: Encoder) -> None:
        self._real = real

    @property
    def spec(self) -> EncoderSpec:
        """That of the real one, whose questions are to fit."""
        return self._real.spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count as the real one does: passages are cut by it."""
        return self._real.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Draw a unit vector a text."""
        vectors = np.zeros((len(texts), self.spec.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            vectors[row] = np.random.default_rng(seed).standard_normal(self.spec.dimension)
        if progress is not None:
            progress(len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Draw a unit vector a text."""
        return self.encode_passages(texts)


def build_index(home: Path, passages: int) -> None:
    """Index news of about so many passages below ``home``, and keep questions about it."""
    encoder = RandomVectors(load_encoder())
    newsroom = Newsroom(SEED)
    written = newsroom.articles()
    first = [next(written) for _ in range(SAMPLED)]
    wanted = max(1, round(passages * SAMPLED / _count(first, encoder)))
    articles = [*first, *(next(written) for _ in range(wanted - SAMPLED))][:wanted]
    corpus = _write(home / "corpus", articles)
    index_dir = home / "index"
    with publishing.lock(index_dir):
        found = gathering.of_corpus(corpus, encoder)
        build.publish(
            found,
            index_dir,
            encoder,
            before=previous.Previous(),
            tell=_told,
            started=time.monotonic(),
        )
    chosen = [articles[i * 7_919 % len(articles)] for i in range(QUESTIONS_KEPT)]
    forms = list(FORMS)
    questions = [
        {"form": form, "text": newsroom.question(article, form)}
        for i, article in enumerate(chosen)
        for form in [forms[i % len(forms)]]
    ]
    (home / QUESTIONS).write_text(json.dumps(questions, indent=1), "utf-8")


def _count(articles: Sequence[Article], encoder: Encoder) -> int:
    """Count the passages of articles."""
    snippets = [Snippet(each.text, Place("a", 1, 1, 0, len(each.text))) for each in articles]
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    return len(split(snippets, [""] * len(snippets), encoder.count_pieces, policy))


def _write(directory: Path, articles: Sequence[Article]) -> Corpus:
    """Write articles one a line."""
    directory.mkdir(parents=True, exist_ok=True)
    files: list[SourceFile] = []
    snippets: list[Snippet] = []
    for start in range(0, len(articles), ARTICLES_IN_A_FILE):
        path = f"{start // ARTICLES_IN_A_FILE:04}.txt"
        part = articles[start : start + ARTICLES_IN_A_FILE]
        offset = 0
        for line, article in enumerate(part, start=1):
            end = offset + len(article.text.encode())
            snippets.append(
                Snippet(
                    article.text,
                    Place(path, line, line, offset, end),
                    Metadata(article.title, article.outlet, article.published),
                    line,  # a block of its own: it says itself which article it is of
                )
            )
            offset = end + 1
        data = "".join(f"{each.text}\n" for each in part).encode()
        (directory / path).write_bytes(data)
        files.append(SourceFile(path, hashlib.sha256(data).hexdigest(), len(data)))
    return Corpus(directory, tuple(files), tuple(snippets), ())


def _told(stage: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{stage} {done:,} of {total:,}    ")
    sys.stderr.flush()
