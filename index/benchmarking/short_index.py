"""An index of short invented news, of any size, in minutes: nothing is cut, compared or embedded.

What reading a corpus would give is written down as it is invented, so that only the build itself
takes time. The files are on disk as they are cited, and quotes out of them stand.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from index import build
from index.benchmarking.invented_news import FORMS
from index.benchmarking.news_index import QUESTIONS, SEED
from index.benchmarking.short_news import ShortNews, question
from index.building import previous
from index.building.gathered import anew
from index.corpus import files, reading
from index.corpus.reading import ReadOptions
from index.place import Place
from index.records import Metadata, Passage, SourceFile
from index.snapshots import file_stamps, publishing
from index.text import copies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.benchmarking.short_news import Item
    from index.build import BuildReport
    from index.building.gathered import Gathered
    from index.encoders.protocol import Encoder, EncoderSpec

ITEMS_IN_A_FILE: Final = 500
QUESTIONS_KEPT: Final = 2_000
_CENTRES: Final = 8_192
_PLACES: Final = 65_536
_SPREAD: Final = 0.8
"""How far from its centre a vector lies: its cosine to it is about 0.78."""


class DrawnVectors:
    """An encoder whose vectors lie around some thousand centres, the same for the same text.

    Questions are embedded by the ``real`` one, if one is given.
    """

    def __init__(self, spec: EncoderSpec, real: Encoder | None = None) -> None:
        """Draw the centres."""
        self._spec = spec
        self._real = real
        draw = np.random.default_rng(SEED)
        self._centres = _unit(draw.standard_normal((_CENTRES, spec.dimension), dtype=np.float32))
        self._places = _unit(draw.standard_normal((_PLACES, spec.dimension), dtype=np.float32))

    @property
    def spec(self) -> EncoderSpec:
        """That of the real one, whose questions are to fit."""
        return self._spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count words: nothing here is long enough to be cut."""
        return [text.count(" ") + 1 for text in texts]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Draw a unit vector a text."""
        digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
        numbers = np.frombuffer(digests, dtype="<u4").reshape(-1, 2)
        vectors = self._centres[numbers[:, 0] % _CENTRES]
        vectors += _SPREAD * self._places[numbers[:, 1] % _PLACES]
        if progress is not None:
            progress(len(texts))
        return _unit(vectors)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a question."""
        return (
            self.encode_passages(texts) if self._real is None else self._real.encode_queries(texts)
        )


def build_short(home: Path, passages: int, encoder: Encoder) -> BuildReport:
    """Index so many items below ``home``, as rebuild would, and keep questions about them."""
    corpus, index_dir = home / "corpus", home / "index"
    corpus.mkdir(parents=True, exist_ok=True)
    items = list(islice(ShortNews(SEED).items(), passages))
    found = _gathered(corpus, items)
    keep_questions(home / QUESTIONS, items)
    del items
    started = time.monotonic()
    with publishing.lock(index_dir):
        listed = files.find([corpus], reading.SUFFIXES, index_dir)
        stamps = {file.path: _stamp(corpus / file.path, file.sha256) for file in found.files}
        file_stamps.write(index_dir, listed.root, stamps)
        return build.publish(
            found,
            index_dir,
            encoder,
            before=previous.Previous(),
            tell=_told,
            started=started,
            options=ReadOptions(),
        )


def _stamp(path: Path, sha256: str) -> file_stamps.Stamp:
    return msgspec.structs.replace(file_stamps.look(path), sha256=sha256)


def _gathered(corpus: Path, items: Sequence[Item]) -> Gathered:
    """Write items one a line, and return what reading them would give."""
    draw = np.random.default_rng(SEED)
    sources: list[SourceFile] = []
    passages: list[Passage] = []
    signatures: dict[str, bytes] = {}
    for start in range(0, len(items), ITEMS_IN_A_FILE):
        path = f"{start // ITEMS_IN_A_FILE:05}.txt"
        part = items[start : start + ITEMS_IN_A_FILE]
        signed = draw.integers(0, 2**32, (len(part), copies.SIGNATURE), dtype=np.uint32)
        offset = 0
        for line, (item, signature) in enumerate(zip(part, signed, strict=True), start=1):
            end = offset + len(item.text.encode())
            name = hashlib.sha256(f"{path}\0{item.text}\0{line}".encode()).hexdigest()[:20]
            passages.append(
                Passage(
                    id=name,
                    text=item.text,
                    place=Place(path, line, line, offset, end),
                    sentences=item.sentences,
                    metadata=Metadata(item.title, item.outlet, item.published),
                    item=name,
                    spoken="en",
                )
            )
            signatures[name] = signature.tobytes()
            offset = end + 1
        data = "".join(f"{each.text}\n" for each in part).encode()
        (corpus / path).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        sources.append(SourceFile(path, sha256, len(data), snippets=len(part)))
    return anew(corpus, sources, passages, {}, signatures)


def keep_questions(path: Path, items: Sequence[Item]) -> None:
    """Write questions about the items, of every form in turn."""
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    forms = list(FORMS)
    kept = [
        {
            "form": forms[i % len(forms)],
            "text": question(items[i * 7_919 % len(items)], forms[i % len(forms)], chance),
        }
        for i in range(QUESTIONS_KEPT)
    ]
    path.write_text(json.dumps(kept, indent=1), "utf-8")


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _told(stage: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{stage} {done:,} of {total:,}    ")
