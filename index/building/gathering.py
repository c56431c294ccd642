"""Corpus → passages, file by file: only a file that changed is read, cut and analysed again.

What a file gives depends on its bytes, on how it is read (options, version of the readers) and on
the model's word pieces, and on nothing else: not on other files, nor on the clock. So what an
earlier snapshot holds of an unchanged file is taken over as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Final

import msgspec

from index.building.stories import leads
from index.corpus import languages, reading
from index.corpus.fields import FieldNames
from index.corpus.reading import ReadOptions
from index.passages import PassagePolicy, items_of, split
from index.snapshots import file_stamps
from index.text import copies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.corpus.files import CorpusFiles
    from index.corpus.problems import Problem
    from index.corpus.reading import Corpus
    from index.encoders.protocol import Encoder
    from index.manifest import Manifest
    from index.records import Passage, Snippet, SourceFile
    from index.snapshots.file_stamps import Stamp
    from index.snapshots.passage_store import PassageStore

CUTTING: Final = 1
"""Raised where the same snippets give other passages than before."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier snapshot offers: its files by path, and the store to take them out of.

    There is no store where its files were read in another way. ``stamps`` say how files looked
    when they were hashed.
    """

    store: PassageStore | None = None
    files: dict[str, SourceFile] = field(default_factory=dict[str, "SourceFile"])
    stamps: dict[str, Stamp] = field(default_factory=dict[str, "Stamp"])


@dataclass(frozen=True, slots=True)
class Changed:
    """Which files came, changed and went since the snapshot before."""

    added: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """A corpus as passages: ``passages`` are in row order, ``texts`` the extracted ones by hash.

    ``signatures`` are those of the items, by item in row order. ``problems`` are those of the
    files that were read now; ``stamps`` say how files look. ``former`` has the row of each passage
    in the snapshot that it was taken over from as it is, -1 where it was read now.
    """

    root: Path
    files: tuple[SourceFile, ...]
    passages: list[Passage]
    texts: dict[str, str]
    signatures: dict[str, bytes]
    skipped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    changed: Changed = field(default_factory=Changed)
    stamps: dict[str, Stamp] = field(default_factory=dict[str, "Stamp"])
    former: Sequence[int] = ()

    @property
    def snippets(self) -> int:
        """Count the snippets."""
        return sum(file.snippets for file in self.files)


def key(options: ReadOptions, encoder: Encoder) -> str:
    """Name what passages depend on besides the files."""
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    return "/".join(
        (
            options.key,
            str(CUTTING),
            f"{policy.window_pieces}+{policy.context_pieces}",
            encoder.spec.weights_sha256,
        )
    )


def options_of(manifest: Manifest) -> ReadOptions:
    """Return how a snapshot's files were read."""
    return ReadOptions(manifest.encoding, FieldNames(manifest.mapped_fields))


def gather(
    found: CorpusFiles,
    options: ReadOptions,
    encoder: Encoder,
    known: Known,
    tell: Callable[[int, int], object],
) -> Gathered:
    """Read which of a corpus's files changed, and take the rest over.

    ``tell`` hears how many files are done, of how many. Raises CorpusError where there is nothing
    to index, or where reading is strict.
    """
    sources: list[SourceFile] = []
    passages: list[Passage] = []
    former: list[int] = []
    texts: dict[str, str] = {}
    signatures: dict[str, bytes] = {}
    problems: list[Problem] = []
    stamps: dict[str, Stamp] = {}
    for done, path in enumerate(found.paths):
        tell(done, len(found.paths))
        file = _unchanged(found.root / path, path, known, stamps)
        if file is not None and known.store is not None:
            sources.append(file)
            taken = known.store.of_file(path)
            passages += taken
            former += known.store.rows_of_file(path)
            texts.update((sha, known.store.text(sha)) for sha in _extracted(taken))
            signed = known.store.signatures(path)
            signatures.update((each.item, signed[each.item]) for each in taken)
            continue
        one = reading.read_file(found.root, path, options)
        problems += one.problems
        sources.append(one.file)
        passages += _cut(one.snippets, encoder)
        former += [-1] * (len(passages) - len(former))
        texts.update(_texts(one.snippets))
        signatures.update(_signatures(one.snippets))
    tell(len(found.paths), len(found.paths))
    older = {file.supersedes for file in sources}
    kept = [each.place.path not in older for each in passages]
    former = list(compress(former, kept))
    passages = list(compress(passages, kept))
    items = {each.item for each in passages}
    used = _extracted(passages)
    sources = [_unread(file) if file.path in older else file for file in sources]
    gathered = Gathered(
        found.root,
        tuple(sources),
        passages,
        {sha: text for sha, text in texts.items() if sha in used},
        {item: signed for item, signed in signatures.items() if item in items},
        found.skipped,
        tuple(problems),
        _changed(sources, known),
        stamps,
        former,
    )
    if not passages:
        reading.refuse_empty(found.named, problems)
    return gathered


def of_corpus(corpus: Corpus, encoder: Encoder) -> Gathered:
    """Cut a corpus that was read as a whole."""
    return Gathered(
        corpus.root,
        corpus.files,
        _cut(corpus.snippets, encoder),
        _texts(corpus.snippets),
        _signatures(corpus.snippets),
        corpus.skipped,
        corpus.problems,
    )


def _cut(snippets: Sequence[Snippet], encoder: Encoder) -> list[Passage]:
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    snippets = [replace(each, spoken=languages.tag(each.text)) for each in snippets]
    return split(snippets, leads(snippets), encoder.count_pieces, policy)


def _signatures(snippets: Sequence[Snippet]) -> dict[str, bytes]:
    return {
        item: copies.signature(snippet.text).tobytes()
        for item, snippet in zip(items_of(snippets), snippets, strict=True)
    }


def _texts(snippets: Sequence[Snippet]) -> dict[str, str]:
    return {each.place.extracted: each.text for each in snippets if each.place.extracted}


def _unchanged(path: Path, name: str, known: Known, stamps: dict[str, Stamp]) -> SourceFile | None:
    """Return the file as it was indexed, where it is the same still; note how it looks now."""
    before = known.files.get(name)
    try:
        now = file_stamps.look(path)
        stamp = known.stamps.get(name)
        if stamp is not None and stamp.same(now):
            sha256 = stamp.sha256
        else:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    stamps[name] = msgspec.structs.replace(now, sha256=sha256)
    return before if before is not None and before.sha256 == sha256 else None


def _changed(now: Sequence[SourceFile], known: Known) -> Changed:
    if not known.files:
        return Changed()
    hashes = {file.path: file.sha256 for file in now}
    before = {path: file.sha256 for path, file in known.files.items()}
    return Changed(
        tuple(path for path in hashes if path not in before),
        tuple(path for path, sha in hashes.items() if before.get(path, sha) != sha),
        tuple(path for path in before if path not in hashes),
    )


def _unread(file: SourceFile) -> SourceFile:
    """Return a superseded file as one that gave nothing; without a hash, it is read next time."""
    return replace(file, sha256="", snippets=0)


def _extracted(passages: Sequence[Passage]) -> set[str]:
    return {each.place.extracted for each in passages if each.place.extracted}
