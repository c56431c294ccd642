"""What of a text is looked for word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import terms
from index.text.stretches import LEAST_WORDS, stretches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "we will go home" and left.', ["we will go home"]),
        ("“We will go,” he said, “and come back.”", ["We will go,", "and come back."]),
        ("Il dit « nous partons demain » puis rien.", ["nous partons demain"]),
        ("Er sagte: „Wir gehen morgen heim.“ Dann ging er.", ["Wir gehen morgen heim."]),
        ("The ferry sank. Nobody was hurt.", ["The ferry sank.", "Nobody was hurt."]),
        ('A "disaster" it was. The ferry sank.', ['A "disaster" it was.', "The ferry sank."]),
        ('"to be or" not "the crane fell"', ["the crane fell"]),
        ('"The crane fell" and "the crane fell" again', ["The crane fell", "the crane fell"]),
        ('"The crane fell" and "The crane fell" again', ["The crane fell"]),
        ("Yes. No.", []),
        ("", []),
        ("🙂 !!! **", []),
    ],
)
def test_quoted_stretches_come_before_sentences(text: str, expected: list[str]) -> None:
    """What says nothing is left out; where all of what is quoted says nothing, sentences are."""
    assert list(stretches(text)) == expected


@given(st.text(max_size=300) | st.text('ab "“”«»„.\n', max_size=300))
def test_each_is_part_of_the_text(text: str) -> None:
    """Each is cut out of the text as it stands, has words enough, and comes once."""
    found = stretches(text)
    assert len(set(found)) == len(found)
    for each in found:
        assert each in text
        assert len(terms.folded_words(each)) >= LEAST_WORDS
