"""Filters and scope of a server: laid over every question, and nothing that is typed gets past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access.limiting import FILTERS_CHARS, Limited, limited, outlets, read_filters
from bot.kept.rules import DEFAULTS, Rules
from index import query as queries
from index.errors import QueryError, QuestionError
from index.questions.query_grammar import NAMES
from index.text.terms import fold

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONLY = "Only Reuters and BBC, as this server is set."
TWO = Rules(scope=("Reuters", "BBC"))
NAMES_HERE = (
    "Reuters", "Reuters UK", "The Reuters Wire", "BBC", "BBC News", "AP", "The Guardian",
    "Guardian", "The Times", "Times", "Al Jazeera", "Thames",
)  # fmt: skip
PIECES = (
    "Kim", "source:", "source:AP", 'source:"Al Jazeera"', 'source:""', "source:the", "source:bbc?",
    "SOURCE:x", "-source:AP", "title:x", "after:2024", "on:2023", "lang:de", "-war", '-"a b"', '"',
    "“", "”", " ", " ", "\n", "\u2028", "\u202e", ":", "-", "?", ".", ")", "'", "reuters", "(",
)  # fmt: skip
typed = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=10).map("".join)
names = st.sampled_from((*NAMES_HERE, "the", "t", "guard", "r", '"AP"', "REUTERS", "Al-J"))
FILTERS = ("", "lang:en", "after:2025-01 -sport", 'source:"AP" before:2026 title:x', '-"a b"')


def read(text: str) -> queries.Query:
    """Read a query as the searcher does."""
    return queries.parse(queries.check(text), NOW)


def admits(source: str, name: str) -> bool:
    """Say whether the index takes an outlet for one that begins so: see Filters in index."""
    bare = source.translate(str.maketrans("", "", '"“”'))
    sought = " ".join(fold(word) for word in bare.split())
    folded = " ".join(fold(word) for word in name.split())
    return folded.startswith(sought) or folded.removeprefix("the ").startswith(sought)


def admitted(sources: tuple[str, ...]) -> set[str]:
    """Return the outlets that a query with these sources finds; without one all."""
    return {
        name for name in NAMES_HERE if not sources or any(admits(each, name) for each in sources)
    }


@pytest.mark.parametrize(
    ("asked", "rules", "expected"),
    [
        ("Kim?", DEFAULTS, Limited("Kim?")),
        (" Kim \n Putin ", TWO, Limited("source:Reuters source:BBC Kim Putin", (ONLY,))),
        ("source:reuters Kim", TWO, Limited('source:"reuters" Kim')),
        ("Kim source:reuters?", TWO, Limited('Kim source:"reuters"?')),
        ("source:r source:AP Kim", TWO, Limited('source:"Reuters" source:"Reuters" Kim', (ONLY,))),
        (
            "Kim",
            Rules(filters="lang:en -sport"),
            Limited("lang:en -sport Kim", ("With this server's filters: lang:en -sport.",)),
        ),
        (
            "Kim source:BBC since:2020",
            Rules(filters="lang:en after:30d source:AP -sport"),
            Limited(
                "lang:en -sport Kim source:BBC since:2020",
                ("With this server's filters: lang:en -sport.",),
            ),
        ),
        ("Kim on:2020", Rules(filters="before:2019"), Limited("Kim on:2020")),
        (
            "Kim",
            replace(TWO, filters="source:bbc lang:en"),
            Limited(
                "source:bbc lang:en Kim",
                (
                    "Only bbc, as this server is set.",
                    "With this server's filters: lang:en.",
                ),
            ),
        ),
        (
            "Kim",
            replace(TWO, filters="source:AP"),
            Limited("source:Reuters source:BBC Kim", (ONLY,)),
        ),
    ],
)
def test_what_is_searched_for(asked: str, rules: Rules, expected: Limited) -> None:
    """Filters come first; one's own beat them by kind; the scope holds, and notes say so."""
    assert limited(asked, rules, NOW) == expected


def test_a_source_outside_is_refused() -> None:
    """In one sentence that names what there is."""
    with pytest.raises(QuestionError, match="limits questions to Reuters and BBC") as caught:
        limited("source:AP Kim", TWO, NOW)
    assert "without source:" in str(caught.value)


def test_errors_point_into_what_was_typed() -> None:
    """Not into what the server's filters made of it."""
    with pytest.raises(QueryError) as caught:
        limited("Kim after:never", replace(TWO, filters="lang:en"), NOW)
    assert caught.value.pointer.split("\n")[0] == "Kim after:never"


@pytest.mark.parametrize("asked", ["", " ", "?!"])
def test_a_question_of_filters_alone_is_none(asked: str) -> None:
    """The words of the server's filters don't make a question of nothing."""
    with pytest.raises(QuestionError):
        limited(asked, TWO, NOW)


