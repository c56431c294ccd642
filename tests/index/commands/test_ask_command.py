"""`ask` on the command line: exit codes, the first quote's line, and what a reader sees."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from command_line import document, on_a_terminal, run

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import Built, RunPython

QUESTIONS: dict[str, int | None] = {
    "Where will Kim meet Putin?": 2,
    "How would Kim travel?": 2,
    "What did John Kirby say?": 6,
    "How many excess deaths did the heat cause in Portugal?": 7,
    "Who condemned the settlement near Jerusalem?": 9,
    "Whom did Kim decorate?": 11,
    "Who won the 2022 World Cup?": None,
    "How many people died in the Vermont bus crash?": None,
    "What is the recipe for pancakes?": None,
}


@pytest.mark.parametrize(("question", "line"), QUESTIONS.items())
def test_ask_on_the_seeds(built_seeds: Built, question: str, line: int | None) -> None:
    """The first quote is from the line that answers (exit 0), or there is none (exit 1)."""
    result = run("ask", question, "--json", "--index", built_seeds.index_dir)
    answer = document(result)
    assert answer["question"] == question
    if line is None:
        assert (result.exit_code, answer["verdict"], answer["quotes"]) == (1, "not_found", [])
        assert ("Vermont" in question) == ("Vermont" in answer["missing_terms"])
        return
    assert (result.exit_code, answer["verdict"]) == (0, "answered")
    assert answer["quotes"][0]["citation"]["first_line"] == line
    for quote in answer["quotes"]:
        citation = quote["citation"]
        raw = (built_seeds.corpus / citation["path"]).read_bytes()
        assert raw[citation["byte_start"] : citation["byte_end"]].decode() == quote["text"]
        assert citation["sha256"] == hashlib.sha256(raw).hexdigest()


def test_ask_for_a_reader(built_seeds: Built) -> None:
    """Without `--json` the quote stands in one line, above its file and line."""
    result = run("ask", "Where", "will", "Kim", "meet", "Putin?", "--index", built_seeds.index_dir)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "Where will Kim meet Putin?"
    assert "to Vladivostok, on the Pacific Coast of Russia" in lines[1]
    assert lines[2].strip() == f"{next(built_seeds.corpus.iterdir()).name}:2"
    assert "As of 20" in lines[-1]
    assert result.stderr == ""


def test_a_refusal_for_a_reader(built_seeds: Built) -> None:
    """A refusal says so, names what is missing, and shows the closest."""
    result = run("ask", "How many died in the Vermont crash?", "--index", built_seeds.index_dir)
    assert result.exit_code == 1
    assert "The corpus doesn't say." in result.stdout
    assert "“Vermont”" in result.stdout
    assert "Closest:" in result.stdout


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_correction_for_a_reader(built_seeds: Built, command: str) -> None:
    """What was searched for instead of a mistyped word stands above what was found."""
    question = "Will Kim travel to Vladivotsok?"
    result = run(command, question, "--index", built_seeds.index_dir)
    lines = result.stdout.splitlines()
    said = lines.index("Searched for Vladivostok (you wrote “Vladivotsok”).")
    assert said == (1 if command == "ask" else 0)
    assert "Vladivostok" in lines[said + 1]


def test_half_an_answer_for_a_reader(built_seeds: Built) -> None:
    """Of two questions one may be answered: that is an answer, and the other is named below."""
    asked = "Where will Kim meet Putin? How many people died in the Vermont bus crash?"
    result = run("ask", asked, "--index", built_seeds.index_dir)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert "to Vladivostok, on the Pacific Coast of Russia" in lines[1]
    assert lines[-2] == (
        "Nothing in the corpus on: “How many people died in the Vermont bus crash?”"
    )


def test_what_may_not_answer_for_a_reader(own_seeds: tuple[Path, Path]) -> None:
    """The closest passages are quoted under a warning, and are no answer to a script: exit 1."""
    _, index_dir = own_seeds
    run("calibrate", "--answer-at", "1", "--close-at", "0", "--index", index_dir)
    result = run("ask", "Where will Kim and Brown meet Putin?", "--index", index_dir)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[1:4] == [
        "This may not answer.",
        "Nothing here mentions “Brown”.",
        "Closest:",
    ]
    assert lines[4].startswith("  1  ")
    assert "Vladivostok" in lines[4]
    result = run("ask", "Where will Kim meet Putin?", "--json", "--index", index_dir)
    assert (result.exit_code, document(result)["verdict"]) == (1, "close")


def test_ask_reads_a_question_from_a_pipe(built_seeds: Built) -> None:
    """Without an argument the question comes from stdin."""
    result = run(
        "ask", "--json", "--index", built_seeds.index_dir, stdin="Where will Kim\nmeet Putin?\n"
    )
    assert document(result)["question"] == "Where will Kim meet Putin?"
    assert result.exit_code == 0


def test_an_unknown_model(built_seeds: Built) -> None:
    """A model that is not on this machine is exit 3."""
    result = run("ask", "Kim?", "--model", "./no-model", "--index", built_seeds.index_dir)
    assert result.exit_code == 3
    assert "./no-model is not on this machine" in result.stderr


def test_ask_in_a_fresh_process_is_light(built_seeds: Built, run_python: RunPython) -> None:
    """A question on a built index loads neither torch nor what only a build needs."""
    done = run_python(
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from index.cli import app\n"
        "words = ['ask', 'Where will Kim meet Putin?', '--index', sys.argv[1]]\n"
        "result = CliRunner().invoke(app, words)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sentencex', 'nupunkt'}\n"
        "print(result.exit_code, sorted(heavy & set(sys.modules)))\n",
        built_seeds.index_dir,
    )
    assert done.stdout.strip() == "0 []", done.stderr


def test_a_prompt_takes_questions(built_seeds: Built) -> None:
    """On a terminal `ask` without a question goes on until an empty line."""
    lines = on_a_terminal(
        ["ask", "--index", str(built_seeds.index_dir)],
        ["Where will Kim meet Putin?", "🎉", "Who won in Vermont?", ""],
    )
    assert "Vladivostok" in lines
    assert "no word in it" in lines
    assert "The corpus doesn't say." in lines
    assert "Traceback" not in lines


def test_a_prompt_takes_what_leans_on_the_last_question(built_seeds: Built) -> None:
    """What it is searched for with is told; a question that stands alone is left as it is."""
    lines = on_a_terminal(
        ["ask", "--index", str(built_seeds.index_dir)],
        ["Where will Kim meet Putin?", "And when is that?", "Who won in Vermont?", ""],
    )
    assert "Searching: And when is that? Kim, Putin" in lines
    assert lines.count("Searching: ") == 1
