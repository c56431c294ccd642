"""JSON and JSON Lines: a record a snippet, and the rest read whatever one of them is."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import MALFORMED, problems
from documents import snippets as snippets_of
from index.corpus.json_records import snippets
from index.corpus.problems import Kind, Problem
from index.corpus.source import Source
from index.errors import EncodingError, SnippetTooLongError
from index.records import Snippet
from reverified import malformed, reverify


def read(document: object, name: str = "wire.json", entry: str = "") -> list[Snippet | Problem]:
    text = document if isinstance(document, str | bytes) else json.dumps(document)
    data = text if isinstance(text, bytes) else text.encode()
    return list(snippets(Source(name, BytesIO(data), entry)))


def texts(read_items: list[Snippet | Problem]) -> list[str]:
    return [each.text for each in snippets_of(read_items)]


ONE, TWO = {"text": "One."}, {"text": "Two."}


@pytest.mark.parametrize(
    "document",
    [
        [ONE, TWO],
        {"articles": [ONE, TWO], "status": "ok", "totalResults": 2},
        {"meta": {"items": 1}, "Docs": [ONE, TWO]},
        {"response": {"status": "ok", "results": [ONE, TWO], "total": 2}},
        {"hits": {"total": 2, "hits": [{"_source": ONE}, {"_source": TWO}]}},
        {"items": [ONE], "results": [TWO]},
        '{"text": "One."}\n{"text": "Two."}\n',
        '\ufeff [{"text": "One."},\r\n {"text": "Two."}]\n',
    ],
)
def test_records_are_found_wherever_they_are(document: object) -> None:
    """An array, an object that holds one, or records one after another: each is a snippet."""
    found = snippets_of(read(document))
    assert [each.text for each in found] == ["One.", "Two."]
    assert [each.place.record for each in found] == [1, 2]
    assert len({each.block for each in found}) == 2


@pytest.mark.parametrize(
    "document",
    [
        ONE,
        {"data": ONE},
        {**ONE, "items": [{"name": "a picture"}], "results": []},
        {"facets": {}, "data": ONE},
    ],
)
def test_one_record_is_one_snippet(document: object) -> None:
    """An object that has a text is the item itself, whatever lists it has."""
    assert texts(read(document)) == ["One."]


@pytest.mark.parametrize("document", ["", " \n", "[]", {"articles": [], "status": "ok"}])
def test_no_records_are_no_problem(document: object) -> None:
    """An empty document, or an empty list of results, has nothing in it."""
    assert read(document) == []


def test_records_are_cited_by_their_lines() -> None:
    """Each record of a document is cited by the lines that it takes, however they end."""
    document = '[\r\n  {"text": "One."},\r  {\n   "text": "Two."\n  }\n]'
    places = [str(each.place) for each in snippets_of(read(document))]
    assert places == ["wire.json:2", "wire.json:3-5"]


@pytest.mark.parametrize(
    ("name", "entry"),
    [("w.jsonl", ""), ("W.NDJSON", ""), ("w.jsonl.gz", ""), ("w.zip", "a/may.ndjson")],
)
def test_lines_are_records(name: str, entry: str) -> None:
    """In JSON Lines, every line is read by itself: broken ones are told, the others go on."""
    lines = ['{"text": "One."}', "", '{"text": "Two."', "[1]", '{"text": "x"} {}', '{"text": "3"}']
    found = read("\n".join(lines), name, entry)
    assert [(each.text, each.place.first_line) for each in snippets_of(found)] == [
        ("One.", 1),
        ("3", 6),
    ]
    assert [(each.line, each.record, each.kind, each.lost) for each in problems(found)] == [
        (3, 2, Kind.MALFORMED, True),
        (4, 3, Kind.MALFORMED, True),
        (5, 4, Kind.MALFORMED, True),
    ]


def test_lines_are_not_read_ahead() -> None:
    """The first record is there before the last line is read, so that large files stream."""
    data = b'{"text": "One."}\n' + b'{"text": "' + b"x" * 3_000_000
    stream = snippets(Source("wire.jsonl", BytesIO(data)))
    assert next(stream) is not None
    with pytest.raises(SnippetTooLongError):
        list(stream)


def test_a_list_in_a_line_is_no_list_of_records() -> None:
    """A line is one record, even where it has a field that elsewhere holds records."""
    found = read('{"summary": "One.", "items": [{"text": "x"}]}', "wire.jsonl")
    assert texts(found) == ["One."]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('{"text": "x"', "delimiter"),
        ('{"text": x}', "expecting value"),
        ('{"text": "x"}]', "more follows"),
        ('{"text" "x"}', "delimiter"),
        ('{"text": "x\\q"}', "escape"),
        ("[" * 50_000, "nested too deep"),
        ('{"a":' * 50_000, "nested too deep"),
        ("nul", "expecting value"),
    ],
)
def test_a_broken_line_is_told(broken: str, said: str) -> None:
    """The problem says what was wrong and where, and the next line is read."""
    found = read(broken + "\n" + '{"text": "Next."}', "wire.jsonl")
    (problem,) = problems(found)
    assert said in problem.message
    assert (problem.kind, problem.where, problem.lost) == (Kind.MALFORMED, "wire.jsonl:1", True)
    assert texts(found) == ["Next."]


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        (",\n", 3),
        ("", 2),
        (",\n{]", 3),
        ("] [", 2),
        ("]\n\n\n}", 5),
        (',\n{"text": "x}]', 3),
        (',\n{"text": ' + "[" * 50_000, 3),
        (",\n]", 3),
        (" {}]", 2),
    ],
)
def test_what_is_before_a_fault_is_read(rest: str, line: int) -> None:
    """A document that is cut off or broken gives the records before, and says where it ends."""
    found = read('[{"text": "One."},\n{"text": "Two."}' + rest)
    (problem,) = problems(found)
    assert texts(found) == ["One.", "Two."]
    assert (problem.kind, problem.line, problem.lost) == (Kind.MALFORMED, line, True)


@pytest.mark.parametrize("document", ["5", '"text"', "text", "{", '{"a"', "{,}", '{"a": 1,}'])
def test_what_holds_no_record_is_told(document: str) -> None:
    """A document without a record that can be read says why."""
    (problem,) = problems(read(document))
    assert problem.lost
    assert "no JSON" in problem.message


@pytest.mark.parametrize(
    ("record", "kind", "lost"),
    [
        ('{"text": "a", "text": "b"}', Kind.MALFORMED, True),
        ('{"text": "a", "source": {"name": "x", "name": "y"}}', Kind.MALFORMED, True),
        ('{"text": "a", "score": NaN}', Kind.FIELD, False),
        ('{"text": "a", "score": -Infinity}', Kind.FIELD, False),
        ('{"text": "\\ud800"}', Kind.ENCODING, True),
        ('{"text": "\\u0000"}', Kind.ENCODING, True),
        ('{"text": "a", "title": "\\udc00"}', Kind.FIELD, False),
        ('{"text": "a", "date": "31 April 2024"}', Kind.DATE, False),
        ('{"text": "a", "date": 1e999}', Kind.DATE, False),
        ('{"text": "a", "date": ' + "9" * 9000 + "}", Kind.DATE, False),
        ('{"title": "a"}', Kind.EMPTY, True),
        ("[]", Kind.MALFORMED, True),
        ("null", Kind.MALFORMED, True),
    ],
)
@pytest.mark.parametrize("name", ["wire.json", "wire.jsonl"])
def test_one_bad_record_spoils_no_other(record: str, kind: Kind, name: str, *, lost: bool) -> None:
    """What is wrong with one record is told with its place; its neighbours are read."""
    before, after = '{"text": "Before."}', '{"text": "After."}'
    parts = [before, record, after]
    document = "\n".join(parts) if name == "wire.jsonl" else "[" + ",\n".join(parts) + "]"
    found = read(document, name)
    (problem,) = problems(found)
    assert (problem.kind, problem.lost, problem.line, problem.record) == (kind, lost, 2, 2)
    assert texts(found) == (["Before.", "After."] if lost else ["Before.", "a", "After."])


@pytest.mark.parametrize("name", ["wire.json", "wire.jsonl"])
def test_huge_numbers_are_let_pass(name: str) -> None:
    """A number of more figures than Python converts is no reason to lose a record."""
    assert texts(read('{"text": "One.", "n": ' + "1" * 10_000 + "}", name)) == ["One."]


def test_what_is_no_text_is_refused() -> None:
    """Bytes that are no UTF-8 are refused with their line; of JSON Lines that line alone."""
    with pytest.raises(EncodingError, match=r"wire\.json:2: byte 12"):
        read(b'[\n{"text": "\xff"}]')
    _, lost, third = read(b'{"text": "One."}\n{"text": "\xff"}\n{"text": "Three."}', "wire.jsonl")
    assert isinstance(lost, Problem)
    assert (lost.kind, lost.line, lost.lost) == (Kind.ENCODING, 2, True)
    assert isinstance(third, Snippet)
    assert (third.place.record, third.place.first_line) == (3, 3)


PIECES = [
    *'{}[],:"\\\n \ufeff\0é',
    *('{"text":"One."}', '"text"', '"date":"2024-05-03"', '"items":[', '"data":{', "NaN", "1e999"),
    *('"\\ud800"', "null", '{"uri":"u","body_html":"<p>x"}', '"source":{"name":"x"}', "[" * 2000),
    *("9" * 5000, '"version":"https://jsonfeed.org/version/1"', "\r\n", "\ud800"),
]
DOCUMENTS = [
    json.dumps([ONE, {"title": "T", "content_html": "<p>x</p>", "date": "2024-05-03"}], indent=1),
    json.dumps({"response": {"docs": [ONE, TWO]}, "version": "https://jsonfeed.org/version/1.1"}),
    json.dumps(ONE) + "\n" + json.dumps({"uri": "u", "pubstatus": "usable", "headlines": [ONE]}),
]


@MALFORMED
@given(data=malformed(PIECES, *DOCUMENTS))
@pytest.mark.parametrize("name", ["wire.json", "wire.jsonl"])
def test_malformed_json_is_read_or_told(name: str, data: bytes) -> None:
    """Whatever the bytes, nothing but a CorpusError is raised, and each snippet is as cited."""
    reverify(snippets, name, data)


@given(written=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=5))
@pytest.mark.parametrize("name", ["wire.json", "wire.jsonl"])
def test_texts_come_out_as_they_went_in(name: str, written: list[str]) -> None:
    """A text is what the export was given, but for the white space around it."""
    records = [json.dumps({"content_text": each}) for each in written]
    document = "\n".join(records) if name == "wire.jsonl" else f"[{','.join(records)}]"
    expected = [each.strip() for each in written if each.strip() and "\0" not in each]
    assert texts(read(document, name)) == expected
