"""What the terminal shows of records that a corpus seldom gives: long lists, gaps, doubts."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from index.answering.operating_point import OperatingPoint
from index.build import BuildReport
from index.commands import engine_terminal, exits, explain_terminal, history_terminal, terminal
from index.corpus.problems import Kind as Wrong
from index.corpus.problems import Problem
from index.engines.kinds import Kind, VectorLayout
from index.place import Place
from index.records import Answer, Citation, Metadata, Quote, SnapshotInfo, Verdict
from index.snapshots.garbage import Collected, Removed
from index.snapshots.history import Listed, Listing

SNAPSHOT = SnapshotInfo("20261124-1", datetime(2026, 11, 24, 9, tzinfo=UTC), None, 7)
REPORT = BuildReport(SNAPSHOT, 2, 9, 7, 0, 7, 0, 1.5, (), {})
CITED = Citation(Place("a.txt", 3, 3, 0, 9), "0" * 64, Metadata())
QUOTE = Quote("It rained.", "id", 0.9, CITED)
ANSWER = Answer("Did it rain?", Verdict.NOT_FOUND, 0.1, (), (), (), (), SNAPSHOT)
POINT = OperatingPoint(answer_at=0.6, close_at=0.3)


@pytest.fixture
def console() -> Console:
    """A console that remembers what it prints."""
    return Console(file=io.StringIO(), width=200, soft_wrap=True, highlight=False)


def shown(console: Console) -> str:
    """Return what was printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_of_many_problems_the_first_are_shown_and_the_rest_counted(console: Console) -> None:
    """The line says which command lists all."""
    many = tuple(
        Problem(Wrong.EMPTY, f"{number}.txt", "It is empty.", lost=False)
        for number in range(terminal.PROBLEMS_SHOWN + 1_200)
    )
    terminal.show_report(replace(REPORT, problems=many), console)
    lines = shown(console).splitlines()
    assert sum(line.startswith("Doubt: ") for line in lines) == terminal.PROBLEMS_SHOWN
    assert "… and 1,200 more: `newsquote doctor` lists all." in lines


def test_a_file_that_is_not_utf8_is_named_with_its_encoding(console: Console) -> None:
    """Who reads the report can check the guess."""
    terminal.show_report(replace(REPORT, encodings={"old.txt": "cp1252"}), console)
    assert "old.txt was read as cp1252" in shown(console)


def test_a_refusal_without_anything_close_says_only_that(console: Console) -> None:
    """No heading over nothing, and no missing names where none are missing."""
    terminal.show_answer(ANSWER, console)
    told = shown(console)
    assert "The corpus doesn't say." in told
    assert "Closest" not in told
    assert "mentions" not in told


def test_a_quote_says_where_else_its_words_stand(console: Console) -> None:
    """Each near copy with its place, in one line."""
    copies = tuple(
        replace(CITED, place=Place(f"{name}.txt", 1, 1, 0, 9)) for name in ("wire", "late")
    )
    answer = replace(ANSWER, verdict=Verdict.ANSWERED, quotes=(replace(QUOTE, also_in=copies),))
    terminal.show_answer(answer, console)
    (line,) = [line for line in shown(console).splitlines() if "also in" in line]
    assert "wire.txt" in line
    assert "late.txt" in line


@pytest.mark.parametrize(
    ("verdict", "confidence", "said"),
    [
        (Verdict.ANSWERED, 0.7, ("from 0.6 on (met)", "from 0.3 on (met).")),
        (Verdict.CLOSE, 0.4, ("from 0.6 on (missed)", "from 0.3 on (met).")),
        (Verdict.CLOSE, 0.7, ("but it names what nothing here mentions.",)),
        (Verdict.NOT_FOUND, 0.1, ("from 0.3 on (missed).",)),
        (Verdict.NOT_FOUND, 0.4, ("but nothing stands that could be quoted.",)),
    ],
)
def test_a_verdict_against_its_confidence_is_explained(
    verdict: Verdict, confidence: float, said: tuple[str, ...]
) -> None:
    """Which thresholds were met; and where that isn't the verdict, why it is another."""
    told = explain_terminal.judged(replace(ANSWER, verdict=verdict, confidence=confidence), POINT)
    assert all(each in told for each in said)
    assert told.count("; but ") == ("but" in said[0])


def test_a_refusal_for_the_names_alone_is_explained() -> None:
    """The confidence would have done; a name that nothing here mentions was all that was named."""
    refused = replace(ANSWER, verdict=Verdict.NOT_FOUND, confidence=0.4, missing_terms=("Osk",))
    told = explain_terminal.judged(refused, POINT)
    assert told.endswith("; but it names only what nothing here mentions.")


def test_collections_that_go_from_milvus_are_named(console: Console) -> None:
    """A dry run says what would go."""
    gone = Collected(
        (Removed("20261123-1", 2_000_000),),
        (),
        ("20261124-1",),
        dry_run=True,
        collections=("nq_1",),
    )
    history_terminal.show_collected(gone, console)
    assert "nq_1  would be dropped from Milvus" in shown(console)
    assert "2.0 MB would be freed; 1 snapshot would stay." in shown(console)


def test_a_snapshot_whose_manifest_is_gone_is_listed_without_counts(console: Console) -> None:
    """Its size and what is wrong are told all the same."""
    broken = Listed("20261123-1", None, None, None, 1_000, current=False, problem="no manifest")
    history_terminal.show_snapshots(Listing((broken,)), console)
    assert "20261123-1  ?  1.0 kB" in shown(console)
    assert "no manifest" in shown(console)


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (VectorLayout(), "faiss-flat"),
        (VectorLayout(Kind.HALF, "asked for"), "faiss-fp16 (asked for)"),
        (
            VectorLayout(Kind.PQ, k_factor=8, recall_at_10=0.991, queries=1000),
            (
                "faiss-pq; finds 99.1% of the ten nearest"
                " (k_factor 8, measured with 1000 of the corpus's own vectors)"
            ),
        ),
        (
            VectorLayout(Kind.PQ, k_factor=8, recall_at_10=1.0, recall_at_100=0.97, queries=9),
            (
                "faiss-pq; finds 100.0% of the ten nearest and 97.0% of the hundred (k_factor 8,"
                " measured with 9 of the corpus's own vectors)"
            ),
        ),
        (
            VectorLayout(main=5000, side=40, gone=3),
            "faiss-flat; 40 vectors beside the 5,000 of the main file, 3 of these no longer used",
        ),
    ],
)
def test_an_engine_is_told_in_a_line(layout: VectorLayout, said: str) -> None:
    """What was measured is told with its numbers, what was not is left out."""
    assert engine_terminal.told(layout) == said


def test_output_into_a_stream_without_an_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python code that catches what is printed gets it: such a stream can't be told an encoding."""
    caught = io.StringIO()
    monkeypatch.setattr(sys, "stdout", caught)
    terminal.output().print("héllo")
    exits.print_json({"a": "ü"})
    first, _, rest = caught.getvalue().partition("\n")
    assert first == "héllo"
    assert json.loads(rest) == {"a": "ü"}
