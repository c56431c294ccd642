"""What of a corpus is watched, and whether a change is one of the corpus (watchfiles).

A directory is watched with all below it; a file that is named, in its directory, since an editor
puts a new one in its place. WATCHFILES_FORCE_POLLING makes watchfiles look at all files now and
then instead of being told by the system, as network file systems need.
"""

from __future__ import annotations

import os
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from threading import Event

    from watchfiles import Change

    Batch = set[tuple[Change, str]]

_ROOTS: Final = 5
"""At every so many looks the directories themselves are looked at: no watch survives its own."""


@dataclass(frozen=True, slots=True)
class Roots:
    """What stands where the corpus is said to be.

    ``trees`` are watched with all below, ``folders`` for the ``files`` named in them; links are
    resolved. ``inodes`` tell a directory from another that took its place.
    """

    trees: frozenset[Path]
    folders: frozenset[Path]
    files: frozenset[Path]
    inodes: frozenset[tuple[Path, int, int]]


def find_roots(corpus: Iterable[Path]) -> Roots:
    """Look what is there; what isn't is awaited as if it were a file."""
    trees: set[Path] = set()
    files: set[Path] = set()
    real: dict[str, Path] = {}  # a long list of files has few directories
    for path in corpus:
        if _directory(path):
            trees.add(_real(path))
            continue
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  links stay as named
        files.add((real.get(folder) or real.setdefault(folder, _real(folder))) / name)
        if os.path.islink(path):  # noqa: PTH114  raises nothing
            # A link is changed where it stands, or where it leads to.
            files.add(_real(path))
    folders = {path.parent for path in files if _directory(path.parent)}
    found = {path: _directory(path) for path in trees | folders}
    return Roots(
        frozenset(trees),
        frozenset(folders),
        frozenset(files),
        frozenset((path, each.st_dev, each.st_ino) for path, each in found.items() if each),
    )


def looks(corpus: Sequence[Path], index_dir: Path, stop: Event, look_s: float) -> Generator[bool]:
    """Yield about every ``look_s`` until ``stop`` whether the corpus changed since.

    What changes between two looks is not lost, however far apart they are. Raises CorpusError
    where the system refuses to watch.
    """
    # An index that is a link is changed under either name.
    folder, name = os.path.split(os.path.abspath(index_dir))  # noqa: PTH100  links stay as named
    index = frozenset({_real(folder) / name, _real(index_dir)})
    anew = False
    while not stop.is_set():
        roots = find_roots(corpus)
        _refuse_index(roots, index)
        with closing(_batches(roots, stop, look_s)) as batches:
            for number, batch in enumerate(batches, start=1):
                yield anew or any(concerns(roots, index, *each) for each in batch)
                anew = False
                if _lost(roots, batch):
                    break
                if number % _ROOTS == 0 and find_roots(corpus) != roots:
                    break
        # What changed until the new watch stands can't be known.
        anew = True


def concerns(roots: Roots, index: frozenset[Path], change: Change, name: str) -> bool:
    """Say whether a change is one of the corpus: of no hidden file, and not of the index."""
    from watchfiles import Change

    path = Path(name)
    if path in roots.files:
        return True
    # What changed in a directory is told by itself; that a hidden file did changes it, too.
    if change is Change.modified and _directory(path):
        return False
    return any(
        path.is_relative_to(tree)
        and not any(part.startswith(".") for part in path.relative_to(tree).parts)
        and not any(each.is_relative_to(tree) and path.is_relative_to(each) for each in index)
        for tree in roots.trees
    )


def _lost(roots: Roots, batch: Batch) -> bool:
    """Say whether a directory went away; another in its place may have its inode."""
    from watchfiles import Change

    gone = {Path(name) for change, name in batch if change is Change.deleted}
    return bool(gone & (roots.trees | roots.folders))


def _batches(roots: Roots, stop: Event, look_s: float) -> Generator[Batch]:
    """Yield the changes since the last time, until ``stop`` or until a directory is gone."""
    from watchfiles import watch

    watches = [
        watch(
            *paths,
            # Filtered here, a change that doesn't count is a look all the same.
            watch_filter=None,
            debounce=round(look_s * 1000),
            rust_timeout=round(look_s * 1000),
            yield_on_timeout=True,
            stop_event=stop,
            recursive=below,
            ignore_permission_denied=True,
        )
        for paths, below in ((roots.trees, True), (roots.folders, False))
        if paths
    ]
    try:
        while not stop.is_set():
            if not watches:
                stop.wait(look_s)
            nothing: Batch = set()
            yield nothing.union(*(next(each, nothing) for each in watches))
    except FileNotFoundError:
        stop.wait(look_s)
    except (OSError, RuntimeError) as error:
        raise CorpusError(
            f"The corpus can't be watched: {error}.",
            remedy="Raise the system's limit on watches, or set WATCHFILES_FORCE_POLLING=1.",
            path=str(next(iter(sorted(roots.trees | roots.folders)), "")),
        ) from error
    finally:
        for each in watches:
            each.close()


def _refuse_index(roots: Roots, index: frozenset[Path]) -> None:
    if index & roots.trees:
        raise CorpusError(
            f"The index can't be watched for changes of the corpus: both are {min(index)}.",
            remedy="Give the index a directory of its own with --index.",
            path=str(min(index)),
        )


def _real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve() raises where links go in a circle


def _directory(path: Path) -> os.stat_result | None:
    """Look a directory up; None where there is none, or none that may be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found if stat.S_ISDIR(found.st_mode) else None
