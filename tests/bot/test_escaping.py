"""Escaped text shows the original and does nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.escaping import code, code_block, cut, escape, inline, plain_line, shown, size
from discord_markdown import read
from index.place import Span

FRAGMENTS = (
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "<:a:1>", "<a:b:1>", "<t:0:R>",
    "</ask:1>", "<id:browse>", "https://evil.example/x_y", "<https://a.example>", "http://a",
    "discord.gg/abc", "www.a.example/b", "[text](https://a.example)", "# ", "## ", "-# ", "> ",
    ">>> ", "* ", "- ", "+ ", "1. ", "12.", "*", "**", "***", "_", "__", "~~", "||", "`", "```",
    "\\", "\\\\", "\n", "\r\n", " ", "\t", ":smile:", "¯\\_(ツ)_/¯", "U.S.", "Aug. 30", "$1.5",
    "word", "Kim", "\u202e", "\u200b", "\u200d", "\u2066", "\ufeff", "\u00ad", "é", "日本",
    "👩\u200d🚀",
)  # fmt: skip
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=12).map("".join)
printable = st.lists(
    st.sampled_from([f for f in FRAGMENTS if shown(f) == f]) | st.sampled_from("ab 1.*"),
    max_size=12,
).map("".join)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text and some spans of it, in any order, overlapping or not."""
    text = draw(printable)
    edges = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=5))
    return text, [Span(min(pair), max(pair)) for pair in pairs]


@pytest.mark.fuzz
@given(hostile)
@example("a\\*b")
@example("1.\u200b x")
@example("htt\u200bps://a")
def test_text_is_shown_and_takes_no_effect(text: str) -> None:
    """Whatever the corpus holds is read as itself, and nothing of it is formatting."""
    reading = read(escape(text))
    assert reading.visible == shown(text)
    assert reading.effects == ()


@pytest.mark.fuzz
@given(marked())
def test_bold_marks_the_spans_and_nothing_else(case: tuple[str, list[Span]]) -> None:
    """Every visible character of a span is bold, none outside is, and the text stays the same."""
    text, spans = case
    reading = read(escape(text, spans))
    assert reading.visible == text
    assert reading.effects == ()
    wanted = {i for span in spans for i in range(span.start, span.end)}
    assert reading.bold <= wanted
    assert {i for i in wanted if not text[i].isspace()} <= reading.bold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb\u202c", "ab"),
        ("a\u200bb\ufeff\u00ad\u2060", "ab"),
        ("a\u2066b\u2069", "ab"),
        ("tag\U000e0041\U000e0002\u2065", "tag"),
        ("bell\x07\x1b[31m\x7f", "bell[31m"),
        ("1\r\n2\r3\u20284\u20295\x856\x0b7", "1\n2\n3\n4\n5\n6\n7"),
        ("\ud800", "\ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 ❤\ufe0f", "👩\u200d🚀 ❤\ufe0f"),
        ("عدد\u200f \u0601", "عدد\u200f \u0601"),
    ],
)
def test_what_is_left_out(text: str, expected: str) -> None:
    """Controls and invisible characters go; joiners, marks and emoji stay; breaks become one."""
    assert shown(text) == expected


@pytest.mark.fuzz
@given(hostile, st.integers(1, 40))
def test_inline_is_one_short_line(text: str, limit: int) -> None:
    """One line within the limit; what is cut off is marked."""
    written = inline(text, limit)
    assert size(written) <= limit
    assert "\n" not in written
    reading = read(written)
    assert reading.effects == ()
    whole = " ".join(shown(text).split())
    assert reading.visible == whole or whole.startswith(reading.visible.removesuffix("…"))


@pytest.mark.fuzz
@given(hostile, st.integers(20, 60))
def test_code_is_one_short_line(text: str, limit: int) -> None:
    """A name is in code type without a way out of it, or escaped."""
    written = code(text, limit)
    assert size(written) <= limit + 2
    assert "\n" not in written
    if written.startswith("`"):
        assert written.endswith("`")
        assert "`" not in written[1:-1]
    else:
        assert read(written).effects == ()


@pytest.mark.fuzz
@given(hostile, st.integers(8, 60))
def test_cuts_cover_fit_and_spare_words(text: str, limit: int) -> None:
    """The pieces make up the text, each fits as a block quote, and words stay whole."""
    spans = cut(text, limit)
    assert "".join(span.of(text) for span in spans) == text
    for span in spans:
        quoted = "\n".join(f"> {line}" for line in escape(span.of(text)).split("\n"))
        assert size(quoted) <= limit
    for before, after in pairwise(spans):
        if not text[before.end - 1].isspace():
            # A word is cut only where it fills a whole piece by itself.
            assert not any(char.isspace() for char in before.of(text))
        assert before.end == after.start


