"""The query language on the command line: filters, order, ranges, and errors with a pointer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dated_news import News, opened
from index.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from index.encoders.protocol import Encoder

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
NEWS = (
    News("Ilse Brandt won the Calder regatta.", "2022-05-09", "AFP", "Sailing"),
    News("Tomas Reyk won the Calder regatta.", "2024-03-11", "Reuters", "Boats"),
    News("Heavy rain closed the mountain road to Ghorband.", f"{YESTERDAY:%Y-%m-%d}", "AFP"),
)


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index of dated news of two outlets."""
    root = tmp_path_factory.mktemp("news")
    opened(root, NEWS, encoder).close()
    return root / "index"


def run(index_dir: Path, *arguments: str) -> Result:
    """Run a command on the index."""
    return CliRunner().invoke(app, [*arguments, "--index", str(index_dir)])


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def texts(result: Result) -> list[str]:
    """The texts of the hits."""
    return [hit["text"] for hit in document(result)["hits"]]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("regatta source:reu", [1]),
        ("regatta before:2023", [0]),
        ("regatta after:2024-03-11 -rain", [1]),
        ('"tomas REYK"', [1]),
        ("regatta -Reyk source:afp -rain", [0]),
        ("title:boats", [1]),
        ("source:AFP", [2, 0]),
        ("on:yesterday", [2]),
    ],
)
def test_a_filtered_search(index_dir: Path, query: str, rows: list[int]) -> None:
    """Only what passes is listed."""
    result = run(index_dir, "search", query, "--json")
    assert result.exit_code == 0
    assert texts(result) == [NEWS[row].text for row in rows]
    assert document(result)["query"] == query


def test_an_order(index_dir: Path) -> None:
    """`--sort` lists by date; `--half-life` lets what is old fall back."""
    newest = run(index_dir, "search", "regatta", "--sort", "newest", "--json")
    assert texts(newest) == [NEWS[1].text, NEWS[0].text]
    oldest = run(index_dir, "search", "regatta", "--sort", "oldest", "--json")
    assert texts(oldest) == [NEWS[0].text, NEWS[1].text]
    aged = run(index_dir, "search", "regatta source:afp", "--half-life", "12h", "--json")
    assert texts(aged) == [NEWS[2].text, NEWS[0].text]
    wrong = run(index_dir, "search", "regatta", "--half-life", "soon")
    assert wrong.exit_code == 2
    assert "30d" in wrong.stderr


def test_a_wrong_operator_is_pointed_at(index_dir: Path) -> None:
    """The error stands in a line, and below it the query with the place marked; exit 2."""
    for command in ("ask", "search"):
        result = run(index_dir, command, "regatta before:2024-13-01")
        assert result.exit_code == 2
        first, query, carets = result.stderr.splitlines()
        assert first.startswith("newsquote: before:2024-13-01: there is no month 13. Write")
        assert query == "regatta before:2024-13-01"
        assert carets == "               ^^^^^^^^^^ there is no month 13"
    error = document(run(index_dir, "ask", "regatta before:2024-13-01", "--json"))["error"]
    assert (error["kind"], error["column"], error["exit_code"]) == ("QueryError", 16, 2)


def test_nothing_passes(index_dir: Path) -> None:
    """The search says which filter nothing meets; exit 1."""
    result = run(index_dir, "search", "regatta source:tass")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [
        "No outlet here has a name that begins with “tass”.",
        "Nothing found.",
    ]


def test_the_range_is_told(index_dir: Path) -> None:
    """The answer names the days that were searched, and how to search all; so does its JSON."""
    question = "Who won the Calder regatta in March 2024?"
    lines = run(index_dir, "ask", question).stdout.splitlines()
    assert lines[:3] == [
        question,
        "Searched 1 Mar to 2 Apr 2024; --any-date searches all.",
        f"  1  {NEWS[1].text}",
    ]
    searched = document(run(index_dir, "ask", question, "--json"))["searched_range"]
    assert searched == {"start": "2024-03-01T00:00:00+00:00", "end": "2024-04-03T00:00:00+00:00"}
    everywhere = document(run(index_dir, "ask", question, "--any-date", "--json"))
    assert everywhere["searched_range"] is None
    explained = run(index_dir, "search", "--explain", question).stdout
    assert "Searched 1 Mar to 2 Apr 2024" in explained
    explained = run(index_dir, "search", "--explain", question, "--any-date").stdout
    assert "Searched" not in explained


def test_the_age_of_the_newest_comes_first(index_dir: Path) -> None:
    """Who asks for the latest is told before anything else how old it is."""
    lines = run(index_dir, "ask", "What is the latest on the regatta?").stdout.splitlines()
    age = (datetime.now(UTC).date() - datetime(2024, 3, 11, tzinfo=UTC).date()).days
    assert lines[1] == f"The newest relevant item is of 11 Mar 2024, {age:,} days old."


@pytest.mark.parametrize(
    "options", [("--any-date",), ("--explain", "--sort", "newest"), ("--explain", "--half-life=1d")]
)
def test_options_that_would_do_nothing_are_refused(
    index_dir: Path, options: tuple[str, ...]
) -> None:
    """They are wrong use: exit 2."""
    assert run(index_dir, "search", "regatta", *options).exit_code == 2
