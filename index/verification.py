"""Does everything that was indexed still stand in the source files?"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from index.corpus.lines import LineReader
from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from index.passage_store import PassageStore
    from index.records import Passage, Place


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that no longer stands: where, in which passage (if in one), and what is wrong."""

    path: str
    line: int | None
    passage_id: str | None
    problem: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Verification:
    """How many passages and files were compared, and what no longer stands."""

    passages: int
    files: int
    findings: tuple[Finding, ...]


def verify(passages: Iterable[Passage], store: PassageStore, root: Path) -> Verification:
    """Slice passages out of the files below ``root`` again; compare bytes, lines and hashes."""
    count = 0
    findings: list[Finding] = []
    paths: set[str] = set()
    ordered = sorted(passages, key=lambda each: (each.place.path, each.place.byte_start))
    for path, group in groupby(ordered, key=lambda each: each.place.path):
        members = list(group)
        count += len(members)
        paths.add(path)
        findings.extend(_compare(root, path, store.file_sha256(path), members))
    return Verification(count, len(paths), tuple(findings))


def _compare(root: Path, path: str, sha256: str, passages: list[Passage]) -> Iterator[Finding]:
    lines = LineReader(root / path, path, passages[0].place.encoding)
    starts: list[int] = []
    try:
        starts.extend(line.byte_start for line in lines)
        unreadable = None
    except CorpusError as error:
        starts.clear()  # of the lines after that place nothing is known
        unreadable = error
    found = 0
    for passage in passages:
        problem = _problem(root, passage, starts)
        if problem:
            found += 1
            yield Finding(path, passage.place.first_line, passage.id, problem)
    if unreadable:
        problem = unreadable.message.removeprefix(f"{path}:{unreadable.line}: ")
        yield Finding(path, unreadable.line, None, problem.removeprefix(f"{path} "))
    elif lines.sha256 != sha256 and not found:
        yield Finding(
            path, None, None, "the file changed since it was indexed, though no passage did"
        )


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
