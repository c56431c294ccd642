"""Which sentences deny what was said before them."""

from __future__ import annotations

import pytest

from index.text.denying import denies_what_was_said, negates


@pytest.mark.parametrize(
    "sentence",
    [
        "He denied it.",
        "Ms. Vasse denies the charges.",
        "The ministry denied the claim on Friday.",
        "Orlan has denied all allegations against him.",
        "She denies any wrongdoing.",
        "He denies having done so.",
        "The firm rejected that.",
        "The council called it a lie.",
        "The mayor said the reports were false.",
        "That is not true.",
        "That isn't true.",
        "That’s false.",
        "However, that is false.",
        "“That is wrong,” the mayor said.",
        "The claim was false.",
        "But the reports were untrue.",
        "It turned out to be wrong.",
        "It was later retracted.",
        "This was denied by the ministry.",
        "The paper has since corrected the report.",
        "He did not.",
        "They didn’t.",
        "It never happened.",
    ],
)
def test_a_denial_that_does_not_say_of_what(sentence: str) -> None:
    """A verb of denial with a pronoun or a noun of saying, or such a subject that is false."""
    assert denies_what_was_said(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He denied that he had sold the shares.",
        "The firm denied it had sold the shares.",
        "Accused of theft, but never tried, Orlan was a hero, but some denied it.",
        "It rejected the bid.",
        "The court denied bail.",
        "That was the wrong choice.",
        "It is wrong to kill.",
        "It went wrong when the pump failed.",
        "He did not say why.",
        "The report was published on Monday.",
        "The council corrected its budget.",
        "",
    ],
)
def test_a_denial_that_says_of_what_stands_alone(sentence: str) -> None:
    """Neither does a refusal deny, nor a word that only looks like it."""
    assert not denies_what_was_said(sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss did not run.", True),
        ("Moss hasn’t run.", True),
        ("Moss denied the sale.", True),
        ("No ferry sailed.", True),
        ("Moss noted the sale.", False),
        ("", False),
    ],
)
def test_negation(text: str, expected: bool) -> None:
    """Words of negation and verbs of denial both count."""
    assert negates(text) is expected
