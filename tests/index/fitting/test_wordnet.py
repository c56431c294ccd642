"""WordNet's files, read: over a few lines of our own in their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.fitting import wordnet

if TYPE_CHECKING:
    from pathlib import Path

NOUNS = """\
  1 The licence, which the files begin with.
00000001 15 n 02 Freedonia 0 Land_of_the_Free 0 001 @i 00000009 n 0000 | a country
00000002 18 n 01 Freedonian 0 001 + 00000003 a 0101 | who is born there
00000011 14 n 04 Bank_of_the_East 0 B.E. 0 BE 0 the_Bank 0 000 | a firm
00000012 14 n 04 Red_Band 0 Band_of_the_Red 0 the_band 0 Land_of_the_Free 0 001 @i 00000009 n 0000 |
00000013 15 n 03 Lake_Fred 0 Fred 0 Fred_Water 0 001 @i 00000009 n 0000 | a lake
00000014 18 n 01 fred 0 000 | a man
00000009 15 n 02 country 0 state 1 000 | a body of people
"""
ADJECTIVES = """\
  1 The licence.
00000003 01 a 02 Freedonian(a) 0 Freedonish 0 002 + 00000002 n 0101 \\ 00000001 n 0101 | of it
00000005 01 a 01 Freedonianish 0 001 \\\\ 00000002 n 0101 | of one who is born there
00000006 00 s 03 five 0 5 0 v 0 000 | more than four
00000007 00 s 02 twenty-five 0 25 0 000 | more than twenty-four
00000008 00 s 03 one 0 1 0 i 0 000 | but one
00000004 00 s 01 stately 0 001 & 00000009 a 0000 | "like a state | or more"
"""


def test_a_country_has_its_names_and_the_words_for_what_is_its_own(tmp_path: Path) -> None:
    """Words are written with spaces, without an adjective's position; people are no place."""
    (tmp_path / "data.noun").write_text(NOUNS, "utf-8")
    (tmp_path / "data.adj").write_text(ADJECTIVES, "utf-8")
    found = wordnet.read(tmp_path)
    assert found.named["Freedonia"] == ["Land of the Free"]
    assert found.named["country"] == ["state"]
    assert found.own == {"Freedonia": ["Freedonian", "Freedonish"]}


def test_initials_are_told_with_what_they_are_made_of(tmp_path: Path) -> None:
    """With small words or without, with full stops or without; other names are not theirs."""
    (tmp_path / "data.noun").write_text(NOUNS, "utf-8")
    (tmp_path / "data.adj").write_text(ADJECTIVES, "utf-8")
    assert wordnet.read(tmp_path).initials == [("BE", "Bank of the East")]


def test_names_that_mean_nothing_else_are_told_together(tmp_path: Path) -> None:
    """Of one place or group; not its common words, nor what is also another's name, in any case."""
    (tmp_path / "data.noun").write_text(NOUNS, "utf-8")
    (tmp_path / "data.adj").write_text(ADJECTIVES, "utf-8")
    found = wordnet.read(tmp_path)
    assert found.places == [["Lake Fred", "Fred Water"]]
    assert found.groups == [["Red Band", "Band of the Red"]]


def test_numbers_of_one_word_have_digits(tmp_path: Path) -> None:
    """One is mostly none."""
    (tmp_path / "data.noun").write_text(NOUNS, "utf-8")
    (tmp_path / "data.adj").write_text(ADJECTIVES, "utf-8")
    assert wordnet.read(tmp_path).numbers == [["five", "5"]]
