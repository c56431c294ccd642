"""The whole corpus: every file through the reader of its kind."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.corpus import files, text
from index.corpus.decoding import AUTO
from index.corpus.lines import LineReader
from index.errors import CorpusError, EmptyCorpusError
from index.records import Snippet, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

READERS: Final[dict[str, Callable[[LineReader], Iterator[Snippet]]]] = {".txt": text.snippets}
"""The reader of each file suffix. A file that is named itself and has another is read as text."""

_SHIFTING: Final = ("hz", "idna", "iso2022", "punycode", "raw", "unicode", "utf-7")
"""Codecs that write other letters as ASCII: what bytes mean depends on those before them."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read: the root that paths are relative to, its files and its snippets in order."""

    root: Path
    files: tuple[SourceFile, ...]
    snippets: tuple[Snippet, ...]
    skipped: tuple[str, ...]


def read(corpus: Sequence[Path], encoding: str = "utf-8") -> Corpus:
    """Read the files and directories of ``corpus``.

    ``encoding`` names the codec of files that are not UTF-8, or is ``auto``. Raises CorpusError,
    naming file, line and byte, at the first thing that cannot be read.
    """
    _check_encoding(encoding)
    found = files.find(corpus, READERS.keys())
    sources: list[SourceFile] = []
    snippets: list[Snippet] = []
    for path in found.paths:
        lines = LineReader(found.root / path, path, encoding)
        reader = READERS.get(lines.path.suffix.lower(), text.snippets)
        snippets.extend(reader(lines))
        sources.append(SourceFile(path, lines.sha256, lines.size_bytes))
    if not snippets:
        raise EmptyCorpusError(
            f"The corpus {', '.join(map(str, corpus))} holds only empty files.",
            remedy="A line of text is a snippet: put some there, or name another path.",
            path=str(corpus[0]),
        )
    return Corpus(found.root, tuple(sources), tuple(snippets), found.skipped)


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
