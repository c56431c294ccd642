"""CSV and TSV: a row a snippet, whatever is between the cells and whichever row is broken."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import MALFORMED, problems
from documents import snippets as snippets_of
from index.corpus.fields import FieldNames
from index.corpus.problems import Kind
from index.corpus.source import Source
from index.corpus.tables import snippets
from index.errors import BinaryFileError, CorpusError, EncodingError
from reverified import malformed, reverify

if TYPE_CHECKING:
    from index.corpus.problems import Problem
    from index.records import Snippet


def read(
    table: str | bytes, *mapped: str, name: str = "wire.csv", encoding: str = "utf-8"
) -> list[Snippet | Problem]:
    data = table if isinstance(table, bytes) else table.encode()
    source = Source(name, BytesIO(data), encoding=encoding, names=FieldNames.parse(mapped))
    return list(snippets(source))


def texts(read_items: list[Snippet | Problem]) -> list[str]:
    return [each.text for each in snippets_of(read_items)]


@pytest.mark.parametrize("name", ["wire.csv", "wire.tsv", "wire.tsv.gz"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str, name: str) -> None:
    """The one is taken that makes the first row name most of what is known."""
    rows = [["Title", "Body, in full", "Date", "Text"], ["A; b", "c|d", "2024-05-03", "e\tf, g"]]
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (found,) = snippets_of(read(out.getvalue(), name=name))
    assert (found.text, found.metadata.title) == ("e\tf, g", "A; b")
    assert found.metadata.date_only


def test_a_delimiter_may_be_said() -> None:
    """The line that spreadsheets write before the table says what is between its cells."""
    (found,) = snippets_of(read("sep=:\r\ntext:title\r\nOne, two.:T\r\n"))
    assert (found.text, str(found.place)) == ("One, two.", "wire.csv:3")


def test_rows_are_cited_by_their_lines() -> None:
    """A row with line breaks in it is cited by all its lines; blank rows only count as lines."""
    table = '\r\ntitle,text\r\nA,"One.\r\n\r\nTwo, ""three""."\r\n,\r\n\r\nB, Four. \r\n'
    found = snippets_of(read(table))
    assert [(each.text, str(each.place), each.place.record) for each in found] == [
        ('One.\n\nTwo, "three".', "wire.csv:3-5", 1),
        ("Four.", "wire.csv:8", 2),
    ]
    assert found[0].block != found[1].block


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    """A byte order mark is no part of the first column's name."""
    data = "text;title\né;à\n".encode(encoding)
    (found,) = snippets_of(read(data, encoding=encoding))
    assert (found.text, found.metadata.title) == ("é", "à")


def test_columns_are_mapped() -> None:
    """What a person says is the text is looked for in the first row."""
    (found,) = snippets_of(read("blurb\ttitle\nOne, two.\tT\n", "text=Blurb"))
    assert (found.text, found.metadata.title) == ("One, two.", "T")


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("title,blurb,date\nT,One.,2024", "title, blurb, date"),
        ("One sentence.\nAnother.", "One sentence."),
        ("\x1b[31m,b\n1,2", r"\[31m, b"),
    ],
)
def test_a_table_without_text_says_how_to_map(table: str, columns: str) -> None:
    """The error lists the columns, and says how to name the one that is the text."""
    with pytest.raises(CorpusError, match=columns) as caught:
        read(table)
    assert "--map text=COLUMN" in caught.value.remedy
    assert (caught.value.path, caught.value.line) == ("wire.csv", 1)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("text,Text,title\n1,2,3", "two columns that are named"),
        ("text,url,url\n1,2,3", "two columns that are named"),
        ('"text,title\n1,2', "names the columns, is broken"),
    ],
)
def test_a_first_row_that_is_not_clear_is_refused(table: str, message: str) -> None:
    """Of two columns of one name nobody knows which is meant; other names may come twice."""
    with pytest.raises(CorpusError, match=message):
        read(table)
    assert texts(read("tag,tag,text\n1,2,3")) == ["3"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A", "1 cells"),
        ("A,b,c,d", "4 cells"),
        ('A,"b"c,d', "cannot be told into cells"),
        ('A,"b" ,d', "cannot be told into cells"),
        ('A,"' + "x" * 600_000 + "\n" + "x" * 600_000 + '",d', "field limit"),
    ],
)
def test_a_broken_row_is_told(row: str, said: str) -> None:
    """A row that doesn't fit the first one is lost, and told with its line; the rest is read."""
    found = read(f"title,text,date\nA,Before.,\n{row}\nB,After.,\n")
    (problem,) = problems(found)
    assert said in problem.message
    assert (problem.kind, problem.lost, problem.where) == (Kind.MALFORMED, True, "wire.csv:3")
    assert (problem.record, texts(found)) == (2, ["Before.", "After."])


def test_a_quotation_mark_that_is_not_closed_ends_with_the_table() -> None:
    """The rows before it are read, and the problem says where it is."""
    found = read('title,text\nA,Before.\nB,"After.\nC,Last.\n')
    (problem,) = problems(found)
    assert "is not closed" in problem.message
    assert (problem.line, texts(found)) == (3, ["Before."])


def test_empty_cells_may_follow() -> None:
    """Delimiters at a row's end lose nothing."""
    assert texts(read("title,text\nA,One.,,\n")) == ["One."]


def test_a_long_article_is_one_cell() -> None:
    """A cell may be longer than the csv module's own limit."""
    text = "One. " * 50_000
    assert texts(read(f'title,text\nA,"{text}"\n')) == [text.strip()]


@pytest.mark.parametrize("table", ["", " \n\n", "text,title\n"])
def test_no_rows_are_no_problem(table: str) -> None:
    """An empty table has nothing in it."""
    assert read(table) == []


@pytest.mark.parametrize(
    ("table", "error"),
    [(b"text\nOne\0.\n", BinaryFileError), (b"text\nOne.\n\xff\n", EncodingError)],
)
def test_what_is_no_text_is_refused(table: bytes, error: type[CorpusError]) -> None:
    """NUL bytes, and bytes that are no text, are refused with their line."""
    with pytest.raises(error, match=r"wire\.csv:[23]"):
        read(table)


PIECES = [
    *',;\t|"\n\r \ufeff\0é',
    *("text", "title", "date", "One.", "2024-05-03", "<p>x</p>", "sep=;", '""', "\r\n", '","'),
    *("text,title\n", "x,y\n", '"x\ny",'),
]


@MALFORMED
@given(data=malformed(PIECES, 'title,text,date\nA,"One, ""two"".\n\nx",2024-05-03\nB,<p>y</p>,\n'))
@pytest.mark.parametrize("name", ["wire.csv", "wire.tsv"])
def test_malformed_tables_are_read_or_told(name: str, data: bytes) -> None:
    """Whatever the bytes, nothing but a CorpusError is raised, and each snippet is as cited."""
    reverify(snippets, name, data)


@given(
    rows=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30),
        max_size=5,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_texts_come_out_as_they_went_in(rows: list[str], delimiter: str) -> None:
    """A text is what the table was given, but for the white space around it."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["content_text", "title"], *([each, "T"] for each in rows)])
    expected = [each.strip() for each in rows if each.strip()]
    assert texts(read(out.getvalue())) == expected
