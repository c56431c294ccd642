"""`newsquote calibrate`: from questions or by hand, shown, taken back, and told by status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from index.answering import operating_point
from index.cli import app

if TYPE_CHECKING:
    from typer.testing import Result

    from indexed import Built

ANSWERABLE = (
    "Where will Kim meet Putin?",
    "What did John Kirby say?",
    "How many excess deaths did the heat cause in Portugal?",
    "What happened to the tour bus?",
    "Whom did Kim decorate?",
)
UNANSWERABLE = (
    "Who won the 2022 World Cup?",
    "What is the recipe for pancakes?",
    "How many people died in the Vermont bus crash?",
    "Who wrote the song?",
    "When does the museum of Lisbon open?",
    "How tall is the tower?",
    "Which team lost in Denver?",
    "Why did the bank fail?",
    "What colour is the flag of Chad?",
    "How do I bake bread?",
)


def calibrate(*arguments: object, as_json: bool = False) -> Result:
    """Run the command in this process."""
    words = ["calibrate", *map(str, arguments), *(["--json"] if as_json else [])]
    return CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})


def told(*arguments: object) -> dict[str, Any]:
    """The document that the command prints."""
    result = calibrate(*arguments, as_json=True)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def index_dir(built_seeds: Built, tmp_path: Path) -> Path:
    """A copy of the seeds' index that the test may calibrate."""
    return Path(shutil.copytree(built_seeds.index_dir, tmp_path / "at" / "index"))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Judged questions about the seeds, as JSON lines."""
    path = tmp_path / "mine.jsonl"
    rows = [{"question": each, "answerable": True} for each in ANSWERABLE]
    rows += [{"question": each, "right": False} for each in UNANSWERABLE]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def test_from_questions(index_dir: Path, questions: Path) -> None:
    """The point keeps to the share, says what it was chosen from, and is in force."""
    document = told(questions, "--index", index_dir)
    point = document["operating_point"]
    chosen = point["chosen"]
    assert (chosen["by"], chosen["data"], chosen["answered_wrong"]) == (
        "questions",
        "mine.jsonl",
        0.1,
    )
    assert chosen["unanswerable"]["answered"] <= 1
    assert sum(chosen["unanswerable"].values()) == 10
    assert sum(chosen["answerable"].values()) == 5
    assert chosen["answerable"]["answered"] >= 4
    assert not point["outdated"]
    assert [each["share"] for each in document["trade_offs"]] == [0.1, 0.2, 0.3]
    kept = operating_point.read(index_dir)
    assert (kept.answer_at, kept.close_at) == (point["answer_at"], point["close_at"])
    assert told("--show", "--index", index_dir)["operating_point"] == point


def test_a_dry_run_leaves_all_as_it_is(index_dir: Path, questions: Path) -> None:
    """It tells the point and the trade-offs in a table, and writes nothing."""
    before = operating_point.read(index_dir)
    result = calibrate(questions, "--answered-wrong", "0.2", "--dry-run", "--index", index_dir)
    assert result.exit_code == 0, result.output
    assert "from mine.jsonl: with an answer" in result.stdout
    assert "20%" in result.stdout
    assert "asking done (15)" in result.stderr
    assert operating_point.read(index_dir) == before


def test_a_folder_is_asked_of_the_index_as_it_stands(index_dir: Path, town_news: Path) -> None:
    """The seeds know nothing of the town's news: what is answered wrongly keeps to the share."""
    document = told(town_news, "--answered-wrong", "0.2", "--index", index_dir)
    assert document["operating_point"]["chosen"]["data"] == "town_news"
    assert document["operating_point"]["chosen"]["unanswerable"]["answered"] <= 1


def test_corrected_by_the_questions(index_dir: Path, questions: Path) -> None:
    """With --correct the confidence of every answer changes, and the thresholds with it."""
    more = [{"question": f"{each} Really?", "right": True} for each in ANSWERABLE]
    with questions.open("a") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in more)
    plain = told(questions, "--index", index_dir)["operating_point"]
    corrected = told(questions, "--correct", "--index", index_dir)["operating_point"]
    assert plain["correction"] is None
    assert corrected["correction"]["slope"] > 0
    assert corrected["answer_at"] != plain["answer_at"]
    assert corrected["chosen"]["unanswerable"] == plain["chosen"]["unanswerable"]
    told("--answer-at", "1", "--index", index_dir)
    assert (
        told("--show", "--index", index_dir)["operating_point"]["correction"]
        == (corrected["correction"])
    )


