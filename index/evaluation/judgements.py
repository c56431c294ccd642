"""Questions of which someone knows whether the corpus answers them, or whether we answered right.

Either a folder in BEIR format, of which the questions alone are read, or a file of JSON lines::

    {"question": "Where will Kim meet Putin?", "answerable": true}
    {"question": "Who won in Vermont?", "right": false}

``answerable`` is about the corpus, ``right`` about the quotes that were shown as an answer. Where
only ``right`` is given, a wrong answer counts as one that should not have been given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from index.evaluation import beir, lines

if TYPE_CHECKING:
    from pathlib import Path

_LAYOUT: Final = (
    'Give JSON lines such as {"question": "Where will Kim meet Putin?", "answerable": true},'
    ' or "right" in place of "answerable"; or a folder in BEIR format.'
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and whether it should be answered.

    ``answers`` are short gold strings, any of which will do. ``right`` is whether the quotes shown
    were right, None where nobody said.
    """

    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    right: bool | None = None


class _Row(msgspec.Struct):
    question: str
    answerable: bool | None = None
    right: bool | None = None


def read(path: Path) -> list[Judged]:
    """Read a folder, or a file of JSON lines. Raises DataSetError, naming file and line."""
    if path.is_dir():
        return [
            Judged(each.text, each.answerable, each.answers) for each in beir.read_questions(path)
        ]
    return [_judged(path, number, row) for number, row in lines.rows(path, _Row, _LAYOUT)]


def _judged(path: Path, number: int, row: _Row) -> Judged:
    answerable = row.right if row.answerable is None else row.answerable
    if answerable is None:
        raise lines.wrong(path, number, 'says neither "answerable" nor "right"')
    return Judged(row.question, answerable, right=row.right)
