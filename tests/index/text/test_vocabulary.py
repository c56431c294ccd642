"""The corpus's words, their capitals, and the abbreviations it explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import CorruptSnapshotError
from index.place import Place, Span
from index.records import Metadata, Passage
from index.text import vocabulary
from index.text.vocabulary import ABBREVIATIONS, DIRECTORY, Tally, gather, read, write
from lexicons import passage

if TYPE_CHECKING:
    from pathlib import Path


def test_words_are_counted_and_names_told() -> None:
    """A name is what is mostly capitalised inside sentences, not what begins one."""
    words = gather(
        map(
            passage,
            (
                "Famine hit the north, and Putin saw the North.",
                "Famine is what Putin saw in the north.",
                "THEY SAW THE TSUNAMI OF 2022",
                "There the Tsunami, the tsunami, O'Neil and Kim's army came.",
            ),
        )
    ).vocabulary()
    assert words.named("putin")
    assert words.named("kim")
    assert words.named("o'neil")
    assert not any(map(words.named, ("famine", "north", "tsunami", "army", "absent", "")))
    assert words.count("famine") == 2
    assert words.count("tsunami") == 3
    assert words.count("2022") == words.count("absent") == words.count("") == 0
    assert words.words == sorted(words.words)
    assert list(words.starting("p")) == ["putin"]
    assert list(words.starting("z")) == []
    assert words.total >= sum(words.counts)


def test_titles_count_and_tell_no_names() -> None:
    """Every word of a headline has a capital; its words are the corpus's all the same."""
    place = Place("a.txt", 1, 1, 0, 9)
    titled = Passage("id", "It rained.", place, (Span(0, 10),), Metadata(title="Big Floods Hit"))
    words = gather([titled]).vocabulary()
    assert words.count("floods") == 1
    assert not words.named("floods")


@pytest.mark.parametrize(
    ("text", "abbreviations"),
    [
        (
            "The World Health Organization (WHO) met.",
            {"who": "World Health Organization", "world health organization": "WHO"},
        ),
        (
            "the Department of Justice's (DOJ) view",
            {"doj": "Department of Justice", "department of justice": "DOJ"},
        ),
        ("University of Oslo (UO)", {"uo": "University of Oslo", "university of oslo": "UO"}),
        ("United Nations (U.N.)", {"un": "United Nations", "united nations": "UN"}),
        ("He came (AP) home", {}),
        ("the health agency (WHO)", {}),
        ("Nations (UN)", {}),
        ("(UN)", {}),
        ("a World that Health never left (WHO)", {}),
    ],
)
def test_explained_abbreviations_are_found(text: str, abbreviations: dict[str, str]) -> None:
    """Only words with just the initials, before the bracket, explain an abbreviation."""
    assert gather([passage(text)]).vocabulary().abbreviations == abbreviations


def test_the_commonest_explanation_counts() -> None:
    """An abbreviation of two things is taken for the one explained more often."""
    often, once = "the American Medical Association (AMA)", "American Motor Association (AMA)"
    words = gather(map(passage, (once, often, often))).vocabulary()
    assert words.abbreviations["ama"] == "American Medical Association"


SENTENCES = (
    "The World Health Organization (WHO) met Kim.",
    "Élan and Ωmega came to Kim in 2022.",
    "The War Horse Office (WHO) and the World Health Organization (WHO) slept.",
)


def told(tally: Tally) -> dict[str, tuple[int, bool]]:
    """Each word with its count, and whether it is a name."""
    words = tally.vocabulary()
    return {word: (words.count(word), words.named(word)) for word in words.words}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A vocabulary survives its files; without them there are no words; damage is named."""
    counted = gather(map(passage, SENTENCES))
    words = counted.vocabulary()
    assert not read(tmp_path).words
    write(tmp_path, counted)
    found = read(tmp_path)
    assert list(found.words) == words.words == found.words[:] == sorted(words.words)
    assert (found.total, found.abbreviations) == (words.total, words.abbreviations)
    assert {word: (found.count(word), found.named(word)) for word in words.words} == told(counted)
    assert [list(found.starting(letter)) for letter in "kωz"] == [["kim"], ["ωmega"], []]
    assert vocabulary.tally(tmp_path) == counted
    (tmp_path / DIRECTORY / ABBREVIATIONS).write_bytes(b"\xc1")
    with pytest.raises(CorruptSnapshotError, match="vocabulary"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["counts", "inside", "capitals"])
def test_counts_of_other_words_are_refused(tmp_path: Path, name: str) -> None:
    """A file with more or fewer numbers than there are words is of another vocabulary."""
    write(tmp_path, gather(map(passage, SENTENCES)))
    path = tmp_path / DIRECTORY / f"{name}.npy"
    np.save(path, np.load(path)[1:])
    with pytest.raises(CorruptSnapshotError, match="vocabulary"):
        read(tmp_path)


@pytest.mark.parametrize("gone", range(3))
def test_what_came_and_what_went_is_all_that_is_counted(gone: int) -> None:
    """A vocabulary with some passages added and others taken off is that of those that are left."""
    before = gather(map(passage, SENTENCES[:2]))
    after = before.and_also(gather([passage(SENTENCES[2])]))
    after = after.without(gather([passage(SENTENCES[gone])]))
    left = gather(passage(each) for at, each in enumerate(SENTENCES) if at != gone)
    assert told(after) == told(left)
    assert after == left
