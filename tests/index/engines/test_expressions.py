"""A filter as Milvus reads it selects the rows that FAISS is given."""

from __future__ import annotations

import re

import numpy as np
import pytest

from index.engines.expressions import And, Eq, Expression, In, Range, condition, selected

FIELDS = {
    "outlet": np.array([3, 1, 4, 1, 5], dtype=np.int64),
    "day": np.array([10, 20, 30, 40, 50], dtype=np.int64),
}


@pytest.mark.parametrize(
    ("expression", "written", "rows"),
    [
        (Eq("outlet", 1), "outlet == 1", [1, 3]),
        (In("outlet", (4, 1)), "outlet in [4,1]", [1, 2, 3]),
        (In("outlet", ()), "outlet in []", []),
        (Range("day", 20, 40), "day >= 20 and day < 40", [1, 2]),
        (Range("day", least=20), "day >= 20", [1, 2, 3, 4]),
        (Range("day", below=20), "day < 20", [0]),
        (Range("day"), "", [0, 1, 2, 3, 4]),
        (And(()), "", [0, 1, 2, 3, 4]),
        (
            And((Eq("outlet", 1), Range("day"), Range("day", below=40))),
            "(outlet == 1) and (day < 40)",
            [1],
        ),
    ],
)
def test_both_engines_are_told_the_same(
    expression: Expression, written: str, rows: list[int]
) -> None:
    """A side that is open is not written, and a part that every row meets is left out."""
    assert condition(expression) == written
    assert np.flatnonzero(selected(expression, FIELDS)).tolist() == rows
    assert [row for row in range(5) if _holds(written, row)] == rows


def _holds(written: str, row: int) -> bool:
    """Evaluate a condition on one row, by the meaning that Milvus gives its few signs."""
    parts = re.sub(r"[()]", "", written).split(" and ") if written else []
    return all(_met(part, row) for part in parts)


def _met(part: str, row: int) -> bool:
    field, sign, value = part.split(" ", 2)
    found = int(FIELDS[field][row])
    if sign == "in":
        return str(found) in value.strip("[]").split(",")
    return {"==": found == int(value), ">=": found >= int(value), "<": found < int(value)}[sign]
