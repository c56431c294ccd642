"""Corpus → snapshot, embedding only what is new."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from index import lexical, passage_store, sentence_vectors, snapshot, terms, vocabulary
from index.corpus import reading
from index.engines import faiss_flat
from index.errors import SnapshotError
from index.passages import PassagePolicy, embedded_text, split
from index.records import Manifest, Passage, SnapshotInfo
from index.sentence_vectors import SentenceVectors
from index.stories import leads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.corpus.reading import Corpus
    from index.encoders.protocol import Encoder, EncoderSpec

VECTORS: Final = "vectors.npy"
"""Every passage's vector, float32: what the next build reuses and candidates are scored with."""

_log = logging.getLogger(__name__)


Progress = Callable[[str, int, int], object]
"""Hears how a build gets on: the stage, units done, of how many.

The stages are reading, embedding (passages), embedding sentences, writing; one that has nothing
to embed is not told.
"""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``reused``, ``embedded`` and ``removed`` count passages.

    ``skipped`` are files of no known kind; ``encodings`` those not UTF-8.
    """

    snapshot: SnapshotInfo
    files: int
    snippets: int
    passages: int
    reused: int
    embedded: int
    removed: int
    seconds: float
    skipped: tuple[str, ...]
    encodings: dict[str, str]


def rebuild(
    corpus: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    *,
    encoding: str = "utf-8",
    progress: Progress | None = None,
) -> BuildReport:
    """Index a corpus and publish the snapshot. Raises CorpusError, SnapshotError, ModelError.

    Whatever is raised, the snapshot that was current stays so.
    """
    with snapshot.lock(index_dir):
        started = time.monotonic()
        tell = progress or _silent
        tell("reading", 0, 1)
        return publish(reading.read(corpus, encoding), index_dir, encoder, tell, started)


def publish(
    read: Corpus, index_dir: Path, encoder: Encoder, tell: Progress, started: float
) -> BuildReport:
    """Index what was read and publish it; call it with the build lock held."""
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    found = split(read.snippets, leads(read.snippets), encoder.count_pieces, policy)
    tell("reading", 1, 1)
    texts = [embedded_text(passage, encoder.count_pieces, policy) for passage in found]
    keys = [_vector_key(text, encoder.spec.weights_sha256) for text in texts]
    before = _previous(index_dir, encoder.spec)
    vectors, embedded = _embed(texts, keys, encoder, before, tell)
    # What is embedded of a passage that is one sentence, and has no title and no lead, is that.
    sentences = sentence_vectors.gather(
        sentence_vectors.texts(found),
        chain(zip(texts, vectors, strict=True), before.sentences()),
        encoder.encode_passages,
        encoder.spec.dimension,
        lambda done, total: tell("embedding sentences", done, total),
    )
    tell("writing", 0, 1)

    def write(directory: Path) -> None:
        passage_store.write(directory, read.files, found, keys)
        lexical.write(directory, [lexical_terms(passage) for passage in found])
        vocabulary.write(directory, vocabulary.gather(found))
        np.save(directory / VECTORS, vectors)
        sentence_vectors.write(directory, found, sentences)
        writer = faiss_flat.FaissFlatWriter(encoder.spec.dimension)
        writer.add(vectors)
        writer.publish(directory)

    published = snapshot.publish(
        index_dir,
        write,
        lambda checksums: _manifest(index_dir, read, found, encoder.spec, checksums),
    )
    tell("writing", 1, 1)
    kept = {passage.id for passage in found}
    return BuildReport(
        snapshot=published.info,
        files=len(read.files),
        snippets=len(read.snippets),
        passages=len(found),
        reused=len(found) - embedded,
        embedded=embedded,
        removed=len(before.ids - kept),
        seconds=time.monotonic() - started,
        skipped=read.skipped,
        encodings={
            snippet.place.path: snippet.place.encoding
            for snippet in read.snippets
            if snippet.place.encoding != "utf-8"
        },
    )


def lexical_terms(passage: Passage) -> list[str]:
    """The terms a passage is found by: outlet, title and text, and its story lead's names."""
    names = [term.stem for term in terms.terms(passage.context) if term.name]
    about = f"{passage.metadata.outlet or ''}\n{passage.metadata.title or ''}"
    return [*terms.stems(about), *names, *terms.stems(passage.text)]


