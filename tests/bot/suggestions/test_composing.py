"""Options as a query: what the query language reads is what was meant, whatever was typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suggestions.composing import as_words, composed
from index import query as queries
from index.errors import QueryError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MARKS = '"“”'
PIECES = (
    "Reuters", "the", "AP's", "x", "2024-05", "-foo", "source:", "after:2024", '"', "“", "”", "'",
    " ", "\n", "\u2028", "\u202e", "(", "?", ":", "-", "_", "*", "\\", "@everyone", "<@1>",
)  # fmt: skip
typed = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


def read(text: str) -> queries.Query:
    """Read a query as the searcher does."""
    return queries.parse(queries.check(text), NOW)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "Kim Putin"),
        ({"source": "reuters"}, "source:reuters Kim Putin"),
        ({"source": "The New York Times"}, 'source:"The New York Times" Kim Putin'),
        ({"source": 'The "Daily" Star'}, 'source:"The Daily Star" Kim Putin'),
        (
            {"before": "yesterday", "after": "2024-05", "source": "AP"},
            "source:AP after:2024-05 before:yesterday Kim Putin",
        ),
        ({"source": "_"}, 'source:"_" Kim Putin'),
        ({"source": " "}, 'source:"" Kim Putin'),
        ({"source": "x -Kim after:2024"}, 'source:"x -Kim after:2024" Kim Putin'),
    ],
)
def test_options_become_operators(options: dict[str, str], expected: str) -> None:
    """They stand before what was typed, quoted where they are more than a plain word."""
    assert composed("Kim Putin", **options) == expected


@given(typed, typed)
def test_a_source_is_one_filter_and_nothing_else(query: str, source: str) -> None:
    """No source can add another operator, and no query can take it away or change it."""
    try:
        alone = read(query)
    except (QueryError, queries.QuestionError):
        alone = None
    try:
        whole = read(composed(query, source=source))
    except QueryError:
        # Of what was typed, or the source has no word in it.
        assert alone is None or not any(map(str.isalnum, source))
        return
    name = " ".join("".join(char for char in source if char not in MARKS).split())
    name = name.encode("utf-8", "replace").decode()
    assert whole.sources[0] == name
    if alone is not None:
        assert whole.sources[1:] == alone.sources
        assert (whole.phrases, whole.without) == (alone.phrases, alone.without)
        assert (whole.after, whole.before) == (alone.after, alone.before)


@given(typed)
def test_a_date_is_read_or_refused(date: str) -> None:
    """A date that cannot be read is told; it never becomes a word to search for."""
    try:
        whole = read(composed("Kim", after=date))
    except QueryError:
        return
    assert whole.text == "Kim"
    assert whole.after is not None


def test_dates_are_those_of_the_query_language() -> None:
    """From the start of ``after``, until before ``before`` begins."""
    whole = read(composed("Kim", after="2024-05", before="2024-06-02"))
    assert whole.after == datetime(2024, 5, 1, tzinfo=UTC)
    assert whole.before == datetime(2024, 6, 2, tzinfo=UTC)
    assert whole.text == "Kim"


@given(st.text(max_size=200) | st.text('ab "“”-:.source', max_size=200), st.integers(1, 80))
def test_words_are_no_operators(typed: str, limit: int) -> None:
    """Whatever a text has, as words it filters nothing, and is no longer than it may be."""
    words = as_words(typed, limit)
    assert len(words) <= limit
    query = queries.parse(words, NOW)
    assert not query.filtered
    assert query.text == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('BREAKING: "Kim" -said source:x --y 5:30 - -20', "BREAKING Kim said source x y 5 30 20"),
        ("one two three", "one two three"),
        ("one two three four five", "one two three"),
        ("onetwothreefourfive", "onetwothreefou"),
    ],
)
def test_words_are_kept_whole(typed: str, words: str) -> None:
    """A text is cut behind a word, unless it has but one."""
    assert as_words(typed, 14 if "BREAKING" not in typed else 99) == words
