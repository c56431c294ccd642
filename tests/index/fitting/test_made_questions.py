"""Questions made from sentences: grammatical, answered, and nothing where the rules can't tell."""

from __future__ import annotations

from random import Random

import pytest

from index.fitting.made_questions import MadeQuestion, made_questions


def _made(sentence: str, draws: int = 6) -> dict[str, MadeQuestion]:
    """Make a sentence's questions with several draws of what is left out."""
    randoms = [Random(draw) for draw in range(draws)]
    found = made_questions([sentence] * draws, randoms)
    return {question.text: question for made in found for question in made}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Hedda Rask opened a new ferry terminal in Oslo on Monday.",
            "What did Hedda Rask open on Monday?",
            "a new ferry terminal in Oslo",
        ),
        (
            "Hedda Rask opened a new ferry terminal in Oslo on Monday.",
            "When did Hedda Rask open a new ferry terminal in Oslo?",
            "on Monday",
        ),
        (
            "Microsoft was founded in 1975.",
            "In what year was Microsoft founded?",
            "in 1975",
        ),
        (
            "Maria Lopez signed the contract with Google in Berlin on Monday.",
            "Where did Maria Lopez sign the contract with Google?",
            "in Berlin",
        ),
        (
            "John Mason met with Angela Merkel in Berlin.",
            "Who did John Mason meet with?",
            "Angela Merkel in Berlin",
        ),
        (
            "About 34 people were killed in Madrid.",
            "How many people were killed in Madrid?",
            "About 34",
        ),
        (
            "Tim Cook, the chief of Apple, opened the store in Paris.",
            "Who is the chief of Apple?",
            "Tim Cook",
        ),
        (
            "Japan has signed the treaty with Germany.",
            "Which country has signed the treaty with Germany?",
            "Japan",
        ),
        (
            "Tim Cook said that Apple would open a store in Paris.",
            "What did Tim Cook say about Apple?",
            "that Apple would open a store in Paris",
        ),
        (
            "The flight from Madrid was cancelled because the pilot fell ill.",
            "Why was the flight from Madrid cancelled?",
            "because the pilot fell ill",
        ),
    ],
)
def test_a_part_of_the_clause_is_asked_for(sentence: str, question: str, answer: str) -> None:
    """The question names the part's kind, the verb has its form, and the span is the answer."""
    made = _made(sentence)
    assert question in made, sorted(made)
    assert made[question].answer.of(sentence) == answer


@pytest.mark.parametrize(
    ("sentence", "question", "without"),
    [
        (
            "Hedda Rask opened a new ferry terminal in Oslo on Monday.",
            "When did Hedda Rask open a new ferry terminal in Oslo?",
            "Hedda Rask opened a new ferry terminal in Oslo.",
        ),
        (
            "In 1984, Apple unveiled the first Macintosh computer.",
            "In what year did Apple unveil the first Macintosh computer?",
            "Apple unveiled the first Macintosh computer.",
        ),
        (
            "About 34 people were killed in Madrid.",
            "How many people were killed in Madrid?",
            "People were killed in Madrid.",
        ),
        (
            "Tim Cook, the chief of Apple, opened the store in Paris.",
            "Who is the chief of Apple?",
            "Tim Cook opened the store in Paris.",
        ),
    ],
)
def test_the_answer_can_be_taken_out(sentence: str, question: str, without: str) -> None:
    """The rest is a sentence still, its commas and capital letter in order."""
    assert _made(sentence)[question].without == without


@pytest.mark.parametrize(
    "sentence",
    [
        "He met Angela Merkel there on Monday.",
        "Apple did not open a store in Paris on Monday.",
        "Apple might open a store in Paris on Monday.",
        "If Apple opens a store in Paris, Google will leave the city.",
        "Did Apple open a store in Paris on Monday?",
        "The company announced its plan on Monday.",
    ],
)
def test_nothing_is_asked_where_the_rules_cannot_tell(sentence: str) -> None:
    """Open pronouns, denial, supposition, questions and nameless subjects give none."""
    assert _made(sentence) == {}


def test_questions_are_short_and_do_not_say_their_answer() -> None:
    """Four to twenty words, with a name, without the answer."""
    made = _made("Hedda Rask opened a new ferry terminal in Oslo on Monday.")
    assert len(made) >= 4
    for question in made.values():
        assert 4 <= len(question.text.split()) <= 20
        assert question.answer.of(question.sentence) not in question.text
        assert question.names
        assert all(name in question.text for _, name in question.names)


def test_adjuncts_are_left_out_at_random() -> None:
    """Some draws keep the day, some don't."""
    made = _made("Hedda Rask opened a new ferry terminal in Oslo on Monday.", draws=12)
    about_what = [text for text in made if text.startswith("What did")]
    assert {"Monday" in text for text in about_what} == {True, False}