@dataclass(frozen=True, slots=True)
class _Previous:
    """What an earlier snapshot offers: its passages' ids, vectors by key, and sentences.

    ``directory`` is its own, or None where its sentences' vectors are another model's.
    """

    ids: frozenset[str]
    rows: dict[str, int]
    vectors: NDArray[np.float32]
    directory: Path | None

    def sentences(self) -> Iterator[tuple[str, NDArray[np.float16]]]:
        """Yield its sentences' texts with their vectors."""
        if self.directory is None:
            return
        stored = SentenceVectors(self.directory)
        with closing(passage_store.PassageStore(self.directory)) as store:
            for row, passage in enumerate(store.all()):
                yield from zip(sentence_vectors.texts([passage]), stored.of(row), strict=True)


def _previous(index_dir: Path, spec: EncoderSpec) -> _Previous:
    nothing = _Previous(frozenset(), {}, np.zeros((0, 0), dtype=np.float32), None)
    try:
        current = snapshot.open_current(index_dir)
        store = passage_store.PassageStore(current.directory)
    except SnapshotError as error:
        _log.debug("nothing to reuse: %s", error)
        return nothing
    try:
        return _Previous(
            frozenset(passage.id for passage in store.all()),
            {key: row for row, key in enumerate(store.vector_keys())},
            np.load(current.directory / VECTORS, mmap_mode="r"),
            current.directory if current.manifest.weights_sha256 == spec.weights_sha256 else None,
        )
    finally:
        store.close()


def _embed(
    texts: Sequence[str],
    keys: Sequence[str],
    encoder: Encoder,
    before: _Previous,
    tell: Progress,
) -> tuple[NDArray[np.float32], int]:
    """Take vectors over where the key is known; return all of them and how many are new."""
    vectors = np.zeros((len(texts), encoder.spec.dimension), dtype=np.float32)
    new = [i for i, key in enumerate(keys) if key not in before.rows]
    old = [i for i, key in enumerate(keys) if key in before.rows]
    if old:
        vectors[old] = before.vectors[[before.rows[keys[i]] for i in old]]
    if new:
        tell("embedding", 0, len(new))
        vectors[new] = encoder.encode_passages(
            [texts[i] for i in new], lambda done: tell("embedding", done, len(new))
        )
    return vectors, len(new)


def _vector_key(text: str, weights_sha256: str) -> str:
    return hashlib.sha256(f"{weights_sha256}\0{text}".encode()).hexdigest()


def _manifest(
    index_dir: Path,
    read: Corpus,
    found: Sequence[Passage],
    spec: EncoderSpec,
    checksums: dict[str, str],
) -> Manifest:
    policy = PassagePolicy.fitting(spec.max_pieces)
    listing = "".join(f"{file.path}\0{file.sha256}\n" for file in read.files)
    dates = [p.metadata.published for p in found if p.metadata.published is not None]
    return Manifest(
        schema_version=snapshot.SCHEMA_VERSION,
        newsquote_version=version("newsquote"),
        built_at=datetime.now(UTC).replace(microsecond=0),
        model=spec.model,
        weights_sha256=spec.weights_sha256,
        dimension=spec.dimension,
        window_pieces=policy.window_pieces,
        context_pieces=policy.context_pieces,
        engine=faiss_flat.KIND,
        corpus_root=_root(index_dir, read.root),
        corpus_sha256=hashlib.sha256(listing.encode()).hexdigest(),
        files=len(read.files),
        snippets=len(read.snippets),
        passages=len(found),
        newest_published=max(dates, default=None),
        checksums=checksums,
    )


def _root(index_dir: Path, root: Path) -> str:
    """Name the corpus root so that a project that holds corpus and index can be moved whole."""
    home = index_dir.resolve()
    if root.resolve().is_relative_to(home.parent):
        return os.path.relpath(root.resolve(), home)
    return str(root.resolve())


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""
