"""Which sentences need the one before them."""

from __future__ import annotations

import pytest

from index.text.pointing import points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "He left.",
        "IT RAINED.",
        "It's late.",
        "(Their ferry sank.)",
        "“They won.",
        "But he stayed.",
        "However, that is false.",
        "Then they left.",
        "The latter won.",
        "The same is true of Velm.",
        "Both were hurt.",
        "Both were hurt and left.",
        "Both men died.",
        "Neither spoke.",
        "Such raids are rare.",
        "Nor is it clear.",
        "So did Velm.",
        "Otherwise, the plant will close.",
        "If so, Velm wins.",
        "Among them was Orlan.",
        "Of those, five died.",
        "In that year, Velm won.",
        "Yes, the mayor said.",
        "Which is why Velm won.",
        '"We won," he said.',
        "The plant will close, she added.",
        "The claim was false.",
    ],
)
def test_a_word_that_points_back(sentence: str) -> None:
    """Who or what it is about, or what is denied, was said before."""
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "But Moss stayed.",
        "However, Moss stayed.",
        "Instead Moss stayed.",
        "Meanwhile, Velm won.",
        "Then Moss left.",
        "IT workers left.",
        "This year, Velm won.",
        "In this week's vote, Velm won.",
        "Those who left were few.",
        "Both Moss and Orlan left.",
        "Neither Moss nor Orlan spoke.",
        "So many left.",
        "No plan exists.",
        "There are five.",
        "Which town won?",
        "Theirry Moss won.",
        "She-wolves hunt.",
        '"We won," Moss said.',
    ],
)
def test_what_stands_alone(sentence: str) -> None:
    """A linking word is no reason: what is true by itself needs no sentence before it."""
    assert not points_back(sentence)
