"""Which files make up the corpus, and where its root is."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from index.errors import CorpusNotFoundError, EmptyCorpusError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


NO_NEWS: Final = frozenset({"feeds.txt"})
"""What `newsquote fetch` reads addresses from is no part of the corpus that it stands in."""


@dataclass(frozen=True, slots=True)
class CorpusFiles:
    """The root that citations are relative to, the files below it, and those left out.

    ``paths`` and ``skipped`` are relative to ``root``, with forward slashes, sorted. ``named`` is
    what the corpus was named by.
    """

    root: Path
    paths: tuple[str, ...]
    skipped: tuple[str, ...]
    named: tuple[str, ...] = ()


def find(
    corpus: Sequence[Path], suffixes: Collection[str], without: Path | None = None
) -> CorpusFiles:
    """List the corpus's files whose suffix is in ``suffixes``, but for those below ``without``.

    The root is the directory named, the parent of the file named, or the deepest directory that
    holds all when several are named. Hidden files, and links that lead out of the root, are not
    followed. Raises CorpusError where a path is missing or unreadable, or nothing is left.
    """
    named = [Path(os.path.abspath(path)) for path in corpus]  # noqa: PTH100  links stay as named
    for path, given in zip(named, corpus, strict=True):
        if not _stat(path):
            raise CorpusNotFoundError(
                f"The corpus {given} does not exist.",
                remedy="Name a directory of .txt files, or one file.",
                path=str(given),
            )
    root = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in named]))
    left_out = None if without is None else without.resolve()
    found = {path for start in named for path in _below(start, left_out)}
    found = {path for path in found if path in named or path.name not in NO_NEWS}
    chosen = {path for path in found if path.suffix.lower() in suffixes or path in named}
    files = CorpusFiles(
        root,
        tuple(sorted(path.relative_to(root).as_posix() for path in chosen)),
        tuple(sorted(path.relative_to(root).as_posix() for path in found - chosen)),
        tuple(map(str, corpus)),
    )
    if not files.paths:
        kinds = ", ".join(sorted(suffixes))
        raise EmptyCorpusError(
            f"The corpus {', '.join(map(str, corpus))} holds no file to index.",
            remedy=f"Put files of a known kind there ({kinds}), or name another path.",
            path=str(corpus[0]) if corpus else "",
        )
    return files


def _below(start: Path, without: Path | None) -> Iterator[Path]:
    if not start.is_dir():
        if not start.is_file():
            _refuse_file(start, "no regular file")
        yield start
        return
    inside = start.resolve()
    for directory, names, files in os.walk(start, onerror=_refuse):
        if without is not None and Path(directory).resolve() == without:
            names.clear()
            continue
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in files:
            path = Path(directory, name)
            if name.startswith(".") or not _stat(path) or not path.is_file():
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                continue
            if not _citable(name) or not _citable(directory):
                raise UnreadableFileError(
                    f"The file {str(path)!r} cannot be cited: its name is not UTF-8.",
                    remedy="Rename it.",
                    path=repr(str(path)),
                )
            yield path


def _stat(path: Path) -> os.stat_result | None:
    """Look a path up; None where there is nothing, or a link to nothing."""
    try:
        return path.stat()
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            return None
        _refuse_file(path, str(error.strerror), error)


def _citable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_file(path: Path, reason: str, error: OSError | None = None) -> NoReturn:
    raise UnreadableFileError(
        f"{path} cannot be read: {reason}.",
        remedy="Take it out of the corpus, or give the user that runs newsquote permission.",
        path=str(path),
    ) from error


def _refuse(error: OSError) -> None:
    raise UnreadableFileError(
        f"The directory {error.filename} cannot be read: {error.strerror}.",
        remedy="Give the user that runs newsquote permission to read it.",
        path=str(error.filename),
    ) from error
