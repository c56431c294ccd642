"""What is mapped of a snapshot is let go of where it is much, and can be read all the same."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import pages
from index.engines.faiss_engine import FaissEngine
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
    """Above the limit nothing of a region counts any more; all of it is there."""
    path = tmp_path / "index" / "numbers.bin"
    held = resident.Resident([(mapped.ctypes.data, mapped.nbytes)])
    monkeypatch.setattr(resident, "MOST", 2**40)
    held.keep_small()
    assert resident_bytes(path) == SIZE
    monkeypatch.setattr(resident, "MOST", 0)
    held.keep_small()
    assert resident_bytes(path) == 0
    assert int(mapped.sum(dtype=np.int64)) == SIZE // 256 * 32_640


def test_other_memory_is_never_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory of no file, and a private mapping that may be written into, hold what no file has."""
    monkeypatch.setattr(resident, "MOST", 0)
    path = tmp_path / "numbers.bin"
    path.write_bytes(bytes(SIZE))
    private = np.memmap(path, dtype=np.uint8, mode="c")
    anonymous = np.zeros(SIZE, dtype=np.uint8)
    for each in (private, anonymous):
        each[:] = 7
        resident.Resident([(each.ctypes.data, each.nbytes)]).keep_small()
        assert (each == 7).all()


def test_a_system_that_does_not_tell_is_left_alone(
    mapped: np.memmap[tuple[int], np.dtype[np.uint8]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without /proc nothing is let go of, and nothing fails."""
    monkeypatch.setattr(resident, "MOST", 0)
    region = (mapped.ctypes.data, mapped.nbytes)
    held = resident.Resident([region])
    monkeypatch.setattr(resident, "_STATM", tmp_path / "none")
    held.keep_small()
    monkeypatch.undo()
    monkeypatch.setattr(resident, "_MAPS", tmp_path / "none")
    monkeypatch.setattr(resident, "MOST", 0)
    resident.Resident([region]).keep_small()
    assert resident_bytes(tmp_path / "index" / "numbers.bin") == SIZE


def test_a_snapshots_vectors_and_words_are_let_go_of(
    built_data: Built, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is large of an index is among what is let go of."""
    searcher = open_searcher(built_data.index_dir, encoder)
    opened = searcher.opened
    owned = [*opened.sentences.regions, *opened.lexical.regions]
    assert isinstance(opened.engine, FaissEngine)
    owned += opened.engine.regions
    advised: list[pages.Region] = []
    monkeypatch.setattr(pages, "let_go", advised.append)
    monkeypatch.setattr(resident, "MOST", 0)
    assert searcher.ask("How many penalties did Nia Oduya save?").quotes
    large = [(start, size) for start, size in owned if size > 2 * resource.getpagesize()]
    assert large
    for start, size in large:
        assert any(start <= at < at + length <= start + size for at, length in advised)
    searcher.close()


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
