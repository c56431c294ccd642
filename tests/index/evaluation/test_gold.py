"""When a gold string counts as standing in a quote."""

from __future__ import annotations

import pytest

from index.evaluation.gold import normalised, stands_in


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("It fell to the Normans.", "the normans"),
        ("It fell to Normans.", "The Normans"),
        ("Kim’s train, armoured, left", "Kim"),
        ("“A draw,” she said", "draw she said"),
        ("1,331 people", "1331 people"),
        ("It cost $1.5 million.", "1.5 million"),
        ("up 50%", "50 percent"),
        ("up 50 per cent", "50%"),
        ("the U.S. Treasury", "US Treasury"),
        ("at 4 a.m. Tuesday", "4 am"),
        ("Zdeňka Malá said", "zdenka mala"),
        ("a 19th-century mill", "19th century"),
        ("two\nlines", "two lines"),
        ("It ended in 1990.", "1990"),
    ],
)
def test_stands(text: str, gold: str) -> None:
    """Case, accents, articles, punctuation and layout make no difference."""
    assert stands_in(text, ["something else", gold])


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("in 2023", "3"),
        ("3.5 million", "5 million"),
        ("1,331 people", "331 people"),
        ("the bus stopped", "US"),
        ("a party", "art"),
        ("Anything.", "?!"),
        ("Anything.", ""),
        ("Anything.", "the"),
        ("", "x"),
    ],
)
def test_does_not_stand(text: str, gold: str) -> None:
    """Words and numbers stay whole, and nothing at all stands nowhere."""
    assert not stands_in(text, [gold])


def test_no_gold() -> None:
    """Without a gold string none stands in a text."""
    assert not stands_in("Text.", [])
    assert normalised("The “U.S.”, a well-known case…") == "us well known case"
