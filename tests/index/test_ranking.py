"""Dense and lexical candidates, fused."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine_files import write_segments
from index.engines.faiss_engine import FaissEngine
from index.engines.kinds import Kind
from index.engines.protocol import VectorEngine
from index.lexical.searching import LexicalIndex
from index.ranking import CANDIDATES, Ranked, rank
from lexicons import terms_index

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.engines.protocol import Filter

NAMES = ("kim", "putin", "moscow", "famin")


def ranked(
    directory: Path, vectors: NDArray[np.float32], texts: list[list[str]], query: list[str]
) -> list[Ranked]:
    """Rank for the first unit vector of the space."""
    engine = exact(directory, vectors)
    asked = np.eye(1, vectors.shape[1], dtype=np.float32)[0]
    return rank(asked, query, engine, terms_index(directory, texts))


def exact(directory: Path, vectors: NDArray[np.float32]) -> FaissEngine:
    layout = write_segments(directory, vectors, Kind.FLAT, segmented=False)
    return FaissEngine.open(directory, layout)


class Missing(VectorEngine):
    """An engine that finds all rows but some, and the next ones instead, not quite in order."""

    def __init__(self, engine: FaissEngine, missed: list[int]) -> None:
        self._engine = engine
        self._missed = missed

    def search(
        self, vectors: NDArray[np.float32], k: int, where: Filter | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        assert where is None
        rows, scores = self._engine.search(vectors, len(self), where)
        found = ~np.isin(rows[0], self._missed)
        rows, scores = rows[:, found][:, :k], scores[:, found][:, :k]
        return rows[:, ::-1], np.repeat(scores.mean(keepdims=True), rows.shape[1], axis=1)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._engine.vectors(rows)

    def __len__(self) -> int:
        return len(self._engine)


def units(count: int, seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).standard_normal((count, 8))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    texts=st.lists(st.lists(st.sampled_from(NAMES), max_size=4), min_size=1, max_size=150),
    query=st.lists(st.sampled_from(NAMES), max_size=3),
    seed=st.integers(0, 100),
)
def test_candidates_are_ranked_by_a_score_in_0_to_1(
    tmp_path: Path, texts: list[list[str]], query: list[str], seed: int
) -> None:
    """Best first, ties to the lower row; each has its true cosine and BM25 score and its ranks."""
    vectors = units(len(texts), seed)
    found = ranked(tmp_path, vectors, texts, query)
    scores = LexicalIndex.open(tmp_path, len(texts)).scores_of(query, np.arange(len(texts)))
    assert len({each.row for each in found}) == len(found) >= min(len(texts), CANDIDATES)
    assert all((-one.score, one.row) < (-two.score, two.row) for one, two in pairwise(found))
    for each in found:
        assert 0 <= each.score <= 1.00001
        assert each.dense_score == pytest.approx(float(vectors[each.row][0]), abs=1e-5)
        assert each.lexical_score == pytest.approx(float(scores[each.row]), rel=1e-5)
        assert each.dense_rank is not None or each.lexical_rank is not None
        assert (each.lexical_rank is None) == (each.lexical_score == 0)
    dense = sorted(each.dense_rank for each in found if each.dense_rank is not None)
    assert dense == list(range(1, min(len(texts), CANDIDATES) + 1))
    words = sorted(each.lexical_rank for each in found if each.lexical_rank is not None)
    assert words == list(range(1, len(words) + 1))


def test_the_best_by_both_is_first(tmp_path: Path) -> None:
    """What is nearest and has the words scores 1; words alone lift a passage over its cosine."""
    vectors = np.array([[0.6, 0.8], [0.9, 0.435], [0.7, 0.714], [0.65, 0.76]], dtype=np.float32)
    texts = [["moscow"], ["kim"], ["putin"], ["kim"]]
    found = ranked(tmp_path, vectors, texts, ["kim"])
    assert [each.row for each in found] == [1, 3, 2, 0]
    assert found[0].score == pytest.approx(1)
    assert found[-1].score == 0


def test_words_find_what_vectors_do_not(tmp_path: Path) -> None:
    """A passage beyond the dense candidates is found by its words, with its true cosine."""
    vectors = np.array([[1.0, 0.0]] * CANDIDATES + [[-1.0, 0.0]], dtype=np.float32)
    texts = [["putin"]] * CANDIDATES + [["kim"]]
    found = next(e for e in ranked(tmp_path, vectors, texts, ["kim"]) if e.row == CANDIDATES)
    assert (found.dense_rank, found.lexical_rank) == (None, 1)
    assert found.dense_score == -1


def test_no_words_leave_the_order_to_the_vectors(tmp_path: Path) -> None:
    """Without a known word the nearest comes first."""
    vectors = np.array([[0.0, 1.0], [1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    found = ranked(tmp_path, vectors, [["kim"]] * 3, ["unheard"])
    assert [each.row for each in found] == [1, 2, 0]


def test_what_an_engine_misses_counts_where_the_words_find_it(tmp_path: Path) -> None:
    """Ranks and scores are an exact engine's, if the words find each row that this one missed."""
    vectors = units(3 * CANDIDATES, 5)
    nearest = np.argsort(-vectors[:, 0])
    missed = nearest[[0, 4, 50, CANDIDATES - 1]].tolist()
    texts = [["kim"] if row in missed else ["putin"] for row in range(len(vectors))]
    engine, lexical = exact(tmp_path, vectors), terms_index(tmp_path, texts)
    asked = np.eye(1, 8, dtype=np.float32)[0]
    expected = rank(asked, ["kim"], engine, lexical)
    assert [each.row for each in expected if each.dense_rank == 1] == nearest[:1].tolist()
    assert rank(asked, ["kim"], Missing(engine, missed), lexical) == expected


def test_ranks_do_not_hang_on_the_order_an_engine_finds_rows_in(tmp_path: Path) -> None:
    """Rows of equal cosines, or rounded differently by an engine, are ranked by cosine and row."""
    vectors = np.repeat(units(20, 3), 3, axis=0)
    engine, lexical = exact(tmp_path, vectors), terms_index(tmp_path, [["kim"]] * 60)
    asked = np.eye(1, 8, dtype=np.float32)[0]
    expected = rank(asked, [], engine, lexical)
    assert rank(asked, [], Missing(engine, []), lexical) == expected
    by_rank = sorted(expected, key=lambda each: each.dense_rank or 0)
    assert all((-a.dense_score, a.row) < (-b.dense_score, b.row) for a, b in pairwise(by_rank))


@pytest.mark.parametrize("most", [0, 1, 3, 500])
def test_the_first_alone_are_those_of_all(tmp_path: Path, most: int) -> None:
    """With their scores and ranks, which are those among all candidates."""
    texts = [[NAMES[row % 3]] for row in range(40)]
    engine = exact(tmp_path, units(len(texts), 5))
    lexical = terms_index(tmp_path, texts)
    asked = np.eye(1, 8, dtype=np.float32)[0]
    every = rank(asked, ["kim"], engine, lexical)
    assert rank(asked, ["kim"], engine, lexical, most=most) == every[:most]
