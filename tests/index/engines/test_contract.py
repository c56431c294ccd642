"""Every kind of vector engine, whole and in segments, against NumPy brute force: rows, scores."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine_files import write_segments
from index.engines.faiss_engine import MAIN, SIDE, SLOTS, FaissEngine
from index.engines.faiss_writer import FaissWriter
from index.engines.kinds import SCORE_TOLERANCE, Chosen, Kind, VectorLayout
from index.engines.protocol import Filter, VectorEngine, VectorEngineWriter
from index.errors import CorruptSnapshotError, ModelMismatchError, PublishError, SnapshotError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION = 16


@dataclass(frozen=True, slots=True)
class Case:
    """One call: vectors stored, queries, k, and the rows allowed, if not all."""

    vectors: NDArray[np.float32]
    queries: NDArray[np.float32]
    k: int
    rows: list[int] | None


@dataclass(frozen=True, slots=True)
class Engine:
    """How one engine is written and opened: its kind, and whether in segments."""

    kind: Kind
    segmented: bool

    @property
    def tolerance(self) -> float:
        return SCORE_TOLERANCE[self.kind]

    def writer(self, dimension: int) -> VectorEngineWriter:
        return FaissWriter(dimension, Chosen(self.kind, "asked for"))

    def write(self, vectors: NDArray[np.float32], directory: Path) -> VectorLayout:
        """Write vectors into a directory."""
        return write_segments(directory, vectors, self.kind, segmented=self.segmented)

    def of(self, vectors: NDArray[np.float32], directory: Path) -> VectorEngine:
        """Write vectors into a directory and open it."""
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        return FaissEngine.open(directory, self.write(vectors, directory))


ENGINES = {
    f"{kind.value}{' in segments' if segmented else ''}": Engine(kind, segmented)
    for kind in Kind
    for segmented in (False, True)
}


@pytest.fixture(params=ENGINES.values(), ids=list(ENGINES))
def kind(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.param


def unit_vectors(count: int, seed: int, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Draw distinct unit vectors."""
    drawn = np.random.default_rng(seed).standard_normal((count, dimension))
    norms = np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-9)
    return (drawn / norms).astype(np.float32)


