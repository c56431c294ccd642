"""The plan multiplies what was measured, and chooses engines that fit."""

from __future__ import annotations

import argparse

import pytest

from benchmarks import capacity
from benchmarks.capacity import Figures

FIGURES = Figures(
    [1, 2], dict.fromkeys(capacity.PARTS, 1_000.0), 5_000.0, 0.036, 1_700.0, 550.0, 0.0
)
PRICES = argparse.Namespace(
    core_hour=0.1, node_gb=64.0, filled=0.5, node_month=100.0, gb_month=0.0, milvus_vector=0.0
)


def test_every_size_is_multiplied() -> None:
    """A thousand times as much text takes a thousand times the hours, and other engines."""
    rows = capacity.plan(FIGURES, PRICES)
    assert [row["passages"] for row in rows] == [f"{size:,}" for size in capacity.SIZES]
    assert [row["embedding, core hours"] for row in rows] == ["10", "100", "1,000", "10,000"]
    assert [row["embedding costs"] for row in rows] == ["1", "10", "100", "1,000"]
    # Four parts of 1,000 bytes, and 816 of half precision and codes, or 1,536 plain.
    assert [row["disk GB"] for row in rows] == ["5", "48", "554", "5,536"]
    engines = [row["engine"] for row in rows]
    assert engines == [capacity.FAISS, capacity.FAISS, "Milvus HNSW", "Milvus DiskANN"]
    assert [row["nodes"] for row in rows] == ["1", "1", "6", "12"]
    assert capacity.table(rows).count("\n") == len(rows[0])


def test_what_milvus_was_measured_to_hold_stands_in_for_its_graph() -> None:
    """Where bytes a vector are given, they are multiplied, and more nodes are needed."""
    prices = argparse.Namespace(**{**vars(PRICES), "milvus_vector": 2_000.0})
    row = capacity.plan(FIGURES, prices)[2]
    assert (row["Milvus HNSW GB"], row["Milvus HNSW SQ8 GB"]) == ("200.0", "55.0")
    assert (row["engine"], row["nodes"]) == ("Milvus HNSW", "7")


@pytest.mark.parametrize("passages", [40])
def test_every_part_is_counted(passages: int) -> None:
    """An index that is really built has bytes in every part of the plan, and took memory."""
    built = capacity.build(passages)
    assert set(built["parts"]) == set(capacity.PARTS)
    assert all(size > 0 for size in built["parts"].values())
    assert built["peak_bytes"] > 10**7
