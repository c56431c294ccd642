"""Corpus → passages, file by file: only a file that changed is read, cut and analysed again.

What a file gives depends on its bytes, on how it is read (options, version of the readers) and on
the model's word pieces, and on nothing else: not on other files, nor on the clock. So what an
earlier snapshot holds of an unchanged file is taken over as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from index.building.gathered import Changed, Gathered, anew, encodings
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

    from numpy.typing import NDArray

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
_NOTHING: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier snapshot offers: its files by path, and the store to take them out of.

    There is no store where its files were read in another way. ``rows`` are those of each file's
    passages; ``stamps`` say how files looked when they were hashed.
    """

    store: PassageStore | None = None
    files: dict[str, SourceFile] = field(default_factory=dict[str, "SourceFile"])
    rows: dict[str, range] = field(default_factory=dict[str, range])
    stamps: dict[str, Stamp] = field(default_factory=dict[str, "Stamp"])


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
    read: dict[str, list[Passage]] = {}
    encoded = known.store.encodings() if known.store is not None else {}
    texts: dict[str, str] = {}
    signatures: dict[str, bytes] = {}
    problems: list[Problem] = []
    stamps: dict[str, Stamp] = {}
    for done, path in enumerate(found.paths):
        tell(done, len(found.paths))
        file = _unchanged(found.root / path, path, known, stamps)
        if file is not None and known.store is not None:
            sources.append(file)
            continue
        one = reading.read_file(found.root, path, options)
        problems += one.problems
        sources.append(one.file)
        read[path] = _cut(one.snippets, encoder)
        texts.update(_texts(one.snippets))
        signatures.update(_signatures(one.snippets))
    tell(len(found.paths), len(found.paths))
    older = {file.supersedes for file in sources}
    sources = [_unread(file) if file.path in older else file for file in sources]
    former = [_former(file.path, older, read, known) for file in sources]
    ends = list(accumulate(map(len, former)))
    rows = tuple(range(end - len(of), end) for of, end in zip(former, ends, strict=True))
    new = [each for path, cut in read.items() if path not in older for each in cut]
    items = {each.item for each in new}
    used = {each.place.extracted for each in new}
    there = {file.path for file, held in zip(sources, rows, strict=True) if held} - read.keys()
    standing = {path: name for path, name in encoded.items() if path in there}
    gathered = Gathered(
        found.root,
        tuple(sources),
        rows,
        np.concatenate([_NOTHING, *former]),
        new,
        {sha: text for sha, text in texts.items() if sha in used},
        {item: signed for item, signed in signatures.items() if item in items},
        standing | encodings(new),
        found.skipped,
        tuple(problems),
        _changed(sources, known),
        stamps,
    )
    if not len(gathered):
        reading.refuse_empty(found.named, problems)
    return gathered


def _former(
    path: str, older: set[str], read: dict[str, list[Passage]], known: Known
) -> NDArray[np.int64]:
    """Return the row that each of a file's passages had, -1 for one that was read now."""
    if path in older:
        return _NOTHING
    if path in read:
        return np.full(len(read[path]), -1, dtype=np.int64)
    rows = known.rows[path]
    return np.arange(rows.start, rows.stop, dtype=np.int64)


def of_corpus(corpus: Corpus, encoder: Encoder) -> Gathered:
    """Cut a corpus that was read as a whole."""
    return replace(
        anew(
            corpus.root,
            corpus.files,
            _cut(corpus.snippets, encoder),
            _texts(corpus.snippets),
            _signatures(corpus.snippets),
        ),
        skipped=corpus.skipped,
        problems=corpus.problems,
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
