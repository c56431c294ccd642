"""`newsquote eval`: its document, its table, its files and its errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import ir_measures
import pytest
from typer.testing import CliRunner

from index.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from indexed import RunPython

# ir-measures is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false


def evaluate(*arguments: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this module's tests keep the data set's index: the first one builds it."""
    return tmp_path_factory.mktemp("eval")


@pytest.fixture(scope="module")
def outcome(town_news: Path, home: Path) -> dict[str, Any]:
    """The document of the whole data set, with a run and answers beside the index."""
    result = evaluate(
        town_news,
        "--json",
        "--index",
        home,
        "--run",
        home / "run",
        "--answers",
        home / "answers.jsonl",
    )
    assert result.exit_code == 0, result.output
    assert "asking done (17)" in result.stderr
    return json.loads(result.stdout)


def test_the_document(outcome: dict[str, Any]) -> None:
    """It says what was asked of what, and every estimate lies in its interval."""
    assert outcome["data_set"]["documents"] == 12
    assert outcome["asked"] == {
        "questions": 17,
        "answerable": 12,
        "ranked": 12,
        "with_answers": 11,
        "with_evidence": 11,
    }
    assert list(outcome["ranking"]) == [
        "nDCG@10",
        "MRR@10",
        "Success@1",
        "Success@3",
        "Success@5",
        "Recall@10",
    ]
    assert outcome["ranking"]["Success@5"]["value"] >= 0.9
    assert outcome["quotes"]["not_verbatim"] == 0
    answered = outcome["verdicts"]
    assert sum(answered["answerable"].values()) == 12
    assert sum(answered["unanswerable"].values()) == 5
    assert {"near miss", "off topic", "no question"} < answered.keys()
    assert outcome["compared"] == {}
    assert outcome["seconds"]["question"]["p95"] >= outcome["seconds"]["question"]["median"] > 0
    for found in estimates(outcome):
        assert found["low"] <= found["value"] <= found["high"]


def estimates(document: object) -> list[dict[str, float]]:
    """Every estimate in a document."""
    if not isinstance(document, dict):
        return []
    fields: dict[str, Any] = document  # pyright: ignore[reportUnknownVariableType]  JSON
    if fields.keys() == {"value", "low", "high"}:
        return [fields]
    return [found for each in fields.values() for found in estimates(each)]


def test_the_run_gives_the_ranking_again(
    outcome: dict[str, Any], home: Path, town_news: Path
) -> None:
    """ir-measures reads the run, and finds in it the values that were reported."""
    run: list[ir_measures.ScoredDoc] = list(ir_measures.read_trec_run(str(home / "run")))
    rows = (town_news / "qrels" / "test.tsv").read_text().splitlines()[1:]
    qrels = [ir_measures.Qrel(q, d, int(grade)) for q, d, grade in map(str.split, rows)]
    names = {"nDCG@10": "nDCG@10", "RR@10": "MRR@10", "R@10": "Recall@10"}
    measures = [ir_measures.parse_measure(name) for name in names]
    for measure, value in ir_measures.calc_aggregate(measures, qrels, run).items():
        assert value == pytest.approx(outcome["ranking"][names[str(measure)]]["value"], abs=1e-4)
    lines = [line.split() for line in (home / "run").read_text().splitlines()]
    assert {(line[1], line[5]) for line in lines} == {("Q0", "newsquote")}
    assert [int(line[3]) for line in lines if line[0] == "q01"] == list(range(1, 13))


def test_answers_are_slices_of_their_documents(
    outcome: dict[str, Any], home: Path, town_news: Path
) -> None:
    """There is a line for every question, and every quote stands in the document it names."""
    texts = {
        row["_id"]: row["text"]
        for row in map(json.loads, (town_news / "corpus.jsonl").read_text("utf-8").splitlines())
    }
    answers = list(map(json.loads, (home / "answers.jsonl").read_bytes().splitlines()))
    assert [each["query_id"] for each in answers] == [
        *(f"q{number:02}" for number in range(1, 13)),
        *(f"u{number:02}" for number in range(1, 6)),
    ]
    for each in answers:
        assert (each["verdict"] != "not_found") == bool(each["quotes"])
        assert all(quote["text"] in texts[quote["doc_id"]] for quote in each["quotes"])
    verdicts = [each["verdict"] for each in answers if each["query_id"] < "u"]
    assert verdicts.count("answered") == outcome["verdicts"]["answerable"]["answered"]


