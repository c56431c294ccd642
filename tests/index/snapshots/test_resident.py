"""What is mapped of a snapshot is let go of where it is much, and can be read all the same."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.search import open_searcher
from index.snapshots import resident

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from indexed import Built

SIZE = 8 * 1024 * 1024

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what is mapped")


def resident_bytes(path: Path) -> int:
    """How much of a file is mapped into this process and counts as its memory."""
    found, mine = 0, False
    for line in Path("/proc/self/smaps").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if not name.istitle() and "-" in name:
            mine = line.endswith(str(path))
        elif mine and name == "Rss":
            found += int(value.split()[0]) * 1024
    return found


@pytest.fixture
def mapped(tmp_path: Path) -> np.memmap[tuple[int], np.dtype[np.uint8]]:
    """A file of which every byte was read."""
    path = tmp_path / "index" / "numbers.bin"
    path.parent.mkdir()
    np.arange(SIZE, dtype=np.uint8).tofile(path)
    numbers = np.memmap(path, dtype=np.uint8, mode="r")
    assert int(numbers.sum(dtype=np.int64)) == SIZE // 256 * 32_640
    assert resident_bytes(path) == SIZE
    return numbers


def test_what_is_mapped_is_let_go_of_and_read_again(
    mapped: np.memmap[tuple[int], np.dtype[np.uint8]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Above the limit nothing of the directory's files counts any more; all of it is there."""
    path = tmp_path / "index" / "numbers.bin"
    monkeypatch.setattr(resident, "MOST", 2**40)
    resident.keep_small(tmp_path / "index")
    assert resident_bytes(path) == SIZE
    monkeypatch.setattr(resident, "MOST", 0)
    resident.keep_small(tmp_path / "another")
    assert resident_bytes(path) == SIZE
    resident.keep_small(tmp_path / "index")
    assert resident_bytes(path) == 0
    assert int(mapped.sum(dtype=np.int64)) == SIZE // 256 * 32_640


def test_what_was_written_into_a_mapping_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private mapping that is written into holds what no file has."""
    monkeypatch.setattr(resident, "MOST", 0)
    path = tmp_path / "numbers.bin"
    path.write_bytes(bytes(SIZE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as own:
        own[0] = 7
        resident.keep_small(tmp_path)
        assert own[0] == 7


def test_a_system_that_does_not_tell_is_left_alone(
    mapped: np.memmap[tuple[int], np.dtype[np.uint8]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without /proc nothing is let go of, and nothing fails."""
    monkeypatch.setattr(resident, "_STATM", tmp_path / "none")
    monkeypatch.setattr(resident, "MOST", 0)
    resident.keep_small(tmp_path / "index")
    assert resident_bytes(tmp_path / "index" / "numbers.bin") == len(mapped)


def test_answers_are_the_same(
    built_seeds: Built, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letting go before every question changes none of them."""
    questions = ("Where will Kim meet Putin?", "How many people died in Portugal's heat?")

    def answers() -> list[tuple[str, ...]]:
        searcher = open_searcher(built_seeds.index_dir, encoder)
        found = [tuple(q.text for q in searcher.ask(each).quotes) for each in questions]
        searcher.close()
        return found

    before = answers()
    monkeypatch.setattr(resident, "MOST", 0)
    assert answers() == before
    assert all(before)
