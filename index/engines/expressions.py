"""What rows have to be, as a small tree, for every engine: ``And(In("outlet", …), Range(…))``.

Fields hold whole numbers, one a row: never a text. FAISS is given the rows that an expression
selects, as flags; Milvus is given the expression, and has the fields itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Fields = Mapping[str, NDArray[np.int64] | NDArray[np.uint32]]
    Mask = NDArray[np.bool_]

ROW: Final = "row"
"""The field that numbers the rows."""


@dataclass(frozen=True, slots=True)
class Eq:
    """A field has this value."""

    field: str
    value: int


@dataclass(frozen=True, slots=True)
class In:
    """A field has one of these values; with none, no row does."""

    field: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A field is ``least`` or more, and less than ``below``; None leaves that side open."""

    field: str
    least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; with none, they do."""

    parts: tuple[Expression, ...]


Expression = Eq | In | Range | And


def selected(expression: Expression, fields: Fields) -> Mask:
    """Flag the rows that an expression selects, which is what FAISS takes as a selector."""
    match expression:
        case Eq(field, value):
            return fields[field] == value
        case In(field, values):
            return np.isin(fields[field], np.array(values, dtype=np.int64))
        case Range(field, least, below):
            column = fields[field]
            mask = np.ones(len(column), dtype=np.bool_)
            if least is not None:
                mask &= column >= least
            if below is not None:
                mask &= column < below
            return mask
        case And(parts):
            count = len(next(iter(fields.values())))
            mask = np.ones(count, dtype=np.bool_)
            for part in parts:
                mask &= selected(part, fields)
            return mask


def condition(expression: Expression) -> str:
    """Write an expression as Milvus reads it; empty where every row meets it."""
    match expression:
        case Eq(field, value):
            return f"{field} == {value}"
        case In(field, values):
            return f"{field} in [{','.join(map(str, values))}]"
        case Range(field, least, below):
            sides = [f"{field} >= {least}"] if least is not None else []
            sides += [f"{field} < {below}"] if below is not None else []
            return " and ".join(sides)
        case And(parts):
            written = filter(None, map(condition, parts))
            return " and ".join(f"({each})" for each in written)
