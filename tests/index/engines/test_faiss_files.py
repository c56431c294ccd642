"""What FAISS leaves on the disk: damage is told, files are mapped, the same comes out the same."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from engines import FAISS, OnFiles, clustered, unit_vectors
from index import threads
from index.engines import faiss_segment
from index.engines.faiss_engine import MAIN, SIDE, SLOTS, FaissEngine
from index.engines.faiss_segment import FaissSegment
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import Chosen, Kind
from index.engines.protocol import Filter
from index.errors import CorruptSnapshotError, PublishError, SnapshotError

DIMENSION = 16


@pytest.fixture(params=FAISS.values(), ids=list(FAISS))
def faiss(request: pytest.FixtureRequest) -> OnFiles:
    """FAISS of each kind, whole and in segments."""
    return request.param


@pytest.mark.parametrize("damage", [b"", b"not an index", None])
def test_a_corrupt_file_is_refused(faiss: OnFiles, tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt, whichever it is."""
    layout = faiss.write(unit_vectors(40, 1), tmp_path)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        with pytest.raises(CorruptSnapshotError, match="rebuild"):
            FaissEngine.open(tmp_path, layout)
        path.write_bytes(whole)
    FaissEngine.open(tmp_path, layout)


def test_a_truncated_file_is_refused(faiss: OnFiles, tmp_path: Path) -> None:
    """A file that ends early is refused, wherever it was cut."""
    layout = faiss.write(unit_vectors(40, 1), tmp_path)
    path = tmp_path / MAIN
    whole = path.read_bytes()
    for size in range(0, len(whole), 61):
        path.write_bytes(whole[:size])
        with pytest.raises(CorruptSnapshotError):
            FaissEngine.open(tmp_path, layout)


@pytest.mark.parametrize(
    "slots", [[0, 0, 2, 3, 4, 5], [0, 1], [-1, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 99], [[0]]]
)
def test_slots_that_do_not_fit_are_refused(tmp_path: Path, slots: list[int]) -> None:
    """Two rows on one slot, too few rows, and slots that are not there are told."""
    layout = FAISS["faiss-flat in segments"].write(unit_vectors(6, 1), tmp_path)
    np.save(tmp_path / SLOTS, np.array(slots, dtype=np.int32))
    with pytest.raises(CorruptSnapshotError, match="rebuild"):
        FaissEngine.open(tmp_path, layout)


def test_segments_of_other_vectors_are_refused(faiss: OnFiles, tmp_path: Path) -> None:
    """A file that holds other vectors than the manifest says is told."""
    layout = faiss.write(unit_vectors(40, 1), tmp_path)
    (tmp_path / "other").mkdir()
    faiss.write(unit_vectors(50, 1), tmp_path / "other")
    for name in (MAIN, SIDE) if faiss.segmented else (MAIN,):
        whole = (tmp_path / name).read_bytes()
        shutil.copy(tmp_path / "other" / name, tmp_path / name)
        with pytest.raises(CorruptSnapshotError, match="rebuild"):
            FaissEngine.open(tmp_path, layout)
        (tmp_path / name).write_bytes(whole)


def test_a_directory_that_is_gone_is_told(faiss: OnFiles, tmp_path: Path) -> None:
    """Where nothing can be written the writer says so."""
    writer = FaissWriter(DIMENSION, Chosen(faiss.kind, "asked for"))
    writer.add(unit_vectors(3, 1))
    with pytest.raises(PublishError) as caught:
        writer.publish(tmp_path / "gone" / MAIN)
    assert isinstance(caught.value, SnapshotError)


def test_the_files_are_mapped_and_not_read(faiss: OnFiles, tmp_path: Path) -> None:
    """What is open is the file itself: it may be removed meanwhile, as gc does, and is found."""
    vectors = unit_vectors(1_000, 3)
    engine = faiss.of(vectors, tmp_path / "engine")
    mapped = Path("/proc/self/maps")
    if mapped.exists():
        names = mapped.read_text()
        assert str(tmp_path / "engine" / MAIN) in names
        assert (str(tmp_path / "engine" / SIDE) in names) == faiss.segmented
    shutil.rmtree(tmp_path / "engine")
    found, _ = engine.search(vectors, 1)
    assert found[:, 0].tolist() == list(range(1_000))


def test_the_same_vectors_give_the_same_bytes(faiss: OnFiles, tmp_path: Path) -> None:
    """A segment written twice is the same file."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        faiss.write(unit_vectors(3_000, 9), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the threads")
@pytest.mark.parametrize(("worth_it", "started"), [(0.0, 0), (99.0, 2)])
def test_halves_have_threads_where_that_is_quicker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worth_it: float, started: int
) -> None:
    """One each; where they are compared one after the other, none is left waiting."""
    monkeypatch.setattr(threads, "cores", lambda: 2)
    layout = OnFiles(Kind.PQ, segmented=False).write(clustered(8_000, 3), tmp_path)
    FaissEngine.open(tmp_path, layout).search(clustered(1, 5), 10)
    monkeypatch.setattr(faiss_segment, "DIVIDED", 2_000)
    monkeypatch.setattr(faiss_segment, "WORTH_IT", worth_it)
    tasks = Path("/proc/self/task")
    before = {each.name for each in tasks.iterdir()}
    divided = FaissEngine.open(tmp_path, layout)
    assert len({each.name for each in tasks.iterdir()} - before) == started
    assert divided.search(clustered(1, 5), 10)[0].shape == (1, 10)


@pytest.mark.parametrize("segmented", [False, True])
@pytest.mark.parametrize("share", [None, 0.3])
@pytest.mark.parametrize(("count", "worth_it"), [(8_000, 0.0), (8_001, 99.0), (8_031, 99.0)])
def test_halves_find_what_the_whole_finds(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    segmented: bool,
    share: float | None,
    count: int,
    worth_it: float,
) -> None:
    """Quantised vectors in two halves give the rows and scores of one, filtered, at once, or not.

    Whether they are compared side by side, or are found to be no quicker so.

    Where several are the last of a shortlist, either may take another of them.
    """
    monkeypatch.setattr(threads, "cores", lambda: 2)
    layout = OnFiles(Kind.PQ, segmented).write(clustered(count, 3), tmp_path)
    rows = None
    if share is not None:
        rows = Filter(np.flatnonzero(np.random.default_rng(4).random(count) < share))
    queries = clustered(20, 5)
    whole = FaissEngine.open(tmp_path, layout)
    monkeypatch.setattr(faiss_segment, "DIVIDED", 2_000)
    monkeypatch.setattr(faiss_segment, "WORTH_IT", worth_it)
    with patch.object(
        FaissSegment, "divide", autospec=True, side_effect=FaissSegment.divide
    ) as divide:
        divided = FaissEngine.open(tmp_path, layout)
    assert divide.called
    found, scores = divided.search(queries, 10, rows)
    expected, cosines = whole.search(queries, 10, rows)
    assert np.mean(found == expected) > 0.9
    np.testing.assert_allclose(scores, cosines, atol=0.02)
    for query, own, scored in zip(queries, found, scores, strict=True):
        np.testing.assert_allclose(divided.vectors(own) @ query, scored, atol=1e-5)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(divided.search, query[None, :], 10, rows) for query in queries]
    np.testing.assert_array_equal(np.concatenate([each.result()[1] for each in asked]), scores)
    last = divided.vectors(np.array([count - 1]))
    assert divided.search(last, 1)[0].tolist() == [[count - 1]]
