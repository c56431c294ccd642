"""Corpus → snapshot, embedding only what is new."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from index import snapshot, threads
from index.building import gathering, near_copies, previous, vector_files, vectors, wording
from index.building.gathered import Changed, Passages
from index.corpus import files, reading
from index.corpus.reading import ReadOptions
from index.engines import kinds
from index.engines.kinds import Kind, VectorLayout
from index.engines.opening import required
from index.manifest import Manifest
from index.passages import PassagePolicy
from index.snapshots import collections, columns, file_stamps, passage_file, publishing
from index.snapshots.passage_file import Contents
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.building.gathered import Gathered
    from index.building.gathering import Known
    from index.building.previous import Previous
    from index.building.reporting import Progress
    from index.corpus.problems import Problem
    from index.encoders.protocol import Encoder
    from index.engines.milvus_server import Milvus
    from index.records import Passage, SnapshotInfo
    from index.snapshot import Snapshot
    from index.snapshots.columns import Columns


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``reused``, ``embedded`` and ``removed`` count passages.

    ``skipped`` are files of no known kind; ``encodings`` those not UTF-8. ``problems`` are those
    of the files that were read now, and ``changed`` says which files came, changed and went.
    ``published`` is False where nothing had changed, and the snapshot is the one that stood.
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
    problems: tuple[Problem, ...] = ()
    changed: Changed = field(default_factory=Changed)
    published: bool = True


def rebuild(
    corpus: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    *,
    options: ReadOptions | None = None,
    engine: Kind | None = None,
    progress: Progress | None = None,
    milvus: Milvus | None = None,
) -> BuildReport:
    """Index a corpus and publish the snapshot; nothing is, where nothing changed.

    Which ``engine`` keeps the vectors is chosen by how many they are, unless one is asked for:
    that may be ``milvus``. Raises CorpusError, SnapshotError, ModelError. Whatever is raised, the
    snapshot that was current stays so.
    """
    if engine is Kind.MILVUS:
        required(milvus).do("list_collections")  # before anything is read, let alone embedded
    options = options or ReadOptions()
    tell = progress or _silent
    with (
        publishing.lock(index_dir),
        publishing.telling_refusals(index_dir),
        previous.opened(index_dir, milvus) as before,
    ):
        started = time.monotonic()
        listed = files.find(corpus, reading.SUFFIXES, index_dir)
        known = before.known(index_dir, listed.root, gathering.key(options, encoder))
        found = gathering.gather(listed, options, encoder, known, partial(tell, "reading"))
        with contextlib.suppress(OSError):  # without it, the next build hashes every file
            file_stamps.write(index_dir, found.root, found.stamps)
        standing = before.snapshot
        if (
            standing is not None
            and known.store is not None
            and _same(found, known, standing)
            and before.layout.serves(kinds.choose(len(found), engine).kind)
        ):
            unchanged = _report(standing.info, found, before, started)
            return replace(unchanged, published=False)
        return publish(
            found,
            index_dir,
            encoder,
            before=before,
            tell=tell,
            started=started,
            options=options,
            engine=engine,
            milvus=milvus,
        )


def publish(
    found: Gathered,
    index_dir: Path,
    encoder: Encoder,
    *,
    before: Previous,
    tell: Progress,
    started: float,
    options: ReadOptions | None = None,
    engine: Kind | None = None,
    milvus: Milvus | None = None,
) -> BuildReport:
    """Index what was gathered and publish it; call it with the build lock held."""
    threads.use_for(Work.BUILD)
    options = options or ReadOptions()
    store = before.store
    passages = Passages(found, store)
    made = vectors.make(found.new, found.former, encoder, before, tell)
    tell("writing", 0, 1)
    about = columns.of(found.new)
    earlier = None
    if before.snapshot is not None and store is not None and (found.former >= 0).any():
        about = columns.merged(about, found.former, store.columns())
        earlier = (before.snapshot.directory, store)
    newest = _newest(passages, about)
    layout = VectorLayout()

    def write(directory: Path) -> None:
        nonlocal layout
        contents = Contents(
            files=found.files,
            rows=found.rows,
            former=found.former,
            new=found.new,
            vector_keys=made.keys,
            texts=found.texts,
            signatures=found.signatures,
            encodings=found.encodings,
            copies=near_copies.sets(found, store),
        )
        passage_file.write(directory, contents, earlier)
        columns.write(directory, about)
        wording.write(directory, passages, about.published, found.former, before)
        layout = vector_files.write(directory, made, before, engine, milvus=milvus)

    published = publishing.publish(
        index_dir,
        write,
        lambda checksums: _manifest(
            index_dir, found, encoder, options, newest=newest, checksums=checksums, layout=layout
        ),
        before.snapshot,
    )
    collections.follow(index_dir, published, milvus)
    tell("writing", 1, 1)
    return _report(published.info, found, before, started, int((made.embedded.sources < 0).sum()))


def _newest(passages: Sequence[Passage], about: Columns) -> datetime | None:
    """Return the newest date of the passages, as its source says it."""
    dated = np.flatnonzero(~np.isnat(about.published))
    if not len(dated):
        return None
    return passages[int(dated[about.published[dated].argmax()])].metadata.published


def _same(found: Gathered, known: Known, standing: Snapshot) -> bool:
    """Say whether the snapshot that stands is what would be published."""
    return {
        file.path: file for file in found.files
    } == known.files and standing.corpus_root == found.root.resolve()


def _report(
    info: SnapshotInfo, found: Gathered, before: Previous, started: float, embedded: int = 0
) -> BuildReport:
    new = {passage.id for passage in found.new}
    gone = before.gone(found.former).tolist()
    return BuildReport(
        snapshot=info,
        files=len(found.files),
        snippets=found.snippets,
        passages=len(found),
        reused=len(found) - embedded,
        embedded=embedded,
        removed=len(set(before.store.ids_of(gone)) - new) if before.store is not None else 0,
        seconds=time.monotonic() - started,
        skipped=found.skipped,
        encodings=found.encodings,
        problems=found.problems,
        changed=found.changed,
    )


def _manifest(
    index_dir: Path,
    found: Gathered,
    encoder: Encoder,
    options: ReadOptions,
    *,
    newest: datetime | None,
    checksums: dict[str, str],
    layout: VectorLayout,
) -> Manifest:
    spec = encoder.spec
    policy = PassagePolicy.fitting(spec.max_pieces)
    listing = "".join(f"{file.path}\0{file.sha256}\n" for file in found.files)
    return Manifest(
        schema_version=snapshot.SCHEMA_VERSION,
        newsquote_version=version("newsquote"),
        built_at=datetime.now(UTC).replace(microsecond=0),
        model=spec.model,
        weights_sha256=spec.weights_sha256,
        dimension=spec.dimension,
        window_pieces=policy.window_pieces,
        context_pieces=policy.context_pieces,
        engine=layout.kind,
        reading=gathering.key(options, encoder),
        encoding=options.encoding,
        mapped_fields=options.names.mapped,
        corpus_root=_root(index_dir, found.root),
        corpus_sha256=hashlib.sha256(listing.encode()).hexdigest(),
        files=len(found.files),
        snippets=found.snippets,
        passages=len(found),
        newest_published=newest,
        checksums=checksums,
        vectors=layout,
    )


def _root(index_dir: Path, root: Path) -> str:
    """Name the corpus root so that a project that holds corpus and index can be moved whole."""
    home = index_dir.resolve()
    if root.resolve().is_relative_to(home.parent):
        return os.path.relpath(root.resolve(), home)
    return str(root.resolve())


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""
