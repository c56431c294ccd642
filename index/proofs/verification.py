"""Does everything that was indexed still stand in the source files?"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from index.corpus.lines import LineReader
from index.corpus.reading import read_file
from index.corpus.source import Source
from index.errors import CorpusError
from index.place import Place
from index.snapshots.file_stamps import hashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from index.corpus.reading import ReadOptions
    from index.records import Passage
    from index.snapshots.passage_store import PassageStore


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that no longer stands: where, in which passage (if in one), and what is wrong.

    ``entry`` is what is inside the file, and ``record`` numbers the record, where it has them.
    """

    path: str
    line: int | None
    passage_id: str | None
    problem: str
    entry: str = ""
    record: int | None = None

    def __str__(self) -> str:
        line = self.line or 0
        place = Place(self.path, line, line, 0, 0, entry=self.entry, record=self.record or 0)
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Verification:
    """How many passages and files were compared, and what no longer stands."""

    passages: int
    files: int
    findings: tuple[Finding, ...]


def verify(
    passages: Iterable[Passage], store: PassageStore, root: Path, options: ReadOptions
) -> Verification:
    """Slice passages out of the files below ``root`` again; compare bytes, lines and hashes.

    Where a passage is of an extracted text, its file is read again, as ``options`` say, and has
    to give that text at the same place.
    """
    count = 0
    findings: list[Finding] = []
    paths: set[str] = set()
    ordered = sorted(passages, key=lambda each: (each.place.path, each.place.byte_start))
    for path, group in groupby(ordered, key=lambda each: each.place.path):
        members = list(group)
        count += len(members)
        paths.add(path)
        sliced = [each for each in members if not each.place.extracted]
        extracted = [each for each in members if each.place.extracted]
        found = [
            *(_compare_slices(root, path, sliced, store) if sliced else ()),
            *(_compare_extracted(root, path, extracted, store, options) if extracted else ()),
        ]
        findings += found
        if not found and hashed(root / path) != store.file_sha256(path):
            problem = "the file changed since it was indexed, though no passage did"
            findings.append(Finding(path, None, None, problem))
    return Verification(count, len(paths), tuple(findings))


def _compare_slices(
    root: Path, path: str, passages: list[Passage], store: PassageStore
) -> Iterator[Finding]:
    starts: list[int] = []
    unreadable = None
    try:
        with (root / path).open("rb") as stream:
            source = Source(path, stream, encoding=passages[0].place.encoding)
            starts.extend(line.byte_start for line in LineReader(source).each())
    except OSError:
        starts.clear()
    except CorpusError as error:
        starts.clear()  # of the lines after that place nothing is known
        unreadable = error
    for passage in passages:
        problem = _problem(root, passage, starts)
        if problem:
            yield Finding(path, passage.place.first_line, passage.id, problem)
    # Where it is the file that was indexed, that line could not be read then either.
    if unreadable and hashed(root / path) != store.file_sha256(path):
        problem = unreadable.message.removeprefix(f"{path}:{unreadable.line}: ")
        yield Finding(path, unreadable.line, None, problem.removeprefix(f"{path} "))


def _problem(root: Path, passage: Passage, line_starts: list[int]) -> str:
    place: Place = passage.place
    try:
        with (root / place.path).open("rb") as file:
            file.seek(place.byte_start)
            raw = file.read(place.byte_end - place.byte_start)
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    if raw != passage.text.encode(place.encoding):
        return "the text changed since it was indexed"
    line = bisect_right(line_starts, place.byte_start)
    if line_starts and line != place.first_line:
        return f"the text now begins on line {line}"
    return ""


def _compare_extracted(
    root: Path, path: str, passages: list[Passage], store: PassageStore, options: ReadOptions
) -> Iterator[Finding]:
    """Read a file again: it has to give the texts, and these to hold the passages."""
    given = {
        (each.place.extracted, each.place.document, each.place.first_line, each.place.record)
        for each in read_file(root, path, options).snippets
    }
    hashes = {each[0] for each in given}
    for passage in passages:
        place = passage.place
        at = (place.extracted, place.document, place.first_line, place.record)
        if place.extracted not in hashes:
            problem = "the file no longer gives the text that was indexed"
        elif at not in given:
            problem = "the text now stands at another place of the file"
        elif _cut(store, place) != passage.text.encode():
            problem = "the text kept in the index is not the one that was extracted"
        else:
            continue
        yield Finding(
            path, place.first_line or None, passage.id, problem, place.entry, place.record or None
        )


def _cut(store: PassageStore, place: Place) -> bytes:
    try:
        return store.text(place.extracted).encode()[place.byte_start : place.byte_end]
    except KeyError:
        return b""
