"""Every vector engine against NumPy brute force: rows **and** scores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import QUERIES, Engine, Stored, brute_force, unit_vectors
from index.engines import expressions
from index.engines.expressions import And, Eq, Expression, In, Range
from index.engines.kinds import Kind
from index.engines.protocol import Filter
from index.errors import ModelMismatchError
from index.snapshots.columns import DATED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

MANY = 4_000
DIMENSION = 16


@dataclass(frozen=True, slots=True)
class Case:
    """One call: how many vectors are stored, queries, k, and the rows allowed, if not all."""

    count: int
    queries: NDArray[np.float32]
    k: int
    rows: list[int] | None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a call: none stored, none asked and k beyond the end among them."""
    count = draw(st.sampled_from([0, 1, 200]))
    row = st.integers(0, max(0, count - 1))
    return Case(
        count,
        unit_vectors(draw(st.integers(0, 4)), draw(st.integers(0, 1_000))),
        draw(st.integers(1, 300)),
        draw(st.none() | st.lists(row, max_size=200)) if count else None,
    )


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(case=cases())
def test_rows_and_scores_are_those_of_brute_force(
    stored: Callable[[int], Stored], case: Case
) -> None:
    """Rows, cosines and shapes are brute force's, with a filter and without, for any k.

    Where a kind rounds, rows whose cosines are closer than its tolerance may change places.
    """
    held = stored(case.count)
    allowed = None if case.rows is None else np.array(case.rows, dtype=np.int64)
    where = None if allowed is None else Filter(allowed)
    found, scores = held.engine.search(case.queries, case.k, where)
    expected, cosines = brute_force(held.vectors, case.queries, case.k, allowed)
    assert len(held.engine) == case.count
    assert found.dtype == np.int64
    assert scores.dtype == np.float32
    if held.kind is Kind.FLAT:
        np.testing.assert_array_equal(found, expected)
    assert found.shape == expected.shape
    np.testing.assert_allclose(scores, cosines, atol=held.tolerance)
    for query, rows, scored in zip(case.queries, found, scores, strict=True):
        assert len(set(rows.tolist())) == len(rows)
        np.testing.assert_allclose(held.vectors[rows] @ query, scored, atol=held.tolerance)
        assert set(rows.tolist()) <= set(range(case.count) if case.rows is None else case.rows)


@pytest.mark.parametrize("share", [None, 0.9, 0.3, 0.05, 0.005])
def test_nearly_all_of_the_nearest_are_found_among_many(
    stored: Callable[[int], Stored], share: float | None
) -> None:
    """Of the ten nearest of 4,000, as clustered as texts are, 99 in 100 are found; none is wrong.

    Also among those allowed by a filter, be they many or few.
    """
    held = stored(MANY)
    chance = np.random.default_rng(2)
    rows = None if share is None else np.flatnonzero(chance.random(MANY) < share)
    _meets_brute_force(held, rows, None if rows is None else Filter(rows))


NEWS = 1_700_000_000
EXPRESSIONS: dict[str, Expression] = {
    "one outlet": Eq("outlet", 3),
    "two of three outlets": In("outlet", (1, 2, 99)),
    "no outlet": In("outlet", ()),
    "an outlet that is not there": Eq("outlet", 99),
    "dated": Range("published", DATED_FROM),
    "before": Range("published", DATED_FROM, NEWS + 60 * 900),
    "a time": Range("published", NEWS + 60 * 900, NEWS + 60 * 1_500),
    "open": Range("published"),
    "all of it": And((In("outlet", (1, 2)), Eq("language", 1), Range("published", NEWS))),
    "nothing said": And(()),
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=list(EXPRESSIONS))
def test_an_expression_selects_the_same_rows_everywhere(
    stored: Callable[[int], Stored], expression: Expression
) -> None:
    """What a filter says is what every engine finds by it, be it sent rows or the expression."""
    held = stored(MANY)
    rows = np.flatnonzero(expressions.selected(expression, held.fields))
    _meets_brute_force(held, rows, Filter(rows, expression))


def _meets_brute_force(
    held: Stored,
    rows: NDArray[np.int64] | None,
    where: Filter | None,
) -> None:
    queries = held.queries
    found, scores = held.engine.search(queries, 10, where)
    expected, cosines = brute_force(held.vectors, queries, 10, rows)
    assert found.shape == expected.shape
    if not found.size:
        return
    true = np.einsum("qkd,qd->qk", held.vectors[found], queries)
    np.testing.assert_allclose(scores, true, atol=held.tolerance)
    assert (np.diff(scores, axis=1) <= 0).all()
    assert rows is None or np.isin(found, rows).all()
    assert np.mean(true >= cosines[:, -1:] - held.tolerance) >= 0.99


