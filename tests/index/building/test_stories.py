"""Which neighbouring lines tell one story, and its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from index.building.stories import leads
from index.corpus.reading import read
from index.place import Place
from index.records import Snippet

if TYPE_CHECKING:
    from pathlib import Path

LINES = st.sampled_from(
    [
        "Kim met Putin.",
        "He left.",
        "Putin spoke on Monday.",
        "Rain fell on Monday.",
        "İ.",
        "Oslo won.",
    ]
)


def lines(*texts: str, path: str = "a.txt") -> list[Snippet]:
    """Make one block of lines; an empty text ends it."""
    found: list[Snippet] = []
    block = 0
    for number, text in enumerate(texts, start=1):
        if text:
            found.append(Snippet(text, Place(path, number, number, 0, len(text)), block=block))
        else:
            block += 1
    return found


def test_lines_that_share_a_name_are_one_story() -> None:
    """A line that shares a name with one of the two before it continues its story."""
    assert leads(
        lines("Kim will go to Vladivostok.", "The newspaper said so.", "Kim travels by train.")
    ) == ["", "Kim will go to Vladivostok.", "Kim will go to Vladivostok."]


def test_a_story_goes_on_from_line_to_line() -> None:
    """The lead stays the story's first line, however far it goes on."""
    story = lines("Oduya saved.", "Oduya spoke of Lund.", "It rained.", "Lund is far.")
    assert leads(story) == ["", *["Oduya saved."] * 3]


def test_a_blank_line_separates() -> None:
    """Lines of two blocks are no story, whatever they share."""
    assert leads(lines("Kim spoke.", "", "Kim left.")) == ["", ""]


def test_another_file_is_another_story() -> None:
    """The last line of a file and the first of the next are no story."""
    assert leads([*lines("Kim spoke."), *lines("Kim left.", path="b.txt")]) == ["", ""]


def test_a_day_is_no_name() -> None:
    """What happened on one Monday, or in one year, is no story."""
    assert leads(lines("Rain fell on Monday in 2023.", "Shares rose on Monday in 2023.")) == [
        "",
        "",
    ]


def test_a_name_three_lines_back_is_too_far() -> None:
    """Only two lines back are looked at."""
    assert leads(lines("Kim spoke.", "Rain fell.", "Snow fell.", "Kim left.")) == [""] * 4


def test_the_seeds_first_six_lines_are_one_story(seeds: Path) -> None:
    """Lines 1 to 6 are told under line 1; lines 7 to 9 each stand alone."""
    snippets = read([seeds]).snippets
    found = leads(snippets)
    assert found[:9] == ["", *[snippets[0].text] * 5, *[""] * 3]
    assert snippets[0].text not in found[9:]


@given(texts=st.lists(st.one_of(LINES, st.just("")), max_size=12))
def test_a_lead_opens_the_block_it_stands_in(texts: list[str]) -> None:
    """Each lead is an earlier line of the same block, and is itself under no lead."""
    snippets = lines(*texts)
    found = leads(snippets)
    assert len(found) == len(snippets)
    for i, lead in enumerate(found):
        if lead:
            opening = next(
                j for j in range(i - 1, -1, -1) if not found[j] and snippets[j].text == lead
            )
            assert snippets[opening].block == snippets[i].block
            assert all(found[j] == lead for j in range(opening + 1, i + 1))
