"""The JSON of `--json`: exact keys, and values that other programs may rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from index import snapshot
from index.answering import operating_point
from index.answering.operating_point import Chosen, Correction, Counts, OperatingPoint
from index.commands import contract
from index.corpus.reading import ReadOptions
from index.errors import CorpusNotFoundError, EncodingError, QueryError
from index.evaluation.calibration import TradeOff
from index.proofs.verification import Finding, Verification, verify
from index.records import Metadata, Verdict
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from index.records import Answer
    from index.search import Searcher
    from indexed import Built


CITATION = {
    "entry",
    "record",
    "extracted_sha256",
    "author",
    "date_only",
    "path",
    "first_line",
    "last_line",
    "byte_start",
    "byte_end",
    "sha256",
    "title",
    "outlet",
    "published",
    "url",
}
SNAPSHOT = {"id", "built_at", "newest_published", "passages"}
POINT = {"answer_at", "close_at", "correction", "chosen", "outdated"}


@pytest.fixture
def answered(seeds_searcher: Searcher) -> Answer:
    """An answer with quotes."""
    return seeds_searcher.ask("Where will Kim meet Putin?")


def loaded(document: contract.Document) -> dict[str, Any]:
    """What another program reads."""
    return json.loads(contract.dumps(document))


def test_an_answer(answered: Answer, seeds_searcher: Searcher) -> None:
    """`ask` gives question, verdict, confidence, quotes with citations, and the snapshot."""
    document = loaded(contract.answer(answered))
    assert set(document) == {
        "question",
        "verdict",
        "confidence",
        "quotes",
        "closest",
        "missing_terms",
        "read_as",
        "unanswered",
        "searched_range",
        "newest_relevant",
        "notes",
        "by_words",
        "snapshot",
    }
    assert document["verdict"] == "answered"
    assert document["by_words"] is False
    assert 0 <= document["confidence"] <= 1
    assert set(document["snapshot"]) == SNAPSHOT
    assert document["closest"] == document["missing_terms"] == []
    for quote in document["quotes"]:
        assert set(quote) == {"text", "passage_id", "score", "citation", "also_in"}
        citation = quote["citation"]
        assert set(citation) == CITATION
        raw = (seeds_searcher.root / citation["path"]).read_bytes()
        assert raw[citation["byte_start"] : citation["byte_end"]].decode() == quote["text"]
        assert (citation["title"], citation["published"]) == (None, None)


def test_a_refusal(seeds_searcher: Searcher) -> None:
    """Where nothing is found, `closest` has citations with their text, and terms are named."""
    answer = seeds_searcher.ask("How many people died in the Vermont bus crash?")
    document = loaded(contract.answer(answer))
    assert document["verdict"] == "not_found"
    assert document["quotes"] == []
    assert "Vermont" in document["missing_terms"]
    assert len(document["closest"]) == 3
    for closest in document["closest"]:
        assert set(closest) == CITATION | {"text", "passage_id"}


def test_what_may_not_answer(seeds_searcher: Searcher) -> None:
    """A close verdict has quotes, and nothing in `closest`."""
    close = seeds_searcher.at(OperatingPoint(1, 0)).ask("Where will Kim meet Putin?")
    document = loaded(contract.answer(close))
    assert document["verdict"] == "close"
    assert document["quotes"]
    assert document["closest"] == []


def test_what_was_searched_for_instead(seeds_searcher: Searcher) -> None:
    """`read_as` tells what was written and what was searched for, of an answer and a search."""
    told = [{"written": "Vladivotsok", "searched": ["Vladivostok"]}]
    question = "Will Kim go to Vladivotsok?"
    assert loaded(contract.answer(seeds_searcher.ask(question)))["read_as"] == told
    assert loaded(contract.search_result(seeds_searcher.search(question)))["read_as"] == told


def test_a_calibration() -> None:
    """`calibrate` gives the point, how it was chosen, and what other shares would come to."""
    counts = Counts(3, 2, 1)
    chosen = Chosen("questions", date(2026, 11, 24), "0" * 12, "mine", 0.1, counts, counts)
    point = OperatingPoint(0.6, 0.3, Correction(1.5, -0.5), chosen)
    told = [TradeOff(0.1, 0.6, 0.3, counts, counts)]
    document = loaded(contract.calibration(point, told, "weights"))
    numbers = {"answered": 3, "close": 2, "not_found": 1}
    assert document == {
        "operating_point": {
            "answer_at": 0.6,
            "close_at": 0.3,
            "correction": {"slope": 1.5, "intercept": -0.5},
            "outdated": True,
            "chosen": {
                "by": "questions",
                "on": "2026-11-24",
                "scale": "0" * 12,
                "data": "mine",
                "answered_wrong": 0.1,
                "answerable": numbers,
                "unanswerable": numbers,
            },
        },
        "trade_offs": [
            {
                "share": 0.1,
                "answer_at": 0.6,
                "close_at": 0.3,
                "answerable": numbers,
                "unanswerable": numbers,
            }
        ],
    }


def test_a_search(seeds_searcher: Searcher) -> None:
    """`search` gives ranked hits."""
    document = loaded(contract.search_result(seeds_searcher.search("Kim", 4)))
    assert set(document) == {"query", "hits", "read_as", "notes", "snapshot"}
    assert [hit["rank"] for hit in document["hits"]] == [1, 2, 3, 4]
    for hit in document["hits"]:
        assert set(hit) == {
            "rank",
            "passage_id",
            "text",
            "score",
            "dense_rank",
            "lexical_rank",
            "citation",
            "also_in",
        }
        assert set(hit["citation"]) == CITATION


def test_a_report(built_seeds: Built) -> None:
    """`rebuild` gives the counts."""
    document = loaded(contract.report(built_seeds.report))
    assert set(document) == {
        "snapshot",
        "files",
        "snippets",
        "passages",
        "reused",
        "embedded",
        "removed",
        "seconds",
        "published",
        "files_added",
        "files_changed",
        "files_removed",
        "skipped",
        "encodings",
        "problems",
    }
    assert (document["files"], document["snippets"], document["passages"]) == (1, 11, 11)


def test_a_status(built_seeds: Built) -> None:
    """`status` gives what is indexed."""
    opened = snapshot.open_current(built_seeds.index_dir)
    document = loaded(contract.status(opened, operating_point.read(built_seeds.index_dir)))
    assert set(document) == {
        "snapshot",
        "files",
        "snippets",
        "corpus_root",
        "corpus_sha256",
        "model",
        "weights_sha256",
        "engine",
        "vectors",
        "operating_point",
        "newsquote_version",
    }
    assert set(document["operating_point"]) == POINT
    assert document["model"] == "all-MiniLM-L6-v2"


def test_a_verification(built_seeds: Built) -> None:
    """`verify` gives counts and findings."""
    opened = snapshot.open_current(built_seeds.index_dir)
    store = PassageStore(opened.directory)
    clean = loaded(
        contract.verification(verify(store.all(), store, opened.corpus_root, ReadOptions()))
    )
    store.close()
    assert clean == {"deep": None, "passages": 11, "files": 1, "findings": []}
    gone = Finding("a.zip", None, "p1", "the text changed", "feed.rss", 2)
    found = Verification(1, 1, (Finding("a.txt", 3, None, "the text changed"), gone))
    assert str(gone) == "a.zip!feed.rss#2: the text changed"
    assert loaded(contract.verification(found))["findings"] == [
        {
            "path": path,
            "entry": entry,
            "line": line,
            "record": record,
            "passage_id": passage_id,
            "problem": "the text changed",
        }
        for path, entry, line, record, passage_id in (
            ("a.txt", "", 3, None, None),
            ("a.zip", "feed.rss", None, 2, "p1"),
        )
    ]


def test_an_error() -> None:
    """A failure gives its kind, place, remedy and exit code."""
    error = EncodingError("a.txt:3: bad.", remedy="Convert it.", path="a.txt", line=3)
    assert loaded(contract.error(error, 4)) == {
        "error": {
            "kind": "EncodingError",
            "message": "a.txt:3: bad.",
            "remedy": "Convert it.",
            "path": "a.txt",
            "line": 3,
            "column": None,
            "exit_code": 4,
        }
    }
    at = QueryError("no month", remedy="Look.", query="x on:2024-13", column=6, width=7)
    assert loaded(contract.error(at, 2))["error"]["column"] == 6
    bare = loaded(contract.error(CorpusNotFoundError("No.", remedy="Look."), 4))["error"]
    assert (bare["path"], bare["line"]) == (None, None)


def test_what_a_source_says_is_passed_on(answered: Answer) -> None:
    """Title, outlet, date with its zone, and address stand in the citation where there are any."""
    metadata = Metadata(
        "A “title”", "The Paper", datetime(2026, 5, 3, 7, tzinfo=UTC), "https://example.org/é"
    )
    quote = answered.quotes[0]
    dated = replace(quote, citation=replace(quote.citation, metadata=metadata))
    moment = metadata.published
    answer = replace(
        answered, quotes=(dated,), snapshot=replace(answered.snapshot, newest_published=moment)
    )
    document = loaded(contract.answer(answer))
    citation = document["quotes"][0]["citation"]
    assert citation["title"] == "A “title”"
    assert citation["outlet"] == "The Paper"
    assert citation["published"] == "2026-05-03T07:00:00+00:00"
    assert citation["url"] == "https://example.org/é"
    assert document["snapshot"]["newest_published"] == "2026-05-03T07:00:00+00:00"


def test_what_was_searched(answered: Answer) -> None:
    """The range searched, the newest relevant date and notes stand in the answer."""
    start, end = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    told = replace(answered, searched_range=(start, end), newest_relevant=start, notes=("So.",))
    document = loaded(contract.answer(told))
    assert document["searched_range"] == {
        "start": "2026-11-17T00:00:00+00:00",
        "end": "2026-11-24T00:00:00+00:00",
    }
    assert document["newest_relevant"] == "2026-11-17T00:00:00+00:00"
    assert document["notes"] == ["So."]
    plain = loaded(contract.answer(answered))
    assert (plain["searched_range"], plain["newest_relevant"], plain["notes"]) == (None, None, [])


def test_every_verdict_has_a_word() -> None:
    """The verdicts are a closed set in the contract."""
    assert {verdict.value for verdict in Verdict} == {"answered", "close", "not_found"}
