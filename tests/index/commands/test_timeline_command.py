"""``newsquote timeline`` in a process like a user's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from index import build, cli

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from index.encoders.protocol import Encoder

RECORDS = (
    ("2024-03-04", "Dockers of Calder will vote on a strike."),
    ("2024-03-06", "The dockers of Calder voted for a \x1b[31mstrike over pay."),
    (None, "A strike of dockers at Calder was once broken by the army."),
    ("2024-03-05", "The bakery in Sorrel Street won a prize."),
)


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index of RECORDS."""
    root = tmp_path_factory.mktemp("strike")
    (root / "corpus").mkdir()
    lines = [json.dumps({"text": text, "date": day, "source": "Wire"}) for day, text in RECORDS]
    (root / "corpus" / "wire.jsonl").write_text("\n".join(lines))
    build.rebuild([root / "corpus"], root / "index", encoder)
    return root / "index"


def run(index_dir: Path, *arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli.app, ["timeline", "--index", str(index_dir), *arguments])


def test_each_quote_stands_below_its_day(index_dir: Path) -> None:
    """Day, quote, source; what is left out is told, and no control character reaches a terminal."""
    result = run(index_dir, "dockers", "strike", "Calder")
    assert result.exit_code == 0
    lines = result.stdout.split("\n")
    assert lines[:8] == [
        "dockers strike Calder",
        "1 undated passage left out.",
        "4 Mar 2024",
        "  Dockers of Calder will vote on a strike.",
        "  Wire · 2024-03-04 · wire.jsonl:1",
        "6 Mar 2024",
        "  The dockers of Calder voted for a ␛[31mstrike over pay.",
        "  Wire · 2024-03-06 · wire.jsonl:2",
    ]
    assert lines[8].startswith("As of ")


def test_json_has_the_quotes_with_their_days(index_dir: Path) -> None:
    """One document: unit, entries with citations, what was left out, the snapshot."""
    result = run(index_dir, "dockers strike Calder", "--json")
    document: dict[str, Any] = json.loads(result.stdout)
    assert {name: document[name] for name in ("topic", "unit", "undated", "stale", "notes")} == {
        "topic": "dockers strike Calder",
        "unit": "day",
        "undated": 1,
        "stale": [],
        "notes": ["1 undated passage left out."],
    }
    assert [each["start"] for each in document["entries"]] == ["2024-03-04", "2024-03-06"]
    assert document["entries"][1]["text"] == RECORDS[1][1]
    assert document["entries"][1]["citation"]["first_line"] == 2
    assert document["snapshot"]["passages"] == 4


def test_nothing_found_ends_with_1(index_dir: Path) -> None:
    """A topic that isn't there is said not to be."""
    result = run(index_dir, "Reykjavik")
    assert result.exit_code == 1
    assert "Nothing here mentions “Reykjavik”." in result.stdout
    assert "Nothing with a date found." in result.stdout


@pytest.mark.parametrize(("topic", "code"), [("source:wire", 2), ("after:never strike", 2)])
def test_wrong_use_ends_with_2(index_dir: Path, topic: str, code: int) -> None:
    """A topic that cannot be read, or none."""
    assert run(index_dir, topic).exit_code == code


def test_without_an_index_it_ends_with_3(tmp_path: Path) -> None:
    """No model is loaded for that."""
    assert run(tmp_path / "none", "strike").exit_code == 3
