"""A folder in BEIR format as records; what is wrong with one is named by file and line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from index.evaluation import beir
from index.evaluation.errors import DataSetError

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = '{"_id": "d", "title": "T", "text": "One."}\n'
QUERY = '{"_id": "q", "text": "What?"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq\td\t1\n"


def folder(
    root: Path, corpus: str = DOCUMENT, queries: str = QUERY, qrels: str | None = QRELS
) -> Path:
    """Write a folder of one document and one question, or of what is given instead."""
    (root / "qrels").mkdir()
    (root / "corpus.jsonl").write_bytes(corpus.encode("utf-8", "surrogateescape"))
    (root / "queries.jsonl").write_text(queries, "utf-8")
    if qrels is not None:
        (root / "qrels" / "dev.tsv").write_text(qrels, "utf-8")
    return root


def test_every_row_becomes_a_record(town_news: Path) -> None:
    """Documents, questions and judgements are all there, in order, as they are written."""
    data = beir.read(town_news)
    lines = (town_news / "corpus.jsonl").read_bytes().splitlines()
    rows = [json.loads(line) for line in lines]
    assert data.name == "town_news"
    assert [(d.id, d.text) for d in data.documents] == [(r["_id"], r["text"]) for r in rows]
    assert [q.answerable for q in data.questions] == [True] * 12 + [False] * 5
    question = data.questions[1]
    assert question.answers == ("Ninety-four", "94")
    assert question.evidence == ("Ninety-four people will lose their jobs.",)
    assert {q.kind for q in data.questions} == {"in", "near miss", "off topic", "no question"}
    assert data.relevance["q12"] == {"tn-12": 1, "tn-06": 1}
    metadata = data.documents[0].metadata
    assert (metadata.title, metadata.outlet) == (
        "Ferry service to Skarholm suspended",
        rows[0]["metadata"]["source"],
    )
    assert metadata.url == rows[0]["metadata"]["url"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-03-02T06:30:00+00:00", datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),
        ("2026-03-02T06:30:00Z", datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        (
            "Wed, 11 Mar 2026 18:45:00 +0100",
            datetime(2026, 3, 11, 18, 45, tzinfo=timezone(timedelta(hours=1))),
        ),
        ("last week", None),
        ("", None),
    ],
)
def test_dates(tmp_path: Path, text: str, date: datetime | None) -> None:
    """A date is aware, or there is none where the text is no date."""
    row = {"_id": "d", "text": "One.", "metadata": {"date": text}}
    data = beir.read(folder(tmp_path, corpus=json.dumps(row)))
    assert data.documents[0].metadata.published == date


def test_plain_beir_without_metadata(tmp_path: Path) -> None:
    """Without metadata, a question with a relevant document is answerable, and others are not."""
    queries = QUERY + '\n{"_id": 7, "text": "And?", "metadata": {}}\n{"_id": "r", "text": "No?"}\n'
    qrels = "q\td\t2\r\n7\td\t0\n"
    data = beir.read(folder(tmp_path, queries=queries, qrels=qrels))
    assert [(q.id, q.answerable, q.answers) for q in data.questions] == [
        ("q", True, ()),
        ("7", False, ()),
        ("r", False, ()),
    ]
    assert data.relevance == {"q": {"d": 2}, "7": {"d": 0}}


def test_all_qrels_count(tmp_path: Path) -> None:
    """The splits of a data set are read together."""
    folder(tmp_path, queries=QUERY + '{"_id": "r", "text": "Who?"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nr\td\t1\n")
    assert beir.read(tmp_path).relevance == {"q": {"d": 1}, "r": {"d": 1}}


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    """JSON may hold U+2028 as it is; only line feeds end a row."""
    data = beir.read(folder(tmp_path, corpus='{"_id": "d", "text": "One.\u2028Two."}\n'))
    assert data.documents[0].text == "One.\u2028Two."


@pytest.mark.parametrize(
    ("name", "content", "line", "says"),
    [
        ("corpus.jsonl", DOCUMENT + "{\n", 2, "cannot be read"),
        ("corpus.jsonl", '{"_id": "d"}\n', 1, "text"),
        ("corpus.jsonl", "\n" + '{"_id": "d", "text": 5}\n', 2, "$.text"),
        ("corpus.jsonl", '{"_id": "d", "text": "\udcff"}\n', 1, "utf-8"),
        ("corpus.jsonl", '{"_id": "d", "text": "\\ud800"}\n', 1, "cannot be read"),
        ("corpus.jsonl", DOCUMENT + DOCUMENT, 2, "line 1"),
        ("queries.jsonl", QUERY + "[]\n", 2, "object"),
        (
            "queries.jsonl",
            '{"_id": "q", "text": "", "metadata": {"answers": "x"}}\n',
            1,
            "$.metadata.answers",
        ),
        ("qrels/dev.tsv", QRELS + "q d 1\n", 3, "corpus-id"),
        ("qrels/dev.tsv", QRELS + "q\td\tgood\n", 3, "score"),
    ],
)
def test_a_malformed_line_is_named(
    tmp_path: Path, name: str, content: str, line: int, says: str
) -> None:
    """The error names file and line and what is wrong with it."""
    folder(tmp_path)
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataSetError) as caught:
        beir.read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / name}:{line} ")
    assert (caught.value.path, caught.value.line) == (str(tmp_path / name), line)
    assert says in str(caught.value)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/dev.tsv"])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, missing: str) -> None:
    """A folder without one of its parts is told what a data set is made of."""
    path = folder(tmp_path) / missing
    path.unlink()
    with pytest.raises(DataSetError, match="BEIR format") as caught:
        beir.read(tmp_path)
    assert caught.value.path in {str(path), str(path.parent)}
    if path.suffix == ".jsonl":
        path.write_bytes(b"\n")
        with pytest.raises(DataSetError, match="has no line"):
            beir.read(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    """A path that is no folder is named."""
    with pytest.raises(DataSetError, match="no folder"):
        beir.read(tmp_path / "gone")
