"""Which quotes say the same, and which passages tell one story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.place import Place
from index.records import Metadata, Passage
from index.retrieval.agreeing import adds_nothing, one_story, saying

KNOWN = "The council of Easterby voted 14 to 9 against the ring road on Wednesday, Ms. Bakker said."


@pytest.mark.parametrize(
    ("new", "nothing"),
    [
        (KNOWN, True),
        ("Easterby's council voted 14 to 9 against the ring road.", True),
        (
            "Councils of Easterby vote 14 to 9 against the ring road on Wednesday, Bakker says.",
            True,
        ),
        ("The council of Easterby voted 15 to 8 against the ring road on Wednesday.", False),
        ("The council of Nettleham voted 14 to 9 against the ring road on Wednesday.", False),
        ("The council of Easterby never voted against the ring road.", False),
        ("The council of Easterby voted for new buses.", False),
    ],
)
def test_what_adds_nothing(new: str, nothing: bool) -> None:
    """Nearly all of its words are known, all names and numbers, and it doesn't deny."""
    assert adds_nothing(saying(new), saying(KNOWN)) is nothing


def test_a_longer_version_adds_something() -> None:
    """What is contained in it was said already, but not the other way round."""
    short = saying("The council voted against the road.")
    assert adds_nothing(short, saying(KNOWN))
    assert not adds_nothing(saying(KNOWN), short)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Moss met the council.", set[str]()),
        ("NATO met the council.", {"nato"}),
        ("McCall met the council.", {"mccall"}),
        ("2 councils met Moss.", {"2", "moss"}),
    ],
)
def test_a_first_word_is_no_name_for_its_capital(text: str, names: set[str]) -> None:
    """Every sentence begins with one; a digit or a second capital makes it a name."""
    assert saying(text).names == names


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_the_same_text_adds_nothing(text: str) -> None:
    """Whatever it is."""
    assert adds_nothing(saying(text), saying(text))


def passage(text: str, path: str = "a.txt", lead: str = "", title: str = "") -> Passage:
    """A passage with its lead and title, of the outlet that its path names."""
    metadata = Metadata(title or None, path)
    return Passage("id", text, Place(path, 1, 1, 0, len(text)), (), metadata, lead)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (passage("Kim left.", lead="Kim met Putin."), passage("Kim met Putin."), True),
        (passage("Kim left.", lead="Kim met Putin. Rain."), passage("Kim met Putin."), True),
        (passage("A.", lead="Kim met Putin."), passage("B.", lead="Kim met Putin."), True),
        (passage("Kim left."), passage("Rain fell."), False),
        (passage("A.", lead="Kim."), passage("B.", path="b.txt", lead="Kim."), False),
        (passage("A.", title="Kim"), passage("B.", title="Kim"), True),
        (passage("A.", title="Kim"), passage("A.", title="Rain"), False),
        (passage("A.", title="Kim"), passage("A."), False),
        (passage("A.", title="Kim"), passage("A.", path="b.txt", title="Kim"), False),
    ],
)
def test_one_story(one: Passage, other: Passage, same: bool) -> None:
    """A title and outlet in common, or where there are no titles, a file and a lead."""
    assert one_story(one, other) is same
    assert one_story(other, one) is same
