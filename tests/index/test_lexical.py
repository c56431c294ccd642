"""BM25 over terms, against the formula."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import lexical
from index.errors import CorruptSnapshotError
from index.lexical import LexicalIndex
from index.text.terms import stems, terms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexed import RunPython

WORDS = st.sampled_from(["kim", "putin", "train", "moscow", "2022", "famin", "", "\0", "中"])


def open_over(texts: list[list[str]], directory: Path) -> LexicalIndex:
    lexical.write(directory, texts)
    return LexicalIndex.open(directory, len(texts))


def bm25(texts: list[list[str]], query: list[str]) -> NDArray[np.float64]:
    """BM25 as Lucene computes it (Kamphuis et al. 2020), term by term."""
    lengths = [len(text) for text in texts]
    mean = sum(lengths) / len(texts)
    scores = np.zeros(len(texts))
    for term in query:
        count = sum(term in text for text in texts)
        idf = math.log1p((len(texts) - count + 0.5) / (count + 0.5))
        for i, text in enumerate(texts):
            frequency = Counter(text)[term]
            norm = lexical.K1 * (1 - lexical.B + lexical.B * lengths[i] / mean)
            scores[i] += idf * frequency / (frequency + norm) if frequency else 0
    return scores


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(
        st.lists(WORDS.filter(lambda word: word not in {"", "\0"}), min_size=1, max_size=12),
        min_size=1,
        max_size=8,
    ),
    query=st.lists(WORDS, max_size=4),
)
def test_scores_are_those_of_the_formula(
    tmp_path: Path, texts: list[list[str]], query: list[str]
) -> None:
    """Every passage's score is BM25's; a passage without the terms scores nothing."""
    index = open_over(texts, tmp_path)
    expected = bm25(texts, [term for term in query if any(term in text for text in texts)])
    np.testing.assert_allclose(index.scores(query), expected, rtol=1e-4, atol=1e-6)
    for term in query:
        assert index.frequency(term) == sum(term in text for text in texts)


def test_passages_without_terms_are_never_found(tmp_path: Path) -> None:
    """A corpus without one term can be written, opened and asked."""
    index = open_over([[], []], tmp_path)
    assert index.scores(["kim"]).tolist() == [0, 0]
    assert index.scores([]).tolist() == [0, 0]
    assert index.frequency("kim") == 0


def test_an_odd_question_finds_nothing(tmp_path: Path) -> None:
    """Words that are nothing but marks, and words that nothing has, score no passage."""
    index = open_over([["kim"], ["putin"]], tmp_path)
    for question in ("ﾞ ﾟ", "\0 \x01", "", "unheard-of"):
        assert index.scores(stems(question)).tolist() == [0, 0]


def test_a_rare_word_weighs_more(tmp_path: Path) -> None:
    """Rarity is above 0, falls with a term's frequency here and in English at large."""
    index = open_over([["kim", "plan"], ["kim", "plan"], ["plan"], ["vladivostok"]], tmp_path)

    def rarity(word: str) -> float:
        return index.rarity(terms(word)[0])

    assert rarity("Pyongyang") > rarity("travel") > 0
    assert rarity("vladivostok") > rarity("people") > 0
    assert rarity("Kim") < rarity("Kirby")


def test_rarity_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, and with room to keep one word's only, rarity is what it was."""
    index = open_over([["kim", "plan"], ["plan"]], tmp_path)
    words = terms("Kim kim plans plan Pyongyang")
    first = [index.rarity(word) for word in words]
    assert len(set(first)) > 2
    assert [index.rarity(word) for word in words] == first
    monkeypatch.setattr(lexical, "RARITIES_KEPT", 1)
    fresh = LexicalIndex.open(tmp_path, 2)
    assert [fresh.rarity(word) for word in words * 2] == first * 2


def test_the_files_are_the_same_in_every_process(tmp_path: Path, run_python: RunPython) -> None:
    """The same terms give the same bytes, whatever the process's hash seed."""
    program = (
        "import sys; from pathlib import Path; from index import lexical\n"
        "lexical.write(Path(sys.argv[1]), [list('abcdefgh'), list('defzyx'), []])"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        assert run_python(program, tmp_path / seed, PYTHONHASHSEED=seed).returncode == 0
    names = [path.name for path in (tmp_path / "1" / lexical.DIRECTORY).iterdir()]
    assert names
    for name in names:
        one, two = (tmp_path / seed / lexical.DIRECTORY / name for seed in ("1", "2"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"not json", None])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt."""
    lexical.write(tmp_path, [["kim"], ["putin"]])
    for path in sorted((tmp_path / lexical.DIRECTORY).iterdir()):
        whole = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        with pytest.raises(CorruptSnapshotError, match="lexical"):
            LexicalIndex.open(tmp_path, 2)
        path.write_bytes(whole)
