"""Which sentences a pair of quotation marks holds together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.place import Span
from index.text.quotation import held_together, nothing_but, quotations
from index.text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won,” Ann Moss said.", ["“We won,”"]),
        ('"We won," Ann Moss said. "We sang."', ['"We won,"', '"We sang."']),
        ('Moss ("the Fox") won—"at last"—and sang.', ['"the Fox"', '"at last"']),
        ("It's Moss's 'last' race.", []),
        ('The plank is 12" long.', []),
        ("“We won, Ann Moss said.", []),
        ("We won,” Ann Moss said.", []),
        ('Moss the "Fox won. Orlan "lost" twice.', ['"lost"']),
        ("“One.\n\n“Two.\n\n“Three,” Moss said.", ["“Three,”"]),
        ("", []),
    ],
)
def test_pairs_are_found(text: str, expected: list[str]) -> None:
    """Straight marks pair by what stands beside them; what is not closed is no quotation."""
    found = quotations(text, sentences(text))
    whole = [each.span.of(text) for each in found if each.own_end == each.span.end]
    assert whole == expected


def test_paragraphs_of_a_speech_end_with_it() -> None:
    """Each paragraph opens its own mark; all are closed where the last one is."""
    text = "“One. And more.\n\n“Two.\n\n“Three,” Moss said. She left."
    spans = sentences(text)
    assert held_together(spans, quotations(text, spans)) == {
        0: Span(0, 4),
        1: Span(0, 4),
        2: Span(2, 4),
    }


def test_a_speech_that_lost_its_line_breaks_stays_one() -> None:
    """Behind the end of a sentence, an opening mark goes on with the speech."""
    text = '"One. "Two. "Three," Moss said.'
    found = quotations(text, [Span(0, len(text))])
    assert [each.span.start for each in found] == [0, 6, 12]
    assert {each.span.end for each in found} == {text.index(" Moss")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won.”", True),
        ("“We won.” – “At last!”", True),
        ("“We won,” she said.", False),
        ("She said: “We won.”", False),
        ("We won.", False),
    ],
)
def test_a_sentence_may_be_nothing_but_a_quotation(text: str, expected: bool) -> None:
    """No word stands outside the marks."""
    quoted = quotations(text, [Span(0, len(text))])
    assert nothing_but(Span(0, len(text)), text, quoted) is expected


@settings(deadline=None)
@given(text=st.text(st.sampled_from('aB \n"“”.,’-'), max_size=60))
def test_marks_are_paired_in_order(text: str) -> None:
    """A quotation begins and ends with a mark, and every sentence it holds has it in its range."""
    spans = sentences(text)
    found = quotations(text, spans)
    for each in found:
        assert text[each.span.start] in '"“'
        assert text[each.span.end - 1] in '"”'
        assert each.span.start < each.own_end <= each.span.end
    for number, together in held_together(spans, found).items():
        assert together.start <= number < together.end
        assert together.end - together.start > 1
        assert together.end <= len(spans)
