"""The query language: what is an operator, what is text, and errors that point at the place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import QueryError, QuestionError
from index.query import MAX_FILTERS_CHARS, MAX_QUESTION_CHARS, Query, check, parse
from index.questions import query_grammar

if TYPE_CHECKING:
    from indexed import RunPython

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ORDINARY = [
    "Where will Kim meet Putin?",
    "What did he say: yes?",
    "Is it 5:30 or 17:45?",
    "Who reads e-mail in well-known towns?",
    "What stands on http://example.org/a:b and https://example.org?",
    "What happened at 10 -20 degrees?",
    "Why is it -5 today?",
    "The war -which began in May- is over, isn't it?",
    "What did he call 6'2\" and 5'3\" tall?",
    'Who wrote " and left it open?',
    'Who said "well?',
    "What about -v and --verbose?",
    "Is a - b or a -- b right?",
    "What is :smile: or ::?",
    'What does "..." mean?',
    "Kim's “ or the other ”?",
    "on: off",
    "foo:bar ratio 3:2",
    "<@123> @everyone",
]
FIELDS = ("source", "title", "lang", "before", "after", "on", "since")
tokens = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["-", '"', "“", "”", ":", " ", "?", "-kim", '"a b"', "2024-05-01", "7d", "\0"]),
    st.sampled_from([f"{name}:" for name in FIELDS]),
)


def utc(*numbers: int) -> datetime:
    """A moment of UTC."""
    year, month, day, hour, minute = (*numbers, *(1, 1, 0, 0)[len(numbers) - 1 :])
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def parsed(text: str) -> Query | QueryError:
    """The query, or what is wrong with it."""
    try:
        return parse(text, NOW)
    except QueryError as error:
        return error


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_is_no_operator(text: str) -> None:
    """It comes back as it is, and nothing is filtered."""
    query = parse(text, NOW)
    assert query.text == text
    assert not query.filtered


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("armored train", Query("armored train")),
        ('"armored train" Kim', Query("armored train Kim", phrases=("armored train",))),
        ("“armored train”", Query("armored train", phrases=("armored train",))),
        (
            'Who said ("not one step")?',
            Query("Who said (not one step)?", phrases=("not one step",)),
        ),
        ("Gaza -famine", Query("Gaza", without=("famine",))),
        ("Gaza -famine?", Query("Gaza?", without=("famine",))),
        ('-"air strike" Gaza', Query("Gaza", without=("air strike",))),
        ('Gaza -"24"', Query("Gaza", without=("24",))),
        ('Gaza -"what now?"', Query("Gaza", without=("what now?",))),
        ("Gaza -a1bc", Query("Gaza", without=("a1bc",))),
        ("-well-known Gaza", Query("Gaza", without=("well-known",))),
        ("source:reuters", Query("", sources=("reuters",))),
        ("SOURCE:Reuters Gaza", Query("Gaza", sources=("Reuters",))),
        ("source:ap source:afp x", Query("x", sources=("ap", "afp"))),
        (
            'Gaza source:"New York Times"?',
            Query("Gaza?", sources=("New York Times",)),
        ),
        ('Gaza source:"Who?"', Query("Gaza", sources=("Who?",))),
        ("title:quake title:“in Peru”", Query("", titles=("quake", "in Peru"))),
        ("lang:de lang:pt_BR x", Query("x", languages=("de", "pt-br"))),
        ("source:a before: x", Query("before: x", sources=("a",), notes=("…",))),
        ('source:"x"abc', Query("abc", sources=("x",))),
    ],
)
def test_operators(text: str, query: Query) -> None:
    """Each filters, and what is left is searched for, the words of phrases included."""
    found = parse(text, NOW)
    assert (found.text, found.phrases, found.without) == (query.text, query.phrases, query.without)
    assert (found.sources, found.titles) == (query.sources, query.titles)
    assert (found.languages, found.dated) == (query.languages, False)
    assert len(found.notes) == len(query.notes)
    assert found.filtered == (query != Query(query.text))


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("before:2024-05-01", None, utc(2024, 5, 1)),
        ("before:2024", None, utc(2024)),
        ("after:2024-04", utc(2024, 4), None),
        ("after:2024-04-01", utc(2024, 4, 1), None),
        ("after:2024/4/1", utc(2024, 4, 1), None),
        ("since:2024-04-01", utc(2024, 4, 1), None),
        ("on:2024-04-30", utc(2024, 4, 30), utc(2024, 5, 1)),
        ("on:2024-12", utc(2024, 12), utc(2025)),
        ("on:yesterday", utc(2026, 11, 23), utc(2026, 11, 24)),
        ("on:monday", utc(2026, 11, 23), utc(2026, 11, 24)),
        ("on:last-week", utc(2026, 11, 16), utc(2026, 11, 23)),
        ('on:"March 2024"', utc(2024, 3), utc(2024, 4)),
        ("on:march", utc(2026, 3), utc(2026, 4)),
        ("since:7d", utc(2026, 11, 17), None),
        ("since:2w", utc(2026, 11, 10), None),
        ("since:1m", utc(2026, 10, 24), None),
        ("since:1Y", utc(2025, 11, 24), None),
        ("since:3h", utc(2026, 11, 24, 5, 30), None),
        ("before:7d", None, utc(2026, 11, 17)),
        ("on:2024-05-01+02:00", utc(2024, 4, 30, 22), utc(2024, 5, 1, 22)),
        ("on:2024-05-01-0530", utc(2024, 5, 1, 5, 30), utc(2024, 5, 2, 5, 30)),
        ("after:2024-05-01T12:30Z", utc(2024, 5, 1, 12, 30), None),
        ("on:2024-05-01t12", utc(2024, 5, 1, 12), utc(2024, 5, 1, 13)),
        ("after:2024 after:2025 before:2027 before:2026", utc(2025), utc(2026)),
        ("before:2024-05-01?", None, utc(2024, 5, 1)),
    ],
)
def test_dates(text: str, after: datetime | None, before: datetime | None) -> None:
    """`after:` and `since:` include the day that they name, `before:` doesn't; days are UTC's."""
    query = parse(f"Gaza {text}", NOW)
    assert (query.after, query.before) == (after, before)
    assert query.text.rstrip("?") == "Gaza"


@pytest.mark.parametrize(
    ("text", "column", "width", "what"),
    [
        ("before:2024-13-01", 8, 10, "there is no month 13"),
        ("x before:2024-04-31", 10, 10, "April 2024 has 30 days"),
        ("x after:2023-02-29", 9, 10, "February 2023 has 28 days"),
        ("on:0000", 4, 4, "there is no year 0"),
        ("on:2024-05-01T24", 4, 13, "there is no hour 24"),
        ("on:2024-05-01+25:00", 4, 16, "there is no zone +25:00"),
        ("since:forever", 7, 7, "that is no date"),
        ("since:99999y", 7, 6, "the calendar doesn't reach so far"),
        ("before:0001-01-01+01:00", 8, 16, "the calendar doesn't reach so far"),
        ("after:2025 before:2024", 19, 4, "with the dates before it, no time is left"),
        ("after:2024 before:2024", 19, 4, "with the dates before it, no time is left"),
        ("lang:german", 6, 6, "that is no language tag"),
        ("x -source:reuters", 3, 15, "only words and phrases can be left out"),
        ('source:"New York', 8, 4, "the quotation mark is not closed"),
        ('source:"  "', 9, 2, "there is no word in it"),
    ],
)
def test_an_error_points_at_the_place(text: str, column: int, width: int, what: str) -> None:
    """Position and drawing name the value; the message is one line, and says what to do."""
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    error = caught.value
    assert (error.column, error.width) == (column, width)
    drawing = f"{text}\n{' ' * (column - 1)}{'^' * width} {what}"
    assert error.pointer == drawing
    assert f": {what}." in error.message
    assert error.remedy
    assert "\n" not in str(error)
    assert isinstance(error, QuestionError)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "lang:german",
            (
                "lang:german: that is no language tag."
                " Write a language tag, as in lang:de or lang:pt-br."
            ),
        ),
        (
            'source:"  "',
            (
                'source:"  : there is no word in it.'
                ' Write a name as in source:reuters or source:"New York Times".'
            ),
        ),
        (
            "title:“x",
            (
                "title:“x: the quotation mark is not closed."
                ' Write a word or a phrase, as in title:"peace talks".'
            ),
        ),
        (
            "x -SOURCE:reuters",
            (
                "-SOURCE:reuters: only words and phrases can be left out."
                " Name those that you want, as in source:reuters."
            ),
        ),
        (
            "since:never",
            (
                "since:never: that is no date."
                " Write a date as in 2024-05-01, 2024-05, 2024, yesterday or 7d."
            ),
        ),
    ],
)
def test_an_error_says_what_to_write(text: str, told: str) -> None:
    """What was read, what is wrong with it, and an example of the same operator."""
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    assert str(caught.value) == told


def test_the_drawing_stays_narrow() -> None:
    """Of a long query only the surroundings are drawn, the carets still under the place."""
    with pytest.raises(QueryError) as caught:
        parse(f"{'word ' * 100}on:2024-13 {'word ' * 60}", NOW)
    shown, below = caught.value.pointer.splitlines()
    assert len(shown) <= 80
    assert shown[below.index("^") : below.rindex("^") + 1] == "2024-13"
    with pytest.raises(QueryError) as caught:
        parse(f"on:{'x' * 900}", NOW)
    assert all(len(line) < 100 for line in caught.value.pointer.splitlines())
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sorce:reuters Gaza", "“sorce:” was taken as a word. Did you mean source:?"),
        ("titel:quake", "“titel:” was taken as a word. Did you mean title:?"),
        ("Gaza befor:2024", "“befor:” was taken as a word. Did you mean before:?"),
        ("lng4 lant:de", "“lant:” was taken as a word. Did you mean lang:?"),
        (
            "source: reuters Gaza",
            "“source:” was taken as a word: its value has to follow without a space.",
        ),
        ("lang: de", "“lang:” was taken as a word: its value has to follow without a space."),
    ],
)
def test_what_was_meant_as_an_operator_is_noted(text: str, told: str) -> None:
    """It is searched for as words, none is lost, and a note says so."""
    query = parse(text, NOW)
    assert query.text == text
    assert not query.filtered
    assert query.notes == (told,)


@pytest.mark.parametrize(
    "text",
    [
        "on: monday",  # short names are near many words
        "onn:monday",
        "sorce://example.org/a",  # an address
        "sources-and-more:x",
        "place:Velm",
        "see,sorce:reuters",  # not at the start of a word
        "sorce:",
    ],
)
def test_what_was_hardly_meant_as_an_operator_is_not_noted(text: str) -> None:
    """A note for every colon would hide the one that matters."""
    assert parse(text, NOW) == Query(text)


@pytest.mark.fuzz
@given(st.lists(tokens, max_size=12).map("".join))
@example('-"')
@example('source:"')
@example("since:000d")
@example("on:９９９９")
@example("title:\ufdfa")
def test_any_text_is_read(text: str) -> None:
    """Whatever stands there, it is a query or an error that points into it; nothing is lost."""
    assert "".join(part.written for part in query_grammar.parts(text)) == text
    query = parsed(text)
    if isinstance(query, QueryError):
        assert 1 <= query.column <= len(text)
        assert "\n" in query.pointer
        return
    if not query.filtered:
        assert query.text == text
    if query.after and query.before:
        assert query.after < query.before
    for date in (query.after, query.before):
        assert date is None or date.utcoffset() == timedelta(0)


@pytest.mark.fuzz
@given(st.lists(st.from_regex(r"[^\W_]+[?.,!]?", fullmatch=True), min_size=1).map(" ".join))
def test_text_without_operators_stays(text: str) -> None:
    """Words come back unchanged, with nothing to filter by."""
    assert parse(text, NOW) == Query(text)


@given(words=st.lists(st.sampled_from(["Kim", "met", "Putin", "in", "2024"]), max_size=5))
def test_operators_come_out_of_the_text(words: list[str]) -> None:
    """Around words, wherever they stand, operators leave the words alone."""
    text = " -famine ".join(["source:reuters", *words, "since:2w"])
    query = parse(text, NOW)
    assert query.text == " ".join(words)
    assert query.without == ("famine",) * (len(words) + 1)


def test_filters_do_not_count_as_question() -> None:
    """Beside them there is room for a question of full length, but not without end."""
    question = "x" * MAX_QUESTION_CHARS
    written = f'source:"New York Times" -war {question}'
    assert check(written) == written
    for text in (f"-war {question}x", f"{'lang:en ' * 500}{question}"):
        with pytest.raises(QuestionError, match="characters long"):
            check(text)


def test_room_for_filters_ends() -> None:
    """What a server wants before every question has room up to a length, to the character."""
    for more, fits in ((0, True), (1, False)):
        filters = f"source:{'a' * (MAX_FILTERS_CHARS - len('source: ') + more)}"
        text = f"{filters} {'x' * MAX_QUESTION_CHARS}"
        if fits:
            assert check(text) == text
        else:
            with pytest.raises(QuestionError, match="4,001 characters long"):
                check(text)
    phrase = f'"{"x" * 900}" source:a {"y" * 99}'
    with pytest.raises(QuestionError, match="1,002 characters long"):
        check(phrase)


def test_what_is_no_query_is_told() -> None:
    """In a sentence, with what to do."""
    for text, told in (
        (" ", "The question is empty. Ask something."),
        ("?!", "The question has no word in it. Ask in words."),
        (
            "x" * 1_234,
            "The question is 1,234 characters long. Ask it in at most 1,000.",
        ),
    ):
        with pytest.raises(QuestionError) as caught:
            check(text)
        assert str(caught.value) == told
    assert check("x" * MAX_QUESTION_CHARS) == "x" * MAX_QUESTION_CHARS
    assert check("half \ud83d a character") == "half ? a character"


@pytest.mark.parametrize(
    ("text", "left", "phrases", "without"),
    [
        ("Gaza -a -ab", "Gaza -a", (), ("ab",)),
        ("Gaza -a1 -1ab", "Gaza -a1 -1ab", (), ()),
        ("(Gaza -famine).", "(Gaza).", (), ("famine",)),
        ('Gaza -"a b".', "Gaza.", (), ("a b",)),
        ('Gaza -"a b" .', "Gaza .", (), ("a b",)),
        ('-"..." Gaza', '-"..." Gaza', (), ()),
        ('"a b", "c d"!', "a b, c d!", ("a b", "c d"), ()),
        ("-famine! Gaza", "Gaza", (), ("famine",)),
        ("source:x?", "", (), ()),
        ("-famine ?", "", (), ("famine",)),
    ],
)
def test_marks_beside_operators(
    text: str, left: str, phrases: tuple[str, ...], without: tuple[str, ...]
) -> None:
    """What closes a sentence stays where it closes one; what says nothing is no operator."""
    query = parse(text, NOW)
    assert (query.text, query.phrases, query.without) == (left, phrases, without)


@pytest.mark.parametrize("text", ["", " \n", "?!", "🎉", "x" * (MAX_QUESTION_CHARS + 1)])
def test_what_is_no_query(text: str) -> None:
    """Empty, too long, or without a word."""
    with pytest.raises(QuestionError):
        check(text)
    assert check("  a\n b\t") == "a b"


def test_a_plain_question_needs_no_grammar(run_python: RunPython) -> None:
    """What has no mark of an operator is read without the grammar's library, which takes time."""
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from index.query import parse\n"
        "for text in sys.argv[1:]:\n"
        "    parse(text, datetime.now(UTC))\n"
        "print('lark' in sys.modules)\n"
    )
    plain = ["Where will Kim meet Putin?", "a well-known e-mail at 10 -20 degrees - really?"]
    assert run_python(program, *plain).stdout.strip() == "False"
    assert run_python(program, "source:reuters").stdout.strip() == "True"
