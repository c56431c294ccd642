"""CSV and TSV: a row is one snippet, whose fields the first row names (library: csv)."""

from __future__ import annotations

import csv
import re
from itertools import chain, dropwhile, islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from index.corpus import export_record, fields
from index.corpus.lines import LineReader
from index.corpus.problems import Kind
from index.corpus.source import MAX_TEXT_CHARS
from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.corpus.lines import Line
    from index.corpus.problems import Problem
    from index.corpus.source import Source
    from index.records import Snippet

MAX_HEADER_LINES: Final = 10

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAID_TO_BE = re.compile(r"sep=([,;:|~^\t])")
"""What Excel writes, and reads, before the first row."""
_USED: Final = (
    *(fields.TEXT, fields.TITLE, fields.OUTLET, fields.PUBLISHED, fields.URL, fields.AUTHOR),
    *(fields.ID, fields.LANGUAGE),
)


class _Lines:
    """Lines as the csv module takes them; ``number`` is that of the last one taken."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number = line.number
            yield line.text + "\n"


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the rows after the first one, numbered from 1.

    Raises CorpusError where no column is known to be the text.
    """
    # The limit is the process's: it is only ever raised here.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_TEXT_CHARS))
    read = iter(LineReader(source))
    rest = dropwhile(lambda line: not line.text.strip(), read)
    start = list(islice(rest, MAX_HEADER_LINES))
    if not start:
        return
    delimiter, start = _delimiter(source, start)
    lines = _Lines(chain(start, rest))
    rows = _rows(lines, delimiter)
    header = next(rows, None)
    if not isinstance(header, list):
        raise _refusal(source, "its first row, which names the columns, is broken", "Mend it.")
    header = [cell.strip() for cell in header]
    _check(source, header)
    number = 0
    while True:
        first_line = lines.number + 1
        row = next(rows, None)
        if row is None:
            return
        if isinstance(row, list) and not any(cell.strip() for cell in row):
            continue
        number += 1
        fault = row if isinstance(row, str) else _misfit(header, row)
        if fault:
            yield source.problem(
                Kind.MALFORMED,
                fault,
                "Put a cell with quotation marks or line breaks between quotation marks, and"
                " double those inside it.",
                line=first_line,
                record=number,
            )
            continue
        record: dict[str, object] = {}
        for name, cell in zip(header, row, strict=False):
            record.setdefault(name, cell)
        yield from export_record.items(source, record, number, first_line, lines.number)


def _rows(lines: _Lines, delimiter: str) -> Iterator[list[str] | str]:
    """Yield rows, or what is wrong with one; the next begins with the line after it."""
    rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            said = str(error)
            if "unexpected end" in said:
                said = "a quotation mark is not closed"
            yield f"The row cannot be told into cells: {said}."


def _delimiter(source: Source, start: list[Line]) -> tuple[str, list[Line]]:
    """Return what stands between cells, and the lines from the header on.

    It is what makes the first row name most of the fields that we know.
    """
    if said := _SAID_TO_BE.fullmatch(start[0].text.strip(" ")):
        return said.group(1), start[1:]
    suffixes = PurePosixPath(source.name).suffixes
    order = ("\t", ",", ";", "|") if ".tsv" in map(str.lower, suffixes) else _DELIMITERS

    def known(delimiter: str) -> tuple[int, int]:
        header = next(_rows(_Lines(start), delimiter), None)
        if not isinstance(header, list):
            return 0, 0
        names = {
            field
            for field in _USED
            if any(source.names.knows(field, cell.strip()) for cell in header)
        }
        return len(names), len(header)

    return max(order, key=known), start


def _check(source: Source, header: list[str]) -> None:
    """Raise CorpusError where the columns don't say which is the text, or say it twice."""
    if not any(source.names.knows(fields.TEXT, name) for name in header):
        raise _refusal(
            source,
            f"it has no column that is known as the text, only {export_record.shown(header)}",
            "Say which one it is (--map text=COLUMN); the first row has to name the columns.",
        )
    plain = [fields.plain_name(name) for name in header]
    for name in header:
        is_used = any(source.names.knows(field, name) for field in _USED)
        if is_used and plain.count(fields.plain_name(name)) > 1:
            raise _refusal(source, f"it has two columns that are named {name!r}", "Rename one.")


def _refusal(source: Source, message: str, remedy: str) -> CorpusError:
    return CorpusError(f"{source.document}:1: {message}.", remedy=remedy, path=source.path, line=1)


def _misfit(header: list[str], row: list[str]) -> str:
    """Say what is wrong with a row that is not as long as the header; empty cells may follow."""
    if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
        return f"The row has {len(row)} cells, but the first row names {len(header)} columns."
    return ""
