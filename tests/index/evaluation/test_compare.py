"""Two runs compared, question by question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.evaluation import compare
from index.evaluation.errors import DataSetError

if TYPE_CHECKING:
    from pathlib import Path

RELEVANCE = {f"q{i}": {"a": 1} for i in range(20)}


def test_a_better_run() -> None:
    """Ten questions of twenty gain half a reciprocal rank, one loses as much: p by hand."""
    first, second = {"a": 2.0, "b": 1.0}, {"b": 2.0, "a": 1.0}
    other = {f"q{i}": first if i == 10 else second for i in range(20)}
    this = {f"q{i}": first if i < 10 else second for i in range(20)}
    found = compare.compare(this, other, RELEVANCE)["MRR@10"]
    assert (found.this, found.other) == (0.75, pytest.approx(0.525))
    assert found.difference.value == pytest.approx(0.225)
    assert found.difference.low > 0
    assert (found.better, found.worse) == (10, 1)
    # All eleven that differ alike, or all but one: 2 * (1 + 11) of 2^11 patterns of signs.
    assert found.p == pytest.approx(24 / 2048, abs=0.004)


def test_a_run_against_itself() -> None:
    """It is neither better nor worse."""
    run = {f"q{i}": {"b": 2.0, "a": 1.0} for i in range(20)}
    for found in compare.compare(run, run, RELEVANCE).values():
        assert (found.difference.value, found.p, found.better, found.worse) == (0, 1, 0, 0)


def test_read_run(tmp_path: Path) -> None:
    """Columns may be apart by any white space; blank lines are none."""
    path = tmp_path / "run"
    path.write_text("q1 Q0 a 1 2.5 x\n\nq1\tQ0\tb\t2\t-1e-3\tx\nq2 Q0 a 1 0 x\n")
    assert compare.read_run(path, {"q1"}) == {"q1": {"a": 2.5, "b": -0.001}, "q2": {"a": 0.0}}


@pytest.mark.parametrize("line", ["q1 Q0 b 2 high x", "q1 Q0 b 2 1.0", "q1 Q0 b c 2 1.0 x"])
def test_a_malformed_run_is_named(tmp_path: Path, line: str) -> None:
    """The error names file and line."""
    path = tmp_path / "run"
    path.write_text(f"q1 Q0 a 1 2.5 x\n{line}\n")
    with pytest.raises(DataSetError) as caught:
        compare.read_run(path, {"q1"})
    assert str(caught.value).startswith(f"{path}:2 ")


def test_a_run_of_another_data_set(tmp_path: Path) -> None:
    """A run without any of the questions is refused, and so is one that cannot be read."""
    path = tmp_path / "run"
    path.write_text("q1 Q0 a 1 2.5 x\n")
    with pytest.raises(DataSetError, match="none of the questions"):
        compare.read_run(path, {"other"})
    path.write_bytes(b"q1 Q0 \xff 1 2.5 x\n")
    with pytest.raises(DataSetError, match="UTF-8"):
        compare.read_run(path, {"q1"})
    with pytest.raises(DataSetError, match="No such file"):
        compare.read_run(tmp_path / "gone", {"q1"})