@settings(deadline=None)  # the grammar is built when first needed
@given(typed, st.lists(names, min_size=1, max_size=3).map(tuple), st.sampled_from(FILTERS))
def test_nothing_gets_out_of_the_scope(asked: str, scope: tuple[str, ...], filters: str) -> None:
    """Whatever is typed: what may be found is in the scope, and the rest is read as it was."""
    rules = Rules(scope=scope, filters=filters)
    try:
        plain = read(asked)
    except QuestionError:
        with pytest.raises(QuestionError):
            limited(asked, rules, NOW)
        return
    try:
        whole = read(limited(asked, rules, NOW).query)
    except QuestionError:
        # Only where nothing asked for is in the scope, or no time is left.
        nothing = not admitted(plain.sources) & admitted(scope)
        assert (plain.sources and nothing) or (plain.dated and filters)
        return
    own = admitted(plain.sources)
    assert whole.sources
    assert admitted(whole.sources) <= admitted(scope)
    if plain.sources:
        assert admitted(whole.sources) == own & admitted(scope)
    assert (whole.text, whole.phrases) == (plain.text, plain.phrases)
    assert set(plain.without) <= set(whole.without)
    assert set(plain.titles) <= set(whole.titles)
    if plain.dated:
        assert (whole.after, whole.before) == (plain.after, plain.before)
    if plain.languages:
        assert whole.languages == plain.languages


@settings(deadline=None)  # the grammar is built when first needed
@given(typed, st.sampled_from(FILTERS))
def test_nothing_typed_reaches_into_a_filter(asked: str, filters: str) -> None:
    """A filter of a kind that was not typed holds as it was set."""
    try:
        plain = read(asked)
    except QuestionError:
        return
    whole = read(limited(asked, Rules(filters=filters), NOW).query)
    default = queries.parse(filters, NOW)
    assert set(default.without) <= set(whole.without)
    assert whole.sources == (plain.sources or default.sources)
    assert whole.languages == (plain.languages or default.languages)
    assert whole.titles == (plain.titles or default.titles)
    assert whole.text == plain.text
    dates = plain if plain.dated else default
    assert (whole.after, whole.before) == (dates.after, dates.before)


def test_a_long_question_has_room_beside_the_largest_scope() -> None:
    """25 names of 100 characters and filters leave the 1,000 characters of a question."""
    scope = tuple(f"{n:02} {'x' * 97}" for n in range(25))
    made = limited("why " * 250, Rules(scope=scope, filters="-war " * 40), NOW)
    assert len(queries.parse(queries.check(made.query), NOW).sources) == 25
    assert all(len(note) <= 250 for note in made.notes)


@pytest.mark.parametrize(
    "text", ["", "lang:en", 'source:"New York Times" after:30d -sport -"a b"', "title:x on:2024-05"]
)
def test_filters_are_kept_as_written(text: str) -> None:
    """Without needless space."""
    assert read_filters(f"  {text.replace(' ', '  ')} ", NOW) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kim", "“Kim” is no filter. Write filters"),
        ("lang:en Kim", "“Kim” is no filter."),
        ('"a phrase"', "is no filter."),
        ("after:never", "after"),
        ("source:", "“source:” is no filter."),
        ('source:""', "there is no word in it"),
        ('source:"New York', "not closed"),
        ("-source:AP", "only words and phrases"),
        ("-20", "“-20” is no filter."),
        ("after:2024 before:2023", "no time is left"),
        ("-x " * FILTERS_CHARS, "longer than 200"),
        ("-a", "“-a” is no filter."),
        ("\ud800", "is no filter."),
    ],
)
def test_what_is_no_filter_is_refused(text: str, words: str) -> None:
    """When it is set: later nobody could ask."""
    with pytest.raises(QuestionError, match=words):
        read_filters(text, NOW)


@settings(deadline=None)  # the grammar is built when first needed
@given(typed)
def test_filters_that_were_taken_can_be_used(text: str) -> None:
    """Each is read before a question as it is by itself."""
    try:
        filters = read_filters(text, NOW)
    except QuestionError:
        return
    alone, whole = (
        queries.parse(filters, NOW),
        read(limited("Kim", Rules(filters=filters), NOW).query),
    )
    assert whole == replace(alone, text="Kim")


def test_every_name_of_the_language_is_told_apart() -> None:
    """A name that the query language gets later is looked at here: does one's own beat it?"""
    assert set(NAMES) == {"source", "title", "lang", "after", "since", "before", "on"}


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (("A",), "A"),
        (("A", "B", "C"), "A, B and C"),
        (("A", "B", "C", "D", "E"), "A, B, C and 2 more"),
        (("x" * 99,), f"{'x' * 39}…"),
        (("a\u202e\nb",), "a b"),
    ],
)
def test_outlets_are_named_shortly(scope: tuple[str, ...], told: str) -> None:
    """Three at most, none longer than a line has room for."""
    assert outlets(scope) == told
