"""Sentences: spans that cover a text, and no cut inside a sentence of news."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import sentences

WORDS = st.sampled_from(
    [
        "The",
        "U.S.",
        "Gen.",
        "Aug.",
        "30",
        "$1.5",
        "p.m.",
        "said.",
        "left!",
        "“No.”",
        "she",
        "(Why?)",
        "é",
        "🎉",
        "...",
        "İ",
        "é",
        "Dr.",
        "No.",
        "3.",
        '"',
        "’",
        "\xa0",
        "\n",
        "\t",
        "中文。",
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=30).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80),
)


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@given(text=TEXTS)
def test_spans_are_ordered_and_cover(text: str) -> None:
    """Sentences follow each other without overlap; only white space lies between them."""
    spans = sentences(text)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text) == span.of(text).strip()
    assert all(one.end <= two.start for one, two in pairwise(spans))
    covered = "".join("".join(span.of(text).split()) for span in spans)
    assert covered == "".join(text.split())


@pytest.mark.parametrize(
    "expected",
    [
        ["He spoke on Aug. 30 in Oslo.", "Then he left."],
        ["The U.S. Senate passed it.", "Nobody objected."],
        ["He returned to the U.S. on Monday.", "She stayed."],
        ["Gen. Smith resigned on Friday.", "Col. Ray did not."],
        ["It cost $1.5 million.", "Nobody paid."],
        ["Shares fell 3.5% to $114.20.", "Bonds rose."],
        ["It begins at 5 p.m. Tuesday.", "Doors open early."],
        ["Lt. Gov. Lee signed it.", "The law holds."],
        ["Flights at Minneapolis-St. Paul airport were stopped.", "Nobody was hurt."],
        ["Lt.-Gov. Lee drove from Dallas-Ft. Worth.", "He met Jean-Luc.", "The two spoke."],
        ["“We will go.”", "She left."],
        ['"We heard the hull scream," she said.', '"Then it was quiet."'],
        ["Did they pay?", "They did not!", "Nobody knows."],
        ["Sen. J. R. Tolson spoke.", "The Sept. 4 vote was off."],
        ["Norrvik Inc. will hire 350 people.", "It said so on Monday."],
        ["Ärzte 😀 warnten.", "🎉🎉 Zürich feierte.", "Ende."],
        ["No. 3 Kestrels won 4-2.", "Lund lost."],
    ],
)
def test_sentences_of_news(expected: list[str]) -> None:
    """Abbreviations, amounts, times and quotation marks end no sentence; full stops do."""
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "He asked “Why?” and left.",
        "The treaty (signed Jan. 5 at 9 a.m. in St. Louis) holds.",
        "Mr. and Mrs. Poe vs. the State, et al., was heard.",
        "Officials from the U.K., the U.S. and the U.N. met.",
        "Yahoo! shares rose by $2.1 bn.",
    ],
)
def test_nothing_is_cut_inside_a_sentence(sentence: str) -> None:
    """A sentence stays whole whatever stands inside it."""
    assert split(sentence) == [sentence]


@pytest.mark.parametrize("text", ["", " \n\t", "\u00a0"])
def test_no_text_has_no_sentence(text: str) -> None:
    """Nothing, and white space alone, has no sentence."""
    assert sentences(text) == ()