def test_a_thousand_are_found_at_once(stored: Callable[[int], Stored]) -> None:
    """As many as a timeline reads are found, best first, nearly all of them the nearest."""
    held = stored(MANY)
    queries = held.queries[:2]
    found, scores = held.engine.search(queries, 1_000)
    _, cosines = brute_force(held.vectors, queries, 1_000, None)
    assert found.shape == (2, 1_000)
    assert np.mean(scores >= cosines[:, -1:] - held.tolerance) >= 0.99


def test_the_hundred_nearest_to_what_is_far_from_all(engine: Engine, tmp_path: Path) -> None:
    """A question's hundred candidates are found, 995 in 1,000 of them.

    It is far from every passage, as questions are, whose nearest has a cosine of 0.5 or so: there
    a graph leads astray before a stored vector's neighbours would be missed.
    """
    vectors = unit_vectors(10_000, 5, 64)
    near = vectors[:QUERIES] + 1.7 * unit_vectors(QUERIES, 6, 64)
    queries = near / np.linalg.norm(near, axis=1, keepdims=True)
    held = engine.of(vectors, tmp_path / "engine", {})
    found, _ = held.search(queries, 100)
    expected, _ = brute_force(vectors, queries, 100, None)
    shares = [len(np.intersect1d(*each)) / 100 for each in zip(found, expected, strict=True)]
    assert np.mean(shares) >= 0.995


def test_a_vector_finds_itself_first(stored: Callable[[int], Stored]) -> None:
    """A stored vector is its own best match, with a cosine of one."""
    held = stored(200)
    found, scores = held.engine.search(held.vectors, 1)
    assert found[:, 0].tolist() == list(range(200))
    np.testing.assert_allclose(scores[:, 0], 1, atol=held.tolerance)


def test_the_vectors_are_given_back(stored: Callable[[int], Stored]) -> None:
    """The vectors of rows are those stored, in the order asked for, a row twice if asked twice."""
    held = stored(MANY)
    for rows in ([], [7], [299, 0, 150, 150], list(range(1_500))):
        asked = np.array(rows, dtype=np.int64)
        given_back = held.engine.vectors(asked)
        assert given_back.dtype == np.float32
        assert given_back.shape == (len(rows), DIMENSION)
        np.testing.assert_allclose(given_back, held.vectors[asked], atol=held.tolerance)


def test_the_same_vector_twice(engine: Engine, tmp_path: Path) -> None:
    """Rows with equal vectors are all found, with equal scores."""
    vectors = np.repeat(unit_vectors(3, 1), 2, axis=0)
    found, scores = engine.of(vectors, tmp_path / "engine", {}).search(vectors[:1], 2)
    assert sorted(found[0].tolist()) == [0, 1]
    np.testing.assert_allclose(scores, 1, atol=5e-4)


def test_a_filter_may_name_rows_that_are_not_there(stored: Callable[[int], Stored]) -> None:
    """Only the filter's rows that exist count; an answer never holds a row that is none."""
    held = stored(200)
    where = Filter(np.array([4, 4, -1, 99_999, 2], dtype=np.int64))
    found, scores = held.engine.search(held.vectors[:1], 10, where)
    assert sorted(found[0].tolist()) == [2, 4]
    assert scores.shape == (1, 2)


@pytest.mark.parametrize(
    "shape", [(1, DIMENSION + 1), (0, 1), (DIMENSION,), (1, 1, DIMENSION)], ids=str
)
def test_vectors_of_another_dimension_are_refused(
    stored: Callable[[int], Stored], shape: tuple[int, ...]
) -> None:
    """A query that does not fit the stored vectors is an error, not a crash."""
    with pytest.raises(ModelMismatchError, match="does not fit"):
        stored(1).engine.search(np.zeros(shape, dtype=np.float32), 1)


def test_searches_may_run_concurrently(stored: Callable[[int], Stored]) -> None:
    """Eight threads that search at once, some with a filter, get what one gets."""
    held = stored(MANY)
    where = Filter(np.arange(0, MANY, 3, dtype=np.int64))

    def search(i: int) -> list[int]:
        asked = held.vectors[i : i + 1]
        return held.engine.search(asked, 10, where if i % 2 else None)[0][0].tolist()

    expected = [search(i) for i in range(50)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(search, range(50))) == expected
