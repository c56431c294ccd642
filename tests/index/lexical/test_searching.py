"""BM25 over terms, against the formula: scores and order."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import CorruptSnapshotError
from index.lexical import bm25, postings, searching, segment, writing
from index.lexical.searching import LexicalIndex
from index.text.terms import stems, terms
from lexicons import terms_index

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexed import RunPython

WORDS = st.sampled_from(["kim", "putin", "train", "moscow", "2022", "famin", "", "\0", "中"])


def formula(texts: Sequence[Sequence[str]], query: Sequence[str]) -> NDArray[np.float64]:
    """BM25 as Lucene computes it (Kamphuis et al. 2020), term by term."""
    lengths = [max(len(text), 1) for text in texts]
    mean = sum(lengths) / len(texts)
    scores = np.zeros(len(texts))
    for term in query:
        count = sum(term in text for text in texts)
        idf = math.log1p((len(texts) - count + 0.5) / (count + 0.5))
        for i, text in enumerate(texts):
            frequency = Counter(text)[term]
            norm = bm25.K1 * (1 - bm25.B + bm25.B * lengths[i] / mean)
            scores[i] += idf * frequency / (frequency + norm) if frequency else 0
    return scores


def assert_best(
    index: LexicalIndex,
    texts: Sequence[Sequence[str]],
    query: Sequence[str],
    most: int,
    allowed: Sequence[int] | None = None,
) -> None:
    """What is found are the rows that the formula puts first, in its order, with its scores."""
    expected = formula(texts, query)
    exact = index.scores_of(query, np.arange(len(texts)))
    np.testing.assert_allclose(exact, expected, rtol=1e-4, atol=1e-6)
    rows, scores = index.best(
        query, most, None if allowed is None else np.array(allowed, dtype=np.int64)
    )
    found = [row for row in (allowed or range(len(texts))) if expected[row] > 0]
    # Equal scores differ in the last digit by the order in which the formula adds.
    ranked = sorted(found, key=lambda row: (-exact[row], row))[:most]
    assert rows.tolist() == ranked
    np.testing.assert_array_equal(scores, exact[ranked])
    best = sorted((expected[row] for row in found), reverse=True)[:most]
    np.testing.assert_allclose(scores, best, rtol=1e-4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=8),
    query=st.lists(WORDS, max_size=4),
    most=st.integers(1, 9),
)
def test_scores_are_those_of_the_formula(
    tmp_path: Path, texts: list[list[str]], query: list[str], most: int
) -> None:
    """Every passage's score is BM25's; a passage without the terms is not found."""
    index = terms_index(tmp_path, texts)
    assert_best(index, texts, query, most)
    for term in query:
        assert index.frequency(term) == sum(term in text for text in texts)
        assert index.rows(term).tolist() == [i for i, text in enumerate(texts) if term in text]


def invented(passages: int, seed: int) -> list[list[str]]:
    """Passages whose words are as unlike in frequency as those of a language."""
    draw = np.random.default_rng(seed)
    return [
        [f"w{word}" for word in draw.zipf(1.3, draw.integers(0, 12)) if word < 5_000]
        for _ in range(passages)
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [None, 0.9, 0.05])
def test_frequent_terms_are_not_scored_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, share: float | None
) -> None:
    """Among many passages, of all or of those allowed, the best are those of the formula."""
    monkeypatch.setattr(segment, "_FEW", 100)
    texts = invented(1_500, seed)
    index = terms_index(tmp_path, texts)
    draw = np.random.default_rng(seed)
    allowed = None if share is None else np.flatnonzero(draw.random(1_500) < share).tolist()
    for most in (1, 10, 100):
        query = [f"w{word}" for word in (1, 2, *draw.integers(3, 400, 4), 1)]
        assert_best(index, texts, query, most, allowed)


def test_rows_allowed_that_are_none(tmp_path: Path) -> None:
    """Where no row is allowed, or none that has a term, nothing is found."""
    index = terms_index(tmp_path, [["kim"], ["putin"]])
    for allowed in ([], [1]):
        rows, scores = index.best(["kim"], 5, np.array(allowed, dtype=np.int64))
        assert rows.tolist() == scores.tolist() == []


def test_passages_without_terms_are_never_found(tmp_path: Path) -> None:
    """A corpus without one term can be written, opened and asked."""
    index = terms_index(tmp_path, [[], []])
    for query in (["kim"], []):
        assert index.scores_of(query, np.arange(2)).tolist() == [0, 0]
        assert index.best(query, 5)[0].tolist() == []
    assert index.frequency("kim") == 0


def test_an_odd_question_finds_nothing(tmp_path: Path) -> None:
    """Words that are nothing but marks, and words that nothing has, score no passage."""
    index = terms_index(tmp_path, [["kim"], ["putin"]])
    for question in ("ﾞ ﾟ", "\0 \x01", "", "unheard-of"):
        assert index.best(stems(question), 5)[0].tolist() == []


def test_a_rare_word_weighs_more(tmp_path: Path) -> None:
    """Rarity is above 0, falls with a term's frequency here and in English at large."""
    index = terms_index(tmp_path, [["kim", "plan"], ["kim", "plan"], ["plan"], ["vladivostok"]])

    def rarity(word: str) -> float:
        return index.rarity(terms(word)[0])

    assert rarity("Pyongyang") > rarity("travel") > 0
    assert rarity("vladivostok") > rarity("people") > 0
    assert rarity("Kim") < rarity("Kirby")