def test_by_hand_then_shown_then_taken_back(index_dir: Path) -> None:
    """One threshold may be set alone; the other stays."""
    packaged = operating_point.read(index_dir)
    result = calibrate("--answer-at", "0.6", "--close-at", "0.3", "--index", index_dir)
    assert result.exit_code == 0, result.output
    assert "from confidence 0.6 on, close from 0.3; set by hand on 20" in result.stdout
    point = told("--answer-at", "0.9", "--index", index_dir)["operating_point"]
    assert (point["answer_at"], point["close_at"]) == (0.9, 0.3)
    status = CliRunner().invoke(app, ["status", "--json", "--index", str(index_dir)])
    assert json.loads(status.stdout)["operating_point"] == point
    text = CliRunner().invoke(app, ["status", "--index", str(index_dir)]).stdout
    assert "from confidence 0.9 on" in text
    result = calibrate("--reset", "--index", index_dir)
    assert "as newsquote comes" in result.stdout
    assert operating_point.read(index_dir) == packaged


def test_a_point_for_another_confidence_is_told(index_dir: Path) -> None:
    """It stays in force, and status says to calibrate again."""
    told("--answer-at", "0.6", "--index", index_dir)
    path = index_dir / operating_point.FILE
    scale = json.loads(path.read_text())["chosen"]["scale"]
    path.write_text(path.read_text().replace(scale, "0" * 12))
    assert told("--show", "--index", index_dir)["operating_point"]["outdated"]
    text = CliRunner().invoke(app, ["status", "--index", str(index_dir)]).stdout
    assert "calibrate` again" in text


def test_a_damaged_point_can_be_taken_back(index_dir: Path) -> None:
    """Every command that needs the point names the file and the remedy; the remedy works."""
    (index_dir / operating_point.FILE).write_text("{}")
    for words in (["ask", "Kim?"], ["status"], ["calibrate", "--show"]):
        result = CliRunner().invoke(app, [*words, "--index", str(index_dir)])
        assert result.exit_code == 3
        assert "newsquote calibrate --reset" in result.stderr
    assert calibrate("--reset", "--index", index_dir).exit_code == 0
    assert calibrate("--show", "--index", index_dir).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--answer-at"),
        (["--show", "--reset"], "--answer-at"),
        (["mine.jsonl", "--answer-at", "0.5"], "--answer-at"),
        (["--answer-at", "0.3", "--close-at", "0.5"], "set both"),
        (["--answer-at", "1.5"], "--answer-at"),
        (["mine.jsonl", "--answered-wrong", "0"], "--answered-wrong"),
    ],
)
def test_wrong_use(index_dir: Path, arguments: list[str], said: str) -> None:
    """One thing at a time, in range and in order: else exit 2, and nothing is written."""
    result = calibrate(*arguments, "--index", index_dir)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not (index_dir / operating_point.FILE).exists()


def test_too_few_questions(index_dir: Path, questions: Path) -> None:
    """A share that the questions cannot tell is their problem, found before they are asked."""
    result = calibrate(questions, "--answered-wrong", "0.05", "--index", index_dir)
    assert result.exit_code == 4
    assert "at least 20" in result.stderr
    assert "asking" not in result.stderr
    result = calibrate(questions, "--correct", "--index", index_dir)
    assert result.exit_code == 4
    assert "--correct" in result.stderr
    assert not (index_dir / operating_point.FILE).exists()


def test_no_index(tmp_path: Path, questions: Path) -> None:
    """Without an index there is nothing to choose for."""
    for words in ([questions], ["--show"], ["--reset"], ["--answer-at", "0.5"]):
        result = calibrate(*words, "--index", tmp_path / "none")
        assert result.exit_code == 3
        assert "newsquote rebuild" in result.stderr
