"""The whole corpus: every file through the reader of its kind."""

from __future__ import annotations

import codecs
import hashlib
import os
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NoReturn

from index.corpus import containers, files, formats
from index.corpus.decoding import AUTO
from index.corpus.fields import FieldNames
from index.corpus.problems import Kind, Problem
from index.corpus.source import Source
from index.corpus.superseded import superseded_by
from index.errors import (
    CorpusError,
    EmptyCorpusError,
    EncodingError,
    UnreadableFileError,
)
from index.records import Snippet, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

VERSION: Final = 2
"""Raised where the same file gives other snippets than before, so that all files are read again."""
SUFFIXES: Final = formats.KNOWN | set(containers.SUFFIXES)

_SHIFTING: Final = ("hz", "idna", "iso2022", "punycode", "raw", "unicode", "utf-7")
"""Codecs that write other letters as ASCII: what bytes mean depends on those before them."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read: the codec of those that are not UTF-8 (or ``auto``), and field names.

    ``strict`` ends the reading at the first thing that would be lost.
    """

    encoding: str = "utf-8"
    names: FieldNames = field(default_factory=FieldNames)
    strict: bool = False

    def __post_init__(self) -> None:
        """Refuse an encoding that nothing can be cut out of. Raises CorpusError."""
        _check_encoding(self.encoding)

    @property
    def key(self) -> str:
        """Names what the snippets depend on besides the files."""
        mapped = ",".join("=".join(pair) for pair in self.names.mapped)
        return f"{VERSION}/{self.encoding}/{mapped}"


@dataclass(frozen=True, slots=True)
class FileRead:
    """What one file gave: its snippets in order, and what was wrong."""

    file: SourceFile
    snippets: tuple[Snippet, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read: the root that paths are relative to, its files and its snippets in order."""

    root: Path
    files: tuple[SourceFile, ...]
    snippets: tuple[Snippet, ...]
    skipped: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read(corpus: Sequence[Path], options: ReadOptions | None = None) -> Corpus:
    """Read the files and directories of ``corpus``. Raises CorpusError where nothing can be.

    What cannot be read is among the problems, and the rest goes on; strict, it is raised.
    """
    options = options or ReadOptions()
    found = files.find(corpus, SUFFIXES)
    each = [read_file(found.root, path, options) for path in found.paths]
    read_corpus = Corpus(
        found.root,
        tuple(one.file for one in each),
        tuple(snippet for one in each for snippet in one.snippets),
        found.skipped,
        tuple(problem for one in each for problem in one.problems),
    )
    if not read_corpus.snippets:
        refuse_empty(found.named, read_corpus.problems)
    return read_corpus


def read_file(root: Path, path: str, options: ReadOptions) -> FileRead:
    """Read one file; its kind is guessed where its name doesn't tell.

    Raises CorpusError only where it is to be ``strict``, and NoRoomError.
    """
    snippets: list[Snippet] = []
    problems: list[Problem] = []
    file = SourceFile(path, "", 0)
    try:
        with (root / path).open("rb") as stream:
            before = os.fstat(stream.fileno())
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            older = superseded_by(path, stream)
            file = SourceFile(path, sha256, before.st_size, supersedes=older)
            source = Source(path, stream, "", options.encoding, options.names)
            for one in _inside(source, strict=options.strict):
                if isinstance(one, Snippet):
                    snippets.append(one)
                    continue
                if options.strict and one.lost:
                    kind = EncodingError if one.kind is Kind.ENCODING else CorpusError
                    raise kind(
                        f"{one.where}: {one.message}",
                        remedy=one.remedy,
                        path=path,
                        line=one.line or None,
                    )
                problems.append(one)
            after = os.fstat(stream.fileno())
    except OSError as error:
        problem = Problem(
            Kind.UNREADABLE,
            path,
            f"It cannot be read: {error.strerror or error}.",
            "Give the user that runs newsquote permission to read it, or take it out.",
        )
        if options.strict:
            raise UnreadableFileError(
                f"{path} cannot be read: {error.strerror or error}.",
                remedy=problem.remedy,
                path=path,
            ) from error
        return FileRead(SourceFile(path, "", 0), (), (problem,))  # so that it is read anew
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        changed = Problem(Kind.UNREADABLE, path, "It changed while it was read.", "Rebuild again.")
        if options.strict:
            raise UnreadableFileError(
                f"{path} changed while it was read.", remedy=changed.remedy, path=path
            )
        return FileRead(SourceFile(path, "", 0), (), (changed,))
    return FileRead(replace(file, snippets=len(snippets)), tuple(snippets), tuple(problems))


def refuse_empty(corpus: Sequence[str], problems: Sequence[Problem]) -> NoReturn:
    """Say that a corpus holds nothing to index, and what was wrong first. Raises CorpusError."""
    named = ", ".join(corpus)
    first = next((each for each in problems if each.lost), None)
    if first:
        raise EmptyCorpusError(
            f"Nothing in the corpus {named} can be indexed. {first.where}: {first.message}",
            remedy=first.remedy,
            path=first.path,
            line=first.line or None,
        )
    raise EmptyCorpusError(
        f"The corpus {named} holds only empty files.",
        remedy="A line of text is a snippet: put some there, or name another path.",
        path=corpus[0],
    )


def _inside(source: Source, *, strict: bool) -> Iterator[Snippet | Problem]:
    """Read all that a file holds; no two documents of it share a block."""
    block = 0
    left_out, is_known = False, False
    # Only a file that was named itself has another suffix.
    guess = PurePosixPath(source.path).suffix.lower() not in SUFFIXES
    for found in containers.documents(source):
        if isinstance(found, Problem):
            is_known = True
            yield found
            continue
        first, block = block, block + 1
        try:
            reader = formats.reader_of(found.source, found.name, guess=guess)
            if reader is None:
                left_out = True
                continue
            is_known = True
            codecs_cited = {"utf-8"}
            for one in reader(found.source):
                if isinstance(one, Problem):
                    yield one
                    continue
                codecs_cited.add(one.place.encoding)
                block = max(block, first + one.block + 1)
                yield replace(one, block=first + one.block)
            if found.source.read_as not in codecs_cited:
                yield found.source.problem(
                    Kind.ENCODING,
                    f"It is no UTF-8 and was read as {found.source.read_as}.",
                    "See whether its letters came out right.",
                    lost=False,
                )
        except CorpusError as error:
            if strict:
                raise
            yield found.source.problem_of(error)
    if left_out and not is_known:
        yield source.problem(
            Kind.UNREADABLE,
            "Nothing in it is of a known kind.",
            "Take it out, or name it for what it is.",
            lost=False,
        )


def _check_encoding(encoding: str) -> None:
    if encoding == AUTO:
        return
    try:
        name = codecs.lookup(encoding).name
        "\n".encode(encoding)
    except (LookupError, UnicodeError) as error:
        raise CorpusError(
            f"There is no encoding named {encoding!r}.",
            remedy="Name one that Python knows, such as cp1252 or utf-16, or auto.",
        ) from error
    if name.startswith(_SHIFTING):
        raise CorpusError(
            f"In the encoding {encoding}, a part of a file is no part of its text.",
            remedy="Convert the files to UTF-8.",
        )