@pytest.mark.usefixtures("outcome")
def test_a_sample_compared_with_the_whole_run(home: Path, town_news: Path) -> None:
    """The index is reused; a ranking is no better than itself; the table says so."""
    result = evaluate(town_news, "--index", home, "--limit", 8, "--compare", home / "run")
    assert result.exit_code == 0, result.output
    assert "8 questions over" in result.stdout
    assert "index reused" in result.stdout
    assert re.search(
        r"^answerable: \d answered, \d close, \d refused$", result.stdout, re.MULTILINE
    )
    assert "embedding" not in result.stderr
    assert "difference +0.000 (+0.000 to +0.000), p = 1.0000" in result.stdout
    for name in ("nDCG@10", "answer in three quotes", "AUROC", "coverage at 5% risk", "ECE"):
        assert name in result.stdout


def test_evidence_taken_out(home: Path, town_news: Path, outcome: dict[str, Any]) -> None:
    """What was asked without its evidence comes in addition; the rest stays as it was."""
    result = evaluate(town_news, "--index", home, "--json", "--taken-out")
    assert "asking without the evidence done (12)" in result.stderr
    told = json.loads(result.stdout)
    assert sum(told["verdicts"].pop("taken out").values()) == 12
    assert told["confidence"]["auroc"].pop("taken out")["value"] > 0.8
    assert told["quotes"].pop("checked") > outcome["quotes"]["checked"]
    for name in ("asked", "ranking", "answer_in_quotes", "verdicts", "confidence"):
        assert told[name] == outcome[name]


@pytest.mark.usefixtures("outcome")
def test_another_run_is_told_apart(home: Path, town_news: Path, tmp_path: Path) -> None:
    """Against a run that finds nothing every question is better, and p is exact for so few."""
    other = tmp_path / "other.run"
    other.write_text("".join(f"q{number:02} Q0 none 1 1.0 x\n" for number in range(1, 13)))
    result = evaluate(town_news, "--json", "--index", home, "--compare", other, "--limit", 8)
    compared = json.loads(result.stdout)["compared"]["Success@5"]
    assert (compared["other"], compared["worse"]) == (0, 0)
    assert compared["better"] >= 4
    assert compared["p"] == pytest.approx(2 / 2 ** compared["better"], abs=1e-4)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_malformed_folder_is_a_corpus_problem(own_folder: Path, *, as_json: bool) -> None:
    """Exit code 4, and file and line, before anything is built."""
    path = own_folder / "queries.jsonl"
    path.write_text(path.read_text("utf-8") + "{}\n", "utf-8")
    result = evaluate(own_folder, *(["--json"] if as_json else []))
    assert result.exit_code == 4
    if as_json:
        error = json.loads(result.stdout)["error"]
        assert (error["kind"], error["path"], error["line"]) == ("DataSetError", str(path), 18)
    else:
        assert result.stdout == ""
        assert f"{path}:18 " in result.stderr


def test_a_run_that_cannot_be_written_is_told_first(town_news: Path, tmp_path: Path) -> None:
    """Not after all questions were asked."""
    result = evaluate(town_news, "--index", tmp_path / "home", "--run", tmp_path / "gone" / "run")
    assert result.exit_code == 3
    assert "gone/run" in result.stderr
    assert not (tmp_path / "home").exists()


def test_ids_with_white_space_need_no_run(own_folder: Path, tmp_path: Path) -> None:
    """They are refused where a run is asked for, naming the id."""
    path = own_folder / "queries.jsonl"
    path.write_text(path.read_text("utf-8").replace('"q01"', '"q 1"'), "utf-8")
    result = evaluate(own_folder, "--index", tmp_path, "--run", tmp_path / "run")
    assert result.exit_code == 4
    assert "'q 1'" in result.stderr


@pytest.mark.parametrize("limit", ["0", "-3", "many"])
def test_no_limit_at_all_is_wrong_use(town_news: Path, limit: str) -> None:
    """At least one question must be asked."""
    assert evaluate(town_news, "--limit", limit).exit_code == 2


def test_asking_stays_fast(run_python: RunPython) -> None:
    """The commands load without the libraries that only an evaluation needs."""
    program = (
        "import sys, index.cli;"
        "print(sorted({'ir_measures', 'scipy', 'pytrec_eval'} & set(sys.modules)))"
    )
    assert run_python(program).stdout == "[]\n"


def test_a_missing_library_is_named(run_python: RunPython, town_news: Path) -> None:
    """Without the extra the error says what to install."""
    program = (
        "import sys; from importlib import util; found = util.find_spec;"
        "util.find_spec = lambda name: None if name == 'ir_measures' else found(name);"
        "from index.cli import app; app(['eval', sys.argv[1]])"
    )
    done = run_python(program, town_news)
    assert done.returncode == 3
    assert "newsquote[eval]" in done.stderr
