"""What is quoted together: no quotation cut, no denial left out, no "he" without his name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.place import Span
from index.text.pointing import points_back
from index.text.quotation import held_together, quotations
from index.text.sentences import sentences
from index.text.wholeness import MOST_CHARS, MOST_SENTENCES, whole

if TYPE_CHECKING:
    from collections.abc import Callable

_SENTENCE = re.compile(r"""\S.*?[.!?]["”]?(?=\s|$)""", re.DOTALL)
SENTENCES = st.sampled_from(
    [
        "Ann Moss met Davit Orlan.",
        "He left.",
        "However, that is false.",
        "The firm denied it.",
        "“We will close the plant.",
        "It is finished,” Moss said.",
        '"It rained," he said.',
        '"The hall is dark.',
        "“We sang.”",
        "Both were hurt.",
        "The ferry sank off Velm " + "on a cold and rainy morning " * 12 + "in March.",
        'It’s 12" long. İ.',
    ]
)


def split(text: str) -> tuple[Span, ...]:
    """Sentences as a splitter would have them that knows no quotations: ours keeps most whole."""
    return tuple(Span(*match.span()) for match in _SENTENCE.finditer(text))


def grown(text: str, chosen: str) -> str:
    """The quote of the sentence that begins so."""
    spans = split(text)
    number = next(i for i, span in enumerate(spans) if span.of(text).startswith(chosen))
    return whole(text, spans, number).of(text)


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        # A quotation over two sentences keeps its speaker and both its marks.
        (
            "The firm met. “We will close the plant. All is lost,” Mr Lee said. Rain fell.",
            "“We will",
            "“We will close the plant. All is lost,” Mr Lee said.",
        ),
        (
            'The firm met. "We will close the plant. All is lost," Mr Lee said. Rain fell.',
            "All is",
            '"We will close the plant. All is lost," Mr Lee said.',
        ),
        (
            "Mr Lee said: “We will close. Nobody stays. All is lost.” Rain fell.",
            "Nobody",
            "Mr Lee said: “We will close. Nobody stays. All is lost.”",
        ),
        # A quotation that stands before, and whole, is no part of what follows it.
        (
            "“We will close the plant. All is lost,” Mr Lee said. Rain fell.",
            "Rain",
            "Rain fell.",
        ),
        # What is nothing but a quotation brings who speaks.
        (
            "“We will close,” Mr Lee said. “The plant is old.” Rain fell.",
            "“The plant",
            "“We will close,” Mr Lee said. “The plant is old.”",
        ),
        # A denial is shown with what it denies, from either side.
        (
            "The minister sold the shares, the paper wrote. He denied it. Rain fell.",
            "The minister",
            "The minister sold the shares, the paper wrote. He denied it.",
        ),
        (
            "The minister sold the shares, the paper wrote. The report was false. Rain fell.",
            "The report",
            "The minister sold the shares, the paper wrote. The report was false.",
        ),
        (
            "The minister sold the shares. He denied that the price was low.",
            "The minister",
            "The minister sold the shares.",
        ),
        # A pronoun brings its name, also where another pronoun stands between.
        (
            "Rain fell. Ann Moss met Orlan. She flew home. She slept.",
            "She slept",
            "Ann Moss met Orlan. She flew home. She slept.",
        ),
        # Where nothing within the bounds names it, the nearest sentence is enough.
        (
            "Ann Moss met Orlan. She flew home. She slept. She woke. She rose.",
            "She rose",
            "She woke. She rose.",
        ),
        ("She woke. She rose.", "She woke", "She woke."),
        ("Ann Moss met Orlan. But Orlan left.", "But", "But Orlan left."),
        # With who, what and the denial, three sentences are the bound: the denial stays.
        (
            "Ann Moss met Orlan. She flew home. She sold the boat. The claim was false.",
            "She sold",
            "She flew home. She sold the boat. The claim was false.",
        ),
    ],
)
def test_neighbours_that_are_needed(text: str, chosen: str, expected: str) -> None:
    """Nothing more is taken, and nothing less."""
    assert grown(text, chosen) == expected


def test_a_long_quotation_is_left() -> None:
    """Over more than three sentences, each sentence of it is quoted for itself."""
    text = "“One fell. Two fell. Three fell. Four fell,” Moss said."
    assert grown(text, "Two") == "Two fell."


def test_a_quote_stays_short() -> None:
    """A neighbour that would make it too long stays out."""
    text = f"Ann Moss met Orlan {'and many others ' * 40}there. She left."
    assert grown(text, "She left") == "She left."


@pytest.mark.parametrize(("more", "expected"), [(0, True), (1, False)])
@pytest.mark.parametrize(("second", "chosen"), [("She left.", "She"), ("That is false.", "Ann")])
def test_how_long_a_quote_may_grow(second: str, chosen: str, more: int, expected: bool) -> None:
    """To the character, wherever in the text it stands; with one more, what needs it stays out."""
    filler = "x" * (MOST_CHARS + more - len(f"Ann met  there. {second}"))
    first = f"Ann met {filler} there."
    text = f"Rain fell {'and fell ' * 90}. {first} {second} Rain fell."
    alone = first if chosen == "Ann" else second
    assert grown(text, chosen) == (f"{first} {second}" if expected else alone)


def _cut(text: str, spans: tuple[Span, ...], first: int, last: int) -> bool:
    """Whether the sentences from first to last cut a quotation that would fit whole."""
    together = held_together(spans, quotations(text, spans))
    start = min(together[i].start if i in together else i for i in range(first, last + 1))
    end = max(together[i].end if i in together else i + 1 for i in range(first, last + 1))
    if (start, end) == (first, last + 1):
        return False
    return end - start <= MOST_SENTENCES and spans[end - 1].end - spans[start].start <= MOST_CHARS


@settings(deadline=None)
@given(
    parts=st.lists(SENTENCES, min_size=1, max_size=7),
    joint=st.sampled_from([" ", "\n\n"]),
    splitter=st.sampled_from([sentences, split]),
)
def test_every_quote_is_whole_sentences_within_bounds(
    parts: list[str], joint: str, splitter: Callable[[str], tuple[Span, ...]]
) -> None:
    """It holds the chosen sentence, keeps the bounds, and needs no neighbour that would fit."""
    text = joint.join(parts)
    spans = splitter(text)
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    for number, chosen in enumerate(spans):
        found = whole(text, spans, number)
        first, last = starts.index(found.start), ends.index(found.end)
        assert first <= number <= last
        assert last - first < MOST_SENTENCES
        assert found == chosen or found.end - found.start <= MOST_CHARS
        if found == chosen:
            assert not _cut(text, spans, first, last)
            alone = not number or spans[number - 1].start < chosen.end - MOST_CHARS
            assert alone or not points_back(chosen.of(text))
