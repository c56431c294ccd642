"""Sorted words in mapped files: every word is found, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.text import word_list
from index.text.word_list import WordList

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.text(st.characters(), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.sets(WORDS, max_size=20), others=st.sets(WORDS, max_size=5))
def test_what_is_written_is_found(tmp_path: Path, words: set[str], others: set[str]) -> None:
    """Each word is at its place, half characters too; asked again, the place is the same."""
    WordList.of(sorted(words)).write(tmp_path, "words")
    found = WordList.open(tmp_path, "words")
    assert list(found) == found[:] == sorted(words)
    assert found[1:3] == sorted(words)[1:3]
    assert found[::-2] == sorted(words)[::-2]
    for _ in range(2):
        for word in words | others:
            at = found.at(word)
            assert (at is None) == (word not in words)
            assert at is None or found[at] == word


def test_no_more_places_are_kept_than_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one place, every word is found all the same."""
    monkeypatch.setattr(word_list, "SOUGHT_KEPT", 1)
    words = WordList.of(["a", "b", "c"])
    assert [words.at(each) for each in "abcdcba"] == [0, 1, 2, None, 2, 1, 0]
    with pytest.raises(IndexError):
        words[3]
    assert words[-1] == "c"


def test_words_of_every_block_are_found() -> None:
    """The first and the last of what is read at once as well as what lies between, or outside."""
    words = [f"{number:03}" for number in range(100)]
    listed = WordList.of(words)
    assert [listed.at(word) for word in words] == list(range(100))
    assert [listed.at(f"{word}-") for word in words] == [None] * 100
    assert (listed.at(""), listed.at("1"), listed.at("~")) == (None, None, None)


def test_a_list_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Characters that end before the last word does, or go on after it, are no list."""
    WordList.of(["ferry", "tram"]).write(tmp_path, "words")
    characters = np.load(tmp_path / "words.npy")
    for damaged in (characters[:-1], np.append(characters, characters[:1])):
        np.save(tmp_path / "words.npy", damaged)
        with pytest.raises(ValueError, match="words is cut off"):
            WordList.open(tmp_path, "words")
