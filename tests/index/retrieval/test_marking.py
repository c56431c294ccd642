"""What is marked in a quote: every form of what is asked for, and nothing that looks like it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index.questions.question import read
from index.retrieval.marking import marks
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEWS = (
    "A tsunami hit the coast, and the president spoke in Kyiv of the Republic of the Congo.",
    "The United States and the US said that the World Health Organization (WHO) had a front.",
)


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("Who spoke in Kiev?", "In Kyiv he spoke; in Kiev too.", ["Kyiv", "spoke", "Kiev"]),
        ("did a tusnami hit", "Two tsunamis had hit.", ["tsunamis", "hit"]),
        ("What did the US say?", "The United States says.", ["United", "States", "says"]),
        ("What did the US say?", "A united front says; the states do not.", ["says"]),
        ("Did the United States speak?", "The U.S. spoke.", ["U.S.", "spoke"]),
        (
            "the WHO",
            "Who heard the World Health Organization?",
            ["World", "Health", "Organization"],
        ),
        ("Who spoke?", "The WHO spoke.", ["spoke"]),
        ("Who was it?", "It was he.", []),
    ],
)
def test_every_form_is_marked(question: str, text: str, marked: list[str], tmp_path: Path) -> None:
    """Other names, corrections and inflections are marked; a name of several words only whole."""
    asked = read(question, lexicon_of(tmp_path, *NEWS), NOW)
    assert [span.of(text) for span in marks(asked, text)] == marked