def brute_force(
    vectors: NDArray[np.float32], queries: NDArray[np.float32], k: int, rows: list[int] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the nearest rows by computing every cosine."""
    allowed = np.array(sorted(range(len(vectors)) if rows is None else set(rows)), dtype=np.int64)
    cosines = queries @ vectors[allowed].T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return allowed[order], np.take_along_axis(cosines, order, axis=1)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a call: none stored, none asked and k beyond the end among them."""
    count, seed = draw(st.integers(0, 200)), draw(st.integers(0, 1_000))
    row = st.integers(0, max(0, count - 1))
    return Case(
        unit_vectors(count, seed),
        unit_vectors(draw(st.integers(0, 4)), seed + 1),
        draw(st.integers(1, 300)),
        draw(st.none() | st.lists(row, max_size=20)) if count else None,
    )


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(case=cases())
def test_rows_and_scores_are_those_of_brute_force(kind: Engine, tmp_path: Path, case: Case) -> None:
    """Rows, cosines and shapes are brute force's, with a filter and without, for any k.

    Where a kind rounds, rows whose cosines are closer than its tolerance may change places.
    """
    where = None if case.rows is None else Filter(np.array(case.rows, dtype=np.int64))
    engine = kind.of(case.vectors, tmp_path / "engine")
    found, scores = engine.search(case.queries, case.k, where)
    expected, cosines = brute_force(case.vectors, case.queries, case.k, case.rows)
    assert len(engine) == len(case.vectors)
    assert found.dtype == np.int64
    assert scores.dtype == np.float32
    if kind.kind is Kind.FLAT:
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(scores, cosines, atol=kind.tolerance)
    allowed = len(case.vectors) if case.rows is None else len(set(case.rows))
    assert found.shape == (len(case.queries), min(case.k, allowed))
    for query, rows, scored in zip(case.queries, found, scores, strict=True):
        assert len(set(rows.tolist())) == len(rows)
        np.testing.assert_allclose(case.vectors[rows] @ query, scored, atol=kind.tolerance)
        assert set(rows.tolist()) <= set(range(len(engine)) if case.rows is None else case.rows)


@pytest.mark.parametrize("share", [None, 0.9, 0.3, 0.05, 0.005])
def test_nearly_all_of_the_nearest_are_found_among_many(
    kind: Engine, tmp_path: Path, share: float | None
) -> None:
    """Of the ten nearest of 4,000, as clustered as texts are, 99 in 100 are found; none is wrong.

    Also among those allowed by a filter, be they many or few.
    """
    chance = np.random.default_rng(2)
    centres = unit_vectors(60, 3)
    near = centres[chance.integers(0, 60, 4_040)] + 0.5 * unit_vectors(4_040, 4)
    drawn = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    vectors, queries = drawn[:4_000], drawn[4_000:]
    engine = kind.of(vectors, tmp_path / "engine")
    rows = None if share is None else np.flatnonzero(chance.random(4_000) < share)
    where = None if rows is None else Filter(rows)
    found, scores = engine.search(queries, 10, where)
    _, cosines = brute_force(vectors, queries, 10, None if rows is None else rows.tolist())
    least = cosines[:, -1:] - kind.tolerance
    true = np.einsum("qkd,qd->qk", vectors[found], queries)
    np.testing.assert_allclose(scores, true, atol=kind.tolerance)
    assert (np.diff(scores, axis=1) <= 0).all()
    assert rows is None or np.isin(found, rows).all()
    assert np.mean(true >= least) >= 0.99


def test_a_vector_finds_itself_first(kind: Engine, tmp_path: Path) -> None:
    """A stored vector is its own best match, with a cosine of one."""
    vectors = unit_vectors(500, 7)
    found, scores = kind.of(vectors, tmp_path / "engine").search(vectors, 1)
    assert found[:, 0].tolist() == list(range(500))
    np.testing.assert_allclose(scores[:, 0], 1, atol=kind.tolerance)


def test_the_vectors_are_given_back(kind: Engine, tmp_path: Path) -> None:
    """The vectors of rows are those stored, in the order asked for, a row twice if asked twice."""
    vectors = unit_vectors(300, 5)
    engine = kind.of(vectors, tmp_path / "engine")
    for rows in ([], [7], [299, 0, 150, 150], list(range(300))):
        asked = np.array(rows, dtype=np.int64)
        given_back = engine.vectors(asked)
        assert given_back.dtype == np.float32
        np.testing.assert_allclose(given_back, vectors[asked], atol=kind.tolerance)


def test_the_same_vector_twice(kind: Engine, tmp_path: Path) -> None:
    """Rows with equal vectors are all found, with equal scores."""
    vectors = np.repeat(unit_vectors(3, 1), 2, axis=0)
    found, scores = kind.of(vectors, tmp_path / "engine").search(vectors[:1], 2)
    assert sorted(found[0].tolist()) == [0, 1]
    np.testing.assert_allclose(scores, 1, atol=kind.tolerance)


def test_a_filter_may_name_rows_that_are_not_there(kind: Engine, tmp_path: Path) -> None:
    """Only the filter's rows that exist count; an answer never holds a row that is none."""
    vectors = unit_vectors(5, 1)
    where = Filter(np.array([4, 4, -1, 99, 2], dtype=np.int64))
    found, scores = kind.of(vectors, tmp_path / "engine").search(vectors[:1], 10, where)
    assert sorted(found[0].tolist()) == [2, 4]
    assert scores.shape == (1, 2)


def test_vectors_of_another_dimension_are_refused(kind: Engine, tmp_path: Path) -> None:
    """A query that does not fit the stored vectors is an error, not a crash."""
    engine = kind.of(unit_vectors(3, 1), tmp_path / "engine")
    for shape in [(1, DIMENSION + 1), (0, 1), (DIMENSION,), (1, 1, DIMENSION)]:
        with pytest.raises(ModelMismatchError, match="does not fit"):
            engine.search(np.zeros(shape, dtype=np.float32), 1)


@pytest.mark.parametrize("damage", [b"", b"not an index", None])
def test_a_corrupt_file_is_refused(kind: Engine, tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt, whichever it is."""
    layout = kind.write(unit_vectors(40, 1), tmp_path)
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


def test_a_truncated_file_is_refused(kind: Engine, tmp_path: Path) -> None:
    """A file that ends early is refused, wherever it was cut."""
    layout = kind.write(unit_vectors(40, 1), tmp_path)
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
    layout = ENGINES["faiss-flat in segments"].write(unit_vectors(6, 1), tmp_path)
    np.save(tmp_path / SLOTS, np.array(slots, dtype=np.int32))
    with pytest.raises(CorruptSnapshotError, match="rebuild"):
        FaissEngine.open(tmp_path, layout)


def test_segments_of_other_vectors_are_refused(kind: Engine, tmp_path: Path) -> None:
    """A file that holds other vectors than the manifest says is told."""
    layout = kind.write(unit_vectors(40, 1), tmp_path)
    (tmp_path / "other").mkdir()
    kind.write(unit_vectors(50, 1), tmp_path / "other")
    for name in (MAIN, SIDE) if kind.segmented else (MAIN,):
        whole = (tmp_path / name).read_bytes()
        shutil.copy(tmp_path / "other" / name, tmp_path / name)
        with pytest.raises(CorruptSnapshotError, match="rebuild"):
            FaissEngine.open(tmp_path, layout)
        (tmp_path / name).write_bytes(whole)


def test_a_directory_that_is_gone_is_told(kind: Engine, tmp_path: Path) -> None:
    """Where nothing can be written the writer says so."""
    writer = kind.writer(DIMENSION)
    writer.add(unit_vectors(3, 1))
    with pytest.raises(PublishError) as caught:
        writer.publish(tmp_path / "gone" / MAIN)
    assert isinstance(caught.value, SnapshotError)


def test_searches_may_run_concurrently(kind: Engine, tmp_path: Path) -> None:
    """Eight threads that search at once, some with a filter, get what one gets."""
    vectors = unit_vectors(2_000, 3)
    engine = kind.of(vectors, tmp_path / "engine")
    where = Filter(np.arange(0, 2_000, 3, dtype=np.int64))

    def search(i: int) -> list[int]:
        return engine.search(vectors[i : i + 1], 10, where if i % 2 else None)[0][0].tolist()

    expected = [search(i) for i in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(search, range(100))) == expected


def test_the_files_are_mapped_and_not_read(kind: Engine, tmp_path: Path) -> None:
    """What is open is the file itself: it may be removed meanwhile, as gc does, and is found."""
    vectors = unit_vectors(1_000, 3)
    engine = kind.of(vectors, tmp_path / "engine")
    mapped = Path("/proc/self/maps")
    if mapped.exists():
        names = mapped.read_text()
        assert str(tmp_path / "engine" / MAIN) in names
        assert (str(tmp_path / "engine" / SIDE) in names) == kind.segmented
    shutil.rmtree(tmp_path / "engine")
    found, _ = engine.search(vectors, 1)
    assert found[:, 0].tolist() == list(range(1_000))


def test_the_same_vectors_give_the_same_bytes(kind: Engine, tmp_path: Path) -> None:
    """A segment written twice is the same file."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        kind.write(unit_vectors(3_000, 9), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
