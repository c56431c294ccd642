"""What is wrong or doubtful in a corpus, with file and line: read as a rebuild reads it.

Nothing is built and nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.corpus import files, languages, reading
from index.passages import PassagePolicy, split
from index.text import copies
from index.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from index.corpus.problems import Problem
    from index.corpus.reading import FileRead, ReadOptions
    from index.encoders.protocol import Encoder
    from index.place import Place
    from index.records import Snippet

UNKNOWN: Final = "unknown"
"""Stands for the language of items that is neither given nor can be told."""


@dataclass(frozen=True, slots=True)
class Long:
    """An item that the model cannot read at once: its word pieces, and how it is cut.

    ``broken`` counts the sentences that are too long themselves and are cut between words.
    """

    place: Place
    pieces: int
    passages: int
    broken: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many items something is said of, and where the first of them stands."""

    items: int
    first: Place


@dataclass(frozen=True, slots=True)
class Other:
    """The encoding of a file that is not UTF-8, and where it first makes a difference."""

    encoding: str
    first: Place


@dataclass(frozen=True, slots=True)
class Repeated:
    """An identifier that several items of one outlet have, and where they stand."""

    source_id: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Copies:
    """How much of the corpus is near copies: sets of them, the items in these, and the largest."""

    sets: int
    items: int
    largest: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was found. ``undated`` counts a document's items without a usable date.

    ``skipped`` are files of no known kind, ``superseded`` those that a corrected item replaces.
    ``read_as`` tells of files that are not UTF-8, by path; ``languages`` counts items, most first.
    """

    files: int
    items: int
    problems: tuple[Problem, ...]
    skipped: tuple[str, ...]
    superseded: tuple[str, ...]
    read_as: dict[str, Other]
    undated: dict[str, Counted]
    long: tuple[Long, ...]
    repeated: tuple[Repeated, ...]
    copies: Copies
    languages: dict[str, Counted]

    @property
    def lost(self) -> int:
        """Count the problems for which something is not indexed."""
        return sum(problem.lost for problem in self.problems)


def diagnose(
    corpus: Sequence[Path],
    options: ReadOptions,
    encoder: Encoder,
    tell: Callable[[str, int, int], object],
    index_dir: Path | None = None,
) -> Diagnosis:
    """Read a corpus, without the index that may stand in it, and say what is wrong with it.

    Raises CorpusError where there is none, and NoRoomError.
    """
    found = files.find(corpus, reading.SUFFIXES, index_dir)
    read: list[FileRead] = []
    for done, path in enumerate(found.paths):
        tell("reading", done, len(found.paths))
        read.append(reading.read_file(found.root, path, options))
    tell("reading", len(found.paths), len(found.paths))
    older = {each.file.supersedes for each in read}
    superseded = tuple(path for path in found.paths if path in older)
    snippets = [s for each in read if each.file.path not in older for s in each.snippets]
    tell("comparing", 0, 1)
    diagnosis = Diagnosis(
        files=len(read),
        items=len(snippets),
        problems=tuple(problem for each in read for problem in each.problems),
        skipped=found.skipped,
        superseded=superseded,
        read_as=_read_as(snippets),
        undated=_counted(
            (s.place.document, s.place) for s in snippets if s.metadata.published is None
        ),
        long=tuple(_long(snippets, encoder)),
        repeated=_repeated(snippets),
        copies=_copies(snippets),
        languages=_counted((_language(each), each.place) for each in snippets),
    )
    tell("comparing", 1, 1)
    return diagnosis


def _counted(named: Iterable[tuple[str, Place]]) -> dict[str, Counted]:
    """Count the places of each name, most first."""
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for name, place in named:
        places[name].append(place)
    ordered = sorted(places.items(), key=lambda each: -len(each[1]))
    return {name: Counted(len(where), where[0]) for name, where in ordered}


def _read_as(snippets: Sequence[Snippet]) -> dict[str, Other]:
    others = [snippet for snippet in snippets if snippet.place.encoding != "utf-8"]
    found: dict[str, Other] = {}
    # The letters of ASCII are the same in most encodings: a place with others comes first.
    for snippet in sorted(others, key=lambda each: each.text.isascii()):
        found.setdefault(snippet.place.path, Other(snippet.place.encoding, snippet.place))
    return found


def _long(snippets: Sequence[Snippet], encoder: Encoder) -> list[Long]:
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    counts = encoder.count_pieces([snippet.text for snippet in snippets])
    found: list[Long] = []
    for snippet, pieces in zip(snippets, counts, strict=True):
        if pieces <= policy.window_pieces:
            continue
        spans = sentences(snippet.text)
        broken = sum(
            count > policy.window_pieces
            for count in encoder.count_pieces([span.of(snippet.text) for span in spans])
        )
        cut = split([snippet], [""], encoder.count_pieces, policy)
        found.append(Long(snippet.place, pieces, len(cut), broken))
    return found


def _repeated(snippets: Sequence[Snippet]) -> tuple[Repeated, ...]:
    places: defaultdict[tuple[str | None, str], list[Place]] = defaultdict(list)
    for snippet in snippets:
        if snippet.metadata.source_id:
            places[snippet.metadata.outlet, snippet.metadata.source_id].append(snippet.place)
    return tuple(
        Repeated(source_id, tuple(where))
        for (_, source_id), where in places.items()
        if len(where) > 1
    )


def _copies(snippets: Sequence[Snippet]) -> Copies:
    members: defaultdict[int, list[Place]] = defaultdict(list)
    for snippet, of in zip(snippets, _sets(snippets), strict=True):
        if of is not None:
            members[of].append(snippet.place)
    largest = max(members.values(), key=len) if members else []
    return Copies(len(members), sum(map(len, members.values())), tuple(largest))


def _sets(snippets: Sequence[Snippet]) -> list[int | None]:
    if not snippets:
        return []
    return copies.grouped(np.stack([copies.signature(each.text) for each in snippets]))


def _language(snippet: Snippet) -> str:
    return snippet.metadata.language or languages.tag(snippet.text) or UNKNOWN