def test_rarity_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, and with room to keep one word's only, rarity is what it was."""
    index = terms_index(tmp_path, [["kim", "plan"], ["plan"]])
    words = terms("Kim kim plans plan Pyongyang")
    first = [index.rarity(word) for word in words]
    assert len(set(first)) > 2
    assert [index.rarity(word) for word in words] == first
    monkeypatch.setattr(searching, "RARITIES_KEPT", 1)
    fresh = LexicalIndex.open(tmp_path, 2)
    assert [fresh.rarity(word) for word in words * 2] == first * 2


def test_the_files_are_the_same_in_every_process(tmp_path: Path, run_python: RunPython) -> None:
    """The same terms give the same bytes, whatever the process's hash seed."""
    program = (
        "import sys; from pathlib import Path; from index.lexical import writing\n"
        "texts = [list('abcdefgh'), list('defzyx'), []]\n"
        "writing.write(Path(sys.argv[1]), 3, enumerate(texts))"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        assert run_python(program, tmp_path / seed, PYTHONHASHSEED=seed).returncode == 0
    names = [path.name for path in (tmp_path / "1" / postings.DIRECTORY).iterdir()]
    assert names
    for name in names:
        one, two = (tmp_path / seed / postings.DIRECTORY / name for seed in ("1", "2"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"not json", None])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt."""
    writing.write(tmp_path, 2, enumerate([["kim"], ["putin"]]))
    for path in sorted((tmp_path / postings.DIRECTORY).iterdir()):
        whole = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        with pytest.raises(CorruptSnapshotError, match="lexical"):
            LexicalIndex.open(tmp_path, 2)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["starts", "rows", "counts", "peaks", "lengths"])
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, name: str) -> None:
    """One that is shorter than the others belongs to another index; so does another corpus."""
    writing.write(tmp_path, 2, enumerate([["kim"], ["putin"]]))
    LexicalIndex.open(tmp_path, 2)
    with pytest.raises(CorruptSnapshotError, match="has 2 passages, not 3"):
        LexicalIndex.open(tmp_path, 3)
    path = tmp_path / postings.DIRECTORY / f"{name}.npy"
    np.save(path, np.load(path)[:-1])
    with pytest.raises(CorruptSnapshotError, match="lexical"):
        LexicalIndex.open(tmp_path, 2)
