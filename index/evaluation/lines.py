"""The files of a data set, line by line; what is wrong with one names file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from index.evaluation.errors import DataSetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_Row = TypeVar("_Row")


def rows(path: Path, kind: type[_Row], layout: str) -> Iterator[tuple[int, _Row]]:
    """Yield a JSON Lines file's rows with their lines' numbers; a blank line is no row.

    ``layout`` says what should be there. Raises DataSetError, also where there is no row.
    """
    decoder = msgspec.json.Decoder(kind)
    empty = True
    for number, line in numbered(path, layout):
        try:
            row = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise wrong(path, number, f"cannot be read: {error}") from error
        empty = False
        yield number, row
    if empty:
        raise DataSetError(f"{path} has no line.", remedy=layout, path=str(path))


def numbered(path: Path, layout: str) -> Iterator[tuple[int, bytes]]:
    """Yield a file's lines that are not blank, with their numbers. Raises DataSetError."""
    # Cut at line feeds alone: U+2028 may stand inside a JSON string.
    for number, line in enumerate(_read(path, layout).split(b"\n"), start=1):
        if line.strip():
            yield number, line


def wrong(path: Path, line: int, what: str) -> DataSetError:
    """Say what is wrong with a line."""
    return DataSetError(
        f"{path}:{line} {what}.", remedy="Correct that line.", path=str(path), line=line
    )


def _read(path: Path, layout: str) -> bytes:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError as error:
        raise DataSetError(f"There is no file {path}.", remedy=layout, path=str(path)) from error
    except OSError as error:
        raise DataSetError(
            f"{path} cannot be read: {error.strerror}.", remedy=layout, path=str(path)
        ) from error
