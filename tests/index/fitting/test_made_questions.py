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
        (
            "Google raised 3 million dollars in Berlin.",
            "How much did Google raise?",
            "3 million dollars",
        ),
        (
            "The Oslo tower was designed by Hedda Rask in 1998.",
            "Who designed the Oslo tower in 1998?",
            "Hedda Rask",
        ),
        (
            "World War II ended in Paris in 1945.",
            "What ended in Paris in 1945?",
            "World War II",
        ),
        (
            "Tim Cook and Maria Lopez teach Google a lesson in Paris.",
            "Who teaches Google a lesson in Paris?",
            "Tim Cook and Maria Lopez",
        ),
        (
            "Tim Cook and Maria Lopez carry Apple to Paris.",
            "Who carries Apple to Paris?",
            "Tim Cook and Maria Lopez",
        ),
        (
            "Hedda Rask is a Norwegian architect and painter.",
            "Who is Hedda Rask?",
            "a Norwegian architect and painter",
        ),
        (
            "Deutsche Bank is a large bank in Germany.",
            "What is Deutsche Bank?",
            "a large bank in Germany",
        ),
        (
            "Hedda Rask, 45, opened the ferry terminal in Oslo.",
            "How old is Hedda Rask?",
            "45",
        ),
        (
            "Apple CEO Tim Cook opened the store in Paris.",
            "Who is the Apple CEO?",
            "Tim Cook",
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
        (
            "Apple opened a store in Paris, in 1984.",
            "In what year did Apple open a store in Paris?",
            "Apple opened a store in Paris.",
        ),
        # What is left has to end as a sentence does.
        ("Microsoft was founded in 1975", "In what year was Microsoft founded?", None),
    ],
)
def test_the_answer_can_be_taken_out(sentence: str, question: str, without: str | None) -> None:
    """The rest is a sentence still, its commas and capital letter in order; else there is none."""
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
        "Correction: Apple opened a store in Paris.",
        "— Apple opened a store in Paris.",
        "Apple opened.",
        "Bosch is a large German maker of tools.",
        "JFK is an American film of 1991.",
        "Their Oslo tower was designed by Hedda Rask in 1998.",
    ],
)
def test_nothing_is_asked_where_the_rules_cannot_tell(sentence: str) -> None:
    """Open pronouns, denial, supposition, questions and nameless subjects give none.

    Nor do list marks, and what would be a question of two or three words.
    """
    assert _made(sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        ("Apple has a new office in Oslo.", "What"),
        ("Google opened offices in Berlin.", "What"),
        ("Angela Merkel visited FDR in Paris.", "Who did"),
        ("Google opened the 12 shops in Oslo.", "How many"),
        ("Hedda Rask was in Paris on Monday.", "Where"),
        ("The new Apple CEO Tim Cook opened the store in Paris.", "Who is"),
        ("Apple visitor Tim Cook opened the store in Paris.", "Who is"),
    ],
)
def test_one_part_is_left_unasked_where_its_question_would_be_odd(
    sentence: str, begins: str
) -> None:
    """Of "have", of a bare noun, of initials, of a known number, of what only was somewhere."""
    made = _made(sentence)
    assert made
    assert not [text for text in made if text.startswith(begins)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Apple opened a store (Paris) on Monday.",
        "Apple opened a store – the first – in Paris on Monday.",
    ],
)
def test_no_question_takes_half_of_what_is_set_apart(sentence: str) -> None:
    """Brackets come in pairs, and a dash between parts is left with the sentence."""
    made = _made(sentence)
    assert made
    assert all(text.count("(") == text.count(")") and "–" not in text for text in made)


def test_a_second_verb_without_its_tense_is_no_clause() -> None:
    """Of "has opened … and been sold" the second part isn't asked about: it lacks its "has"."""
    made = _made("Apple has opened a store in Paris and been sold to Google.")
    assert "What has Apple opened?" in made
    assert not [text for text in made if "sold" in text]


def test_what_stands_in_front_is_said_where_it_names_or_numbers() -> None:
    """ "In 1984" may be kept in a question; "in the morning" tells nothing and is not."""
    assert [t for t in _made("In 1984, Apple opened a store in Paris.", 12) if "in 1984" in t]
    assert not [
        t for t in _made("In the morning, Apple opened a store in Paris.", 12) if "morn" in t
    ]


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