@pytest.mark.fuzz
@given(hostile, hostile)
def test_code_blocks_end_where_they_should(first: str, second: str) -> None:
    """Nothing ends the block early or begins a mention, and each character keeps its column."""
    lines = [" ".join(text.split()) for text in (first, second)]
    fence, *written, end = code_block("\n".join(lines), 200).split("\n")
    assert (fence, end) == ("```", "```")
    assert [len(line) for line in written] == [len(line[:200]) for line in lines]
    for line, original in zip(written, lines, strict=True):
        assert "`" not in line
        assert "<" not in line
        assert shown(line) == line
        changed = [old for new, old in zip(line, original, strict=False) if new != old]
        assert all(char in "`<" or not shown(char) for char in changed)


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("Zürich", 6), ("🙂", 2), ("\ud83d", 1)]
)
def test_size_is_what_discord_counts(text: str, units: int) -> None:
    """An emoji counts twice, half of one once."""
    assert size(text) == units
    assert isinstance(size(text), int)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x" * 10, "x" * 10),
        ("x" * 11, f"{'x' * 9}…"),
        ("Kim \n met\u202e", "Kim met"),
        ("Kim met Ann Moss", "Kim met A…"),
        ("Kim said *no*", "Kim said…"),
        ("🙂" * 5, "🙂" * 5),
        ("🙂" * 7, f"{'🙂' * 4}…"),
    ],
)
def test_a_plain_line_is_cut_behind_a_character(text: str, written: str) -> None:
    """In ten characters as Discord counts them, no emoji halved, no space before the mark."""
    assert plain_line(text, 10) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("wire/x.txt", "`wire/x.txt`"),
        ("a \n b\u202e", "`a b`"),
        ("x" * 20, f"`{'x' * 20}`"),
        (f"{'x' * 20}123456789", "`…123456789`"),
        (f"{'x' * 20}*23456789", "…\\*23456789"),
    ],
)
def test_of_a_long_name_the_end_is_shown(text: str, written: str) -> None:
    """What takes more than half the room is cut, so that it fits also where all is escaped."""
    assert code(text, 40) == written


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("aaa bbb ccc", 9, ["aaa ", "bbb ccc"]),
        ("aaa bbb ccc", 10, ["aaa bbb ", "ccc"]),
        ("a.b.c.d", 8, ["a.b.", "c.d"]),
        ("a\nb c", 7, ["a\n", "b c"]),
        ("a\u2028b c", 7, ["a\u2028", "b c"]),
        ("aaaaaaaa bb", 6, ["aaaa", "aaaa", " bb"]),
        ("🙂🙂 🙂", 7, ["🙂🙂 ", "🙂"]),
        ("ab cd ", 20, ["ab cd "]),
        ("", 20, []),
    ],
)
def test_a_piece_takes_as_many_words_as_fit(text: str, limit: int, pieces: list[str]) -> None:
    """With the mark of a block quote on each line, and every sign written with its backslash."""
    spans = cut(text, limit)
    assert [text[span.start : span.end] for span in spans] == pieces
    assert all(isinstance(span.end, int) for span in spans)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It ended.", "It ended."),
        ("It ended. Kim left.", "It ended. Kim left."),
        ("a.b", "a\\.b"),
        ("1. Kim", "1\\. Kim"),
        ("by a1.", "by a1\\."),
        (".", "."),
    ],
)
def test_a_full_stop_is_escaped_where_it_could_do_something(text: str, written: str) -> None:
    """Behind a digit it makes a list, inside a word a link; behind a sentence it does nothing."""
    assert escape(text) == written


def test_an_empty_span_is_not_bold() -> None:
    """Wherever it stands; what it stands beside is as it was."""
    for at in range(4):
        assert escape("Kim", [Span(at, at)]) == "Kim"
    assert escape("Kim", [Span(1, 1), Span(1, 2)]) == "K**i**m"


def test_each_line_drawn_is_cut_for_itself() -> None:
    """A long line leaves the next one its room."""
    assert code_block(f"{'x' * 9}\nyy", 5) == "```\nxxxxx\nyy\n```"
