"""What is inside a file: itself, or what a ``.gz``, ``.zst`` or ``.zip`` holds.

Libraries: gzip and zipfile of Python, zstandard. Nothing is unpacked into the file system but
into nameless temporary files, and no more than a sensible archive holds.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, cast

from index.corpus.problems import Kind, Problem
from index.corpus.source import Source
from index.errors import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import IO, BinaryIO

SUFFIXES: Final = (".gz", ".zip", ".zst")
WARC: Final = ".warc.gz"
MAX_DEPTH: Final = 3
"""Archives inside archives are opened so deep."""
MAX_UNPACKED_BYTES: Final = 8_000_000_000
MAX_GROWTH: Final = 200
"""What unpacks to more than so many times its size, beyond what follows, is a bomb, not news."""
ALWAYS_UNPACKED_BYTES: Final = 64_000_000
IN_MEMORY_BYTES: Final = 16_000_000

_BLOCK_BYTES: Final = 1_000_000


class _TooLongError(Exception):
    """More came out of an archive than it may hold."""


@dataclass(frozen=True, slots=True)
class Inside:
    """One document found: its source, and its name without what it was packed in."""

    source: Source
    name: str


def documents(source: Source) -> Iterator[Inside | Problem]:
    """Yield what a file holds, or itself; a document's stream is open until the next is asked for.

    What cannot be unpacked is a problem, and the rest goes on. Raises OSError where the file itself
    cannot be read, and NoRoomError: neither is the archive's fault.
    """
    yield from _open(source, PurePosixPath(source.path).name, 0)


def _open(source: Source, name: str, depth: int) -> Iterator[Inside | Problem]:
    source.name = name
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        yield Inside(source, name)
        return
    if name.lower().endswith(WARC):
        # Each of its records is compressed for itself: where one is broken, the others are not.
        source.sliced = False
        source.name = name[: -len(suffix)]
        yield Inside(source, source.name)
        return
    if depth == MAX_DEPTH:
        yield source.problem(Kind.LIMIT, "Archives are nested too deep.", "Unpack it.")
        return
    if suffix == ".zip":
        yield from _zip(source, depth)
        return
    try:
        unpacked = _unpacked(source, suffix)
    except _TooLongError:
        yield _bomb(source)
        return
    except Exception as error:  # what an unpacker raises on broken data is not documented in full
        if _is_of_the_machine(error):
            raise
        yield _broken(source, error)
        return
    with unpacked:
        inner = Source(
            source.path, unpacked, source.entry, source.encoding, source.names, sliced=False
        )
        yield from _open(inner, name[: -len(suffix)], depth + 1)


def _zip(source: Source, depth: int) -> Iterator[Inside | Problem]:
    try:
        archive = zipfile.ZipFile(source.stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        # zipfile says "not a zip file" of a disk that fails while it looks for the directory.
        cause = error.__context__ if isinstance(error, zipfile.BadZipFile) else error
        if isinstance(cause, Exception) and _is_of_the_machine(cause):
            raise cause from None
        yield _broken(source, error)
        return
    with contextlib.closing(archive):
        for info in sorted(archive.infolist(), key=lambda each: each.filename):
            parts = PurePosixPath(info.filename).parts
            if info.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts):
                continue
            entry = f"{source.entry}!{info.filename}" if source.entry else info.filename
            inner = Source(
                source.path, source.stream, entry, source.encoding, source.names, sliced=False
            )
            if not info.filename.isprintable():
                yield source.problem(
                    Kind.UNREADABLE, f"The entry {info.filename!r} cannot be cited.", "Rename it."
                )
                continue
            try:
                with archive.open(info) as packed:
                    unpacked = _copied(inner, cast("BinaryIO", packed), info.compress_size)
            except _TooLongError:
                yield _bomb(inner)
                continue
            except Exception as error:
                if _is_of_the_machine(error):
                    raise
                yield _broken(inner, error)
                continue
            with unpacked:
                inner.stream = unpacked
                yield from _open(inner, parts[-1], depth + 1)


def _unpacked(source: Source, suffix: str) -> BinaryIO:
    stream = source.stream
    size = stream.seek(0, 2)
    stream.seek(0)
    if suffix == ".gz":
        # Without the mode it takes that of a temporary file, which is for writing.
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            return _copied(source, cast("BinaryIO", packed), size)
    import zstandard

    with zstandard.ZstdDecompressor().stream_reader(
        stream, read_across_frames=True, closefd=False
    ) as packed:
        return _copied(source, cast("BinaryIO", packed), size)


def _copied(source: Source, packed: BinaryIO, packed_bytes: int) -> BinaryIO:
    """Copy what comes out into a temporary file, which is at its start.

    Raises _TooLongError and NoRoomError.
    """
    most = min(MAX_UNPACKED_BYTES, max(ALWAYS_UNPACKED_BYTES, MAX_GROWTH * packed_bytes))
    with contextlib.ExitStack() as failing:
        copy = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  who asked closes it
        failing.callback(_discard, copy)
        count = 0
        while block := packed.read(_BLOCK_BYTES):
            count += len(block)
            if count > most:
                raise _TooLongError
            with _needing_room(source):
                copy.write(block)
        with _needing_room(source):
            copy.seek(0)
        failing.pop_all()
        return cast("BinaryIO", copy)


def _discard(copy: IO[bytes]) -> None:
    # What could not be written before cannot be written when it is closed.
    with contextlib.suppress(OSError):
        copy.close()


@contextlib.contextmanager
def _needing_room(source: Source) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise NoRoomError(
            f"{source.document} cannot be unpacked: {error.strerror or error}.",
            remedy="Make room for temporary files, or name another place for them (TMPDIR).",
            path=source.path,
        ) from error


def _is_of_the_machine(error: Exception) -> bool:
    """Say whether the archive may be whole: a disk failed, or is full."""
    if isinstance(error, NoRoomError):
        return True
    # What the unpackers raise has no number, though gzip's is an OSError; an offset that makes no
    # sense is an invalid argument.
    return isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}


def _broken(source: Source, error: Exception) -> Problem:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return source.problem(Kind.UNREADABLE, "It is encrypted.", "Unpack it.")
    detail = str(error) if isinstance(error, (OSError, zipfile.BadZipFile, zlib.error)) else ""
    return source.problem(
        Kind.UNREADABLE,
        f"It cannot be unpacked{f' ({detail})' if detail else ''}.",
        "Make the archive again, or take it out.",
    )


def _bomb(source: Source) -> Problem:
    return source.problem(
        Kind.LIMIT,
        "It unpacks to more than an archive of news of that size holds.",
        "Unpack it, if it is one.",
    )
