"""Forms of a word that its stem does not tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index.questions.question import read
from index.text.inflection import other_forms
from index.text.terms import stems
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "other"), [("say", "said"), ("said", "say"), ("child", "children"), ("wives", "wife")]
)
def test_forms_go_both_ways(word: str, other: str) -> None:
    """A verb's past and a noun's plural are forms, and so is what they are forms of."""
    assert other in other_forms(stems(word)[0])


@pytest.mark.parametrize("word", ["walk", "minister", "Kyiv", "zyzzyva"])
def test_a_word_whose_stem_tells_has_no_others(word: str) -> None:
    """Regular words, names and what is no word have no further forms."""
    assert other_forms(stems(word)[0]) == ()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("What did the mayor say?", "The mayor said nothing."),
        ("Who won the race?", "She hopes to win the race."),
        ("How many children were found?", "They find a child."),
    ],
)
def test_a_question_meets_the_other_form(tmp_path: Path, asked: str, told: str) -> None:
    """What is asked for in one form stands there in the other."""
    question = read(asked, lexicon_of(tmp_path, told), NOW)
    there = set(stems(told))
    assert question.asked
    assert all(each.known and each.stands_in(there) for each in question.asked)


def test_no_form_is_taken_for_a_misspelling(tmp_path: Path) -> None:
    """A corpus that has "said" and "day" is not asked for the day when "say" is meant."""
    question = read("what did the mayor say", lexicon_of(tmp_path, "The mayor said: day."), NOW)
    assert [each.corrected_to for each in question.asked] == [None, None]


def test_a_name_has_no_forms(tmp_path: Path) -> None:
    """Mr Rose did not rise."""
    question = read("What did Mr Rose do?", lexicon_of(tmp_path, "Prices rise. Mr Rose left."), NOW)
    assert [each.forms for each in question.names if each.term.word == "Rose"] == [(("rose",),)]


def test_what_is_measured_is_not_searched_for(tmp_path: Path) -> None:
    """A number answers "how many", the word "many" does not."""
    lexicon = lexicon_of(tmp_path, "Many children left.")
    words = [each.term.word for each in read("How many children left?", lexicon, NOW).asked]
    assert words == ["children", "left"]
    assert [each.term.word for each in read("How much?", lexicon, NOW).asked] == ["much"]
