"""Typos are corrected; words and names that the corpus merely lacks are left alone."""

from __future__ import annotations

import pytest

from index.text.english import english
from index.text.spelling import corrected, is_slip
from index.text.vocabulary import Vocabulary, gather
from lexicons import passage


@pytest.fixture(scope="module")
def news() -> Vocabulary:
    """The words of a small corpus."""
    return gather(
        passage(sentence)
        for sentence in (
            "In fact a tsunami hit the coast, and the government spoke of the election.",
            "On Friday Zelensky and Terry Jones came to Vladivostok, and Iraq and Boston lost.",
            "There the power of the president and his minister was great, and Mike Kirby knew.",
        )
    ).vocabulary()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tusnami", "tsunami"),
        ("tsnami", "tsunami"),
        ("elecitons", "elections"),
        ("govermnent", "government"),
        ("presidant", "president"),
        ("minnister", "minister"),
    ],
)
def test_a_mistyped_word_is_corrected(typed: str, meant: str, news: Vocabulary) -> None:
    """One slip in a word that is no word leads to the word, written among capitals or not."""
    assert corrected(typed, news, name=False) == meant
    assert len(typed) < 7 or corrected(typed, news, name=None) == meant


def test_two_slips_are_seen_through_in_a_long_word(news: Vocabulary) -> None:
    """Two slips in a long word of lower case lead to it; in a short one they don't."""
    assert corrected("govrenmetn", news, name=False) == "government"
    assert corrected("tsnmi", news, name=False) is None


@pytest.mark.parametrize("typed", ["vladivotsok", "zelenskyy", "vlaadivostok"])
@pytest.mark.parametrize("name", [True, None])
def test_a_slip_in_a_name_is_corrected(typed: str, name: bool | None, news: Vocabulary) -> None:
    """Swapped or doubled letters are a slip in a name, too."""
    assert corrected(typed, news, name=name) in {"vladivostok", "zelensky"}


@pytest.mark.parametrize(
    "word", ["kerry", "iran", "zelinsky", "boson", "austin", "marek", "goyal", "kirk"]
)
@pytest.mark.parametrize("name", [True, None])
def test_a_name_is_not_made_another_name(word: str, name: bool | None, news: Vocabulary) -> None:
    """Kerry isn't Terry, Iran isn't Iraq: what English knows is what it is."""
    assert corrected(word, news, name=name) is None


@pytest.mark.parametrize(
    ("typed", "meant", "names"),
    [
        ("vladivostock", "vladivostok", (True, None)),
        ("presidant", "president", (None,)),
        ("kirbi", "kirby", (None,)),
        ("frday", "friday", (None,)),
        ("frdai", None, ()),
        ("cmae", "came", (None,)),
        ("kne", None, ()),
    ],
)
def test_what_nobody_lists_is_likely_mistyped(
    typed: str, meant: str | None, names: tuple[bool | None, ...], news: Vocabulary
) -> None:
    """The longer a word and the commoner its neighbour, the likelier; a name needs a letter more.

    What the corpus writes small is no name, and a word that is none was always corrected.
    """
    for name in (True, None):
        assert corrected(typed, news, name=name) == (meant if name in names else None)
    assert corrected(typed, news, name=False) == meant


def test_what_is_listed_must_be_far_rarer_than_what_was_meant(news: Vocabulary) -> None:
    """A short word that may be a name ten times as much as others; a name stays."""
    assert corrected("goverment", news, name=None) == "government"
    assert corrected("grest", news, name=None) == "great"
    assert corrected("fryday", news, name=None) is None
    assert corrected("fryday", news, name=False) == "friday"
    assert not any(corrected(word, news, name=True) for word in ("goverment", "grest", "fryday"))


@pytest.mark.parametrize("word", ["facet", "powder", "latent", "mystery", "electron", "elections"])
@pytest.mark.parametrize("name", [False, None])
def test_a_good_word_stays(word: str, name: bool | None, news: Vocabulary) -> None:
    """A word of English is what it is, however near a commoner one of the corpus stands."""
    assert corrected(word, news, name=name) is None


@pytest.mark.parametrize("word", ["", "hte", "a" * 40, "tsunàmi", "2022x", "x-ray", "ﾞﾟﾞﾟﾞ"])
def test_what_is_no_plain_word_stays(word: str, news: Vocabulary) -> None:
    """Short and overlong words, accents, digits and marks are left alone."""
    assert corrected(word, news, name=False) is None


def test_the_likeliest_word_counts_also_where_the_corpus_lacks_it(news: Vocabulary) -> None:
    """A typo of a word that the corpus lacks isn't bent into one that it has."""
    assert corrected("pwoder", news, name=False) == "powder"
    assert corrected("wehre", news, name=None) == "where"


def test_slips_are_swaps_and_doublings() -> None:
    """Another letter makes another name."""
    assert is_slip("vladivotsok", "vladivostok")
    assert is_slip("odessa", "odesa")
    assert not is_slip("kerry", "terry")
    assert not is_slip("ivanov", "ivanova")


def test_english_knows_words_and_names() -> None:
    """Shares fall with rarity; what nobody writes has none."""
    words = english()
    assert words.share("the") > words.share("tsunami") > words.share("vladivostok") > 0
    assert words.share("tusnami") == words.share("") == words.share("a" * 30) == 0
    assert b"tsunami" in words.starting("t")
    assert all(word.startswith(b"z") for word in words.starting("z"))
