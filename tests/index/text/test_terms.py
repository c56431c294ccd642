"""Text as terms: spans stay inside the text, and variants of a word meet."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text.terms import LONGEST_KEPT, bare_words, fold, stems, terms, words

TEXTS = st.text(
    st.one_of(
        st.sampled_from("aAßİıŁéﬁǅ²½ﾞ’'.,0٣中\u0301\u0345 U.S🎉"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)
PLAIN_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*(?![\u0300-\u036f])"
    r"|(?:[^\W_][\u0300-\u036f]*)+(?:['’](?:[^\W_][\u0300-\u036f]*)+)*"
)
"""What a word is, without regard to how long it takes to find one."""


@settings(deadline=None)  # the first one loads the stemmer and the stop words
@given(text=TEXTS)
@example(text="İstanbul’s ﬁrst “U.S.” café’s")
@example(text="ﾞ ﾟ")
@example(text="'s ’S s's")
def test_spans_are_the_words(text: str) -> None:
    """Each term's span is its word in the text, in order and without overlap."""
    found = terms(text)
    for term in found:
        assert 0 <= term.span.start < term.span.end <= len(text)
        assert term.span.of(text) == term.word
        assert term.stem
    assert all(one.span.end <= two.span.start for one, two in pairwise(found))
    assert stems(text) == [term.stem for term in found]


@settings(deadline=None)
@given(text=TEXTS)
@example(text="naïve cafe\u0301s, nai\u0308ve; 12\u0301 ab12 ab_cd a.b.c won't wo\u0301n’t")
def test_words_are_what_the_plain_rule_says(text: str) -> None:
    """A text has the terms of its words, each read alone, where they stand."""
    expected = [
        (match.start() + term.span.start, term.stem, term.word, term.name)
        for match in PLAIN_WORD.finditer(text)
        for term in terms(match.group())
    ]
    assert [(t.span.start, t.stem, t.word, t.name) for t in terms(text)] == expected


def test_a_word_is_read_the_same_however_often_and_however_long() -> None:
    """Words that were met before, and those too long to be kept, have the same stem each time."""
    long = "banana" * LONGEST_KEPT
    text = f"The elections. ELECTIONS! {long}s {long}’s"
    expected = [("elect", False), ("elections", True), (long, False), (long, False)]
    for _ in range(2):
        assert [(term.stem, term.name) for term in terms(text)] == expected


@given(word=st.text(st.characters(codec="ascii")))
def test_plain_letters_fold_as_all_do(word: str) -> None:
    """A word without accents is folded as it is with one that folding takes off."""
    assert fold(word) == fold(f"{word}\u0301")


@given(text=st.text(st.characters(codec="latin-1"), max_size=40))
def test_composed_and_decomposed_text_meet(text: str) -> None:
    """The same text has the same stems whether its accents are composed or not."""
    assert stems(unicodedata.normalize("NFC", text)) == stems(unicodedata.normalize("NFD", text))


@given(word=TEXTS)
def test_folding_twice_is_folding_once(word: str) -> None:
    """What is folded stays as it is."""
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zürich", "ZURICH"),
        ("São Tomé", "Sao Tome"),
        ("İpek Yıldırım", "ipek yıldırım"),
        ("U.S.", "US"),
        ("1,331", "1331"),
        ("elections", "election"),
        ("the newspaper’s", "newspaper"),
        ("N’Dour", "N'Dour"),
        ("office", "oﬃce"),
        ("Straße", "Strasse"),
        ("２０２２", "2022"),
    ],
)
def test_variants_of_a_word_meet(one: str, other: str) -> None:
    """Case, accents, inflection, abbreviation and typography make no difference."""
    assert stems(one) == stems(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("US", "us"), ("3.5", "35"), ("Putin", "Kim"), ("2022", "2023")]
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    """A country is no pronoun, and a decimal point is no thousands separator."""
    assert stems(one) != stems(other)


def test_stop_words_are_left_out() -> None:
    """Words that say nothing are no terms; words that only look like them are."""
    assert stems("Who was it that the and of a") == []
    assert [term.word for term in terms("Who won it?")] == ["won"]


def test_names_and_numbers_are_told() -> None:
    """Capitalised words, acronyms and numbers look like names; the rest does not."""
    found = {term.word: term.name for term in terms("Gen. Brașov paid 40,000 euros to NATO")}
    assert found == {
        "Gen": True,
        "Brașov": True,
        "paid": False,
        "40,000": True,
        "euros": False,
        "NATO": True,
    }


@given(TEXTS)
@example("The word " + "antidisestablishment" * 9 + " is long.")
def test_words_without_their_places_are_the_same(text: str) -> None:
    """Both ways of reading a text read the same words, in the same order."""
    assert bare_words(text) == [word for _, word in words(text)]
