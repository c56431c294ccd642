"""Vectors kept on the disk until a snapshot holds them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import PublishError
from index.workers import kept_vectors
from index.workers.kept_vectors import KeptVectors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytest.importorskip("pyarrow", reason="needs newsquote[ray]")

DIMENSION = 4


def key(number: int) -> str:
    """An id as a vector has it: 32 bytes in hexadecimal."""
    return f"{number:064x}"


def drawn(count: int) -> NDArray[np.float32]:
    """Vectors of any numbers."""
    return np.random.default_rng(1).standard_normal((count, DIMENSION), dtype=np.float32)


@pytest.mark.parametrize("rows", [1, 100])
def test_another_process_finds_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """Whatever was added and flushed, in one file or several, is there to the bit, in any order."""
    monkeypatch.setattr(kept_vectors, "PART_ROWS", rows)
    vectors = drawn(10)
    kept = KeptVectors(tmp_path / "kept", DIMENSION)
    for start in range(0, 10, 5):
        kept.add([key(i) for i in range(start, start + 5)], vectors[start : start + 5])
    kept.flush()
    again = KeptVectors(tmp_path / "kept", DIMENSION)
    assert len(again) == 10
    assert key(3) in again
    assert key(10) not in again
    order = [7, 0, 7, 9]
    np.testing.assert_array_equal(again.of([key(i) for i in order]), vectors[order])
    assert again.of([]).shape == (0, DIMENSION)


def test_a_file_that_is_not_whole_is_embedded_again(tmp_path: Path) -> None:
    """What is cut off is removed and counts as never embedded; the others stay."""
    kept = KeptVectors(tmp_path, DIMENSION)
    for number in range(2):
        kept.add([key(number)], drawn(1))
        kept.flush()
    first, second = sorted(tmp_path.glob("*.parquet"))
    second.write_bytes(second.read_bytes()[:-20])
    again = KeptVectors(tmp_path, DIMENSION)
    assert (key(0) in again, key(1) in again) == (True, False)
    assert list(tmp_path.glob("*.parquet")) == [first]
    again.add([key(1)], drawn(1))
    assert len(again.of([key(0), key(1)])) == 2


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    """It is told where, and what to do."""
    (tmp_path / "kept").write_text("in the way")
    kept = KeptVectors(tmp_path / "kept", DIMENSION)
    kept.add([key(1)], drawn(1))
    with pytest.raises(PublishError, match=f"kept.*{os.getpid()}.*disk"):
        kept.flush()
