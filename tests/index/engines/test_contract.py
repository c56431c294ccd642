"""Every vector engine against NumPy brute force: rows and scores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.engines.faiss_flat import FaissFlatEngine, FaissFlatWriter
from index.engines.protocol import Filter, VectorEngine, VectorEngineWriter
from index.errors import CorruptSnapshotError, ModelMismatchError, PublishError, SnapshotError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    """How one engine is written and opened."""

    writer: Callable[[int], VectorEngineWriter]
    open: Callable[[Path], VectorEngine]

    def of(self, vectors: NDArray[np.float32], directory: Path) -> VectorEngine:
        """Write vectors into a directory, in two parts, and open it."""
        writer = self.writer(vectors.shape[1])
        middle = len(vectors) // 2
        writer.add(vectors[:middle])
        writer.add(vectors[middle:])
        writer.publish(directory)
        return self.open(directory)


ENGINES = {"faiss-flat": Engine(FaissFlatWriter, FaissFlatEngine.open)}


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
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(case=cases())
def test_rows_and_scores_are_those_of_brute_force(kind: Engine, tmp_path: Path, case: Case) -> None:
    """Rows, cosines and shapes are brute force's, with a filter and without, for any k."""
    where = None if case.rows is None else Filter(np.array(case.rows, dtype=np.int64))
    engine = kind.of(case.vectors, tmp_path)
    found, scores = engine.search(case.queries, case.k, where)
    expected, cosines = brute_force(case.vectors, case.queries, case.k, case.rows)
    assert len(engine) == len(case.vectors)
    assert found.dtype == np.int64
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(scores, cosines, atol=1e-5)
    allowed = len(case.vectors) if case.rows is None else len(set(case.rows))
    assert found.shape == (len(case.queries), min(case.k, allowed))


def test_a_vector_finds_itself_first(kind: Engine, tmp_path: Path) -> None:
    """A stored vector is its own best match, with a cosine of one."""
    vectors = unit_vectors(500, 7)
    found, scores = kind.of(vectors, tmp_path).search(vectors, 1)
    assert found[:, 0].tolist() == list(range(500))
    np.testing.assert_allclose(scores[:, 0], 1, atol=1e-5)


def test_the_same_vector_twice(kind: Engine, tmp_path: Path) -> None:
    """Rows with equal vectors are all found, with equal scores."""
    vectors = np.repeat(unit_vectors(3, 1), 2, axis=0)
    found, scores = kind.of(vectors, tmp_path).search(vectors[:1], 2)
    assert sorted(found[0].tolist()) == [0, 1]
    np.testing.assert_allclose(scores, 1, atol=1e-5)


def test_a_filter_may_name_rows_that_are_not_there(kind: Engine, tmp_path: Path) -> None:
    """Only the filter's rows that exist count; an answer never holds a row that is none."""
    vectors = unit_vectors(5, 1)
    where = Filter(np.array([4, 4, -1, 99, 2], dtype=np.int64))
    found, scores = kind.of(vectors, tmp_path).search(vectors[:1], 10, where)
    assert sorted(found[0].tolist()) == [2, 4]
    assert scores.shape == (1, 2)


def test_vectors_of_another_dimension_are_refused(kind: Engine, tmp_path: Path) -> None:
    """A query that does not fit the stored vectors is an error, not a crash."""
    engine = kind.of(unit_vectors(3, 1), tmp_path)
    for shape in [(1, DIMENSION + 1), (0, 1), (DIMENSION,), (1, 1, DIMENSION)]:
        with pytest.raises(ModelMismatchError, match="does not fit"):
            engine.search(np.zeros(shape, dtype=np.float32), 1)


@pytest.mark.parametrize("damage", [b"", b"not an index", None])
def test_a_corrupt_file_is_refused(kind: Engine, tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt."""
    kind.of(unit_vectors(3, 1), tmp_path)
    for path in tmp_path.iterdir():
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
    with pytest.raises(CorruptSnapshotError, match="rebuild"):
        kind.open(tmp_path)


def test_a_truncated_file_is_refused(kind: Engine, tmp_path: Path) -> None:
    """A file that ends early is refused, wherever it was cut."""
    kind.of(unit_vectors(3, 1), tmp_path)
    path = next(tmp_path.iterdir())
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(CorruptSnapshotError):
            kind.open(tmp_path)


def test_a_directory_that_is_gone_is_told(kind: Engine, tmp_path: Path) -> None:
    """Where nothing can be written the writer says so."""
    writer = kind.writer(DIMENSION)
    writer.add(unit_vectors(3, 1))
    with pytest.raises(PublishError) as caught:
        writer.publish(tmp_path / "gone")
    assert isinstance(caught.value, SnapshotError)


def test_searches_may_run_concurrently(kind: Engine, tmp_path: Path) -> None:
    """Eight threads that search at once, some with a filter, get what one gets."""
    vectors = unit_vectors(2_000, 3)
    engine = kind.of(vectors, tmp_path)
    where = Filter(np.arange(0, 2_000, 3, dtype=np.int64))

    def search(i: int) -> list[int]:
        return engine.search(vectors[i : i + 1], 10, where if i % 2 else None)[0][0].tolist()

    expected = [search(i) for i in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(search, range(100))) == expected
