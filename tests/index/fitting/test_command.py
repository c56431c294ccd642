"""`newsquote fit`: what it needs, what it refuses, and a whole fit on small sets.

The sentence scorers are real ones of one layer and few pairs, trained here in seconds. The one that
ships needs spaCy and its small English model, which the development environment does without.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest
from typer.testing import CliRunner

from index import confidence
from index.answering import ranking_models
from index.cli import app
from index.evaluation import beir
from index.fitting import judging, scorers
from index.fitting.dealing import FOLDS, deal
from index.fitting.pairs import pairs
from index.fitting.train_scorer import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from index.evaluation.beir import DataSet
    from index.fitting.asker import Asker
    from indexed import RunPython

SEED = 7
FEW = 12
TIMES = 5
RECIPE = Recipe(layers=1, epochs=1, groups=2, seed=SEED)


def fit(*arguments: object) -> Result:
    """Run the command in this process."""
    words = ["fit", *map(str, arguments)]
    return CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.fixture(scope="module")
def often(town_news: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small data set with each question several times, and with judgements to match."""
    folder = tmp_path_factory.mktemp("sets") / "town_news"
    shutil.copytree(town_news, folder)
    rows = [json.loads(line) for line in (folder / beir.QUERIES).read_text().splitlines()]
    again = [{**row, "_id": f"{row['_id']}-{i}"} for row in rows for i in range(TIMES)]
    (folder / beir.QUERIES).write_text("".join(f"{json.dumps(row)}\n" for row in again))
    for path in (folder / beir.QRELS).glob("*.tsv"):
        header, *judged = path.read_text().splitlines()
        split = [line.split("\t", 1) for line in judged]
        lines = [f"{each}-{i}\t{rest}" for each, rest in split for i in range(TIMES)]
        path.write_text("\n".join([header, *lines]) + "\n")
    return folder


@pytest.fixture(scope="module")
def work(asker: Asker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with scorers of the folds, trained on another name's questions."""
    directory = tmp_path_factory.mktemp("work")
    epochs = [{"elsewhere": pairs(asker.data, asker, SEED)[:FEW]}]
    deals = {"elsewhere": deal(asker, SEED)}
    scorers.train_all(epochs, deals, RECIPE, directory, _untold)
    scorers.contrast_all({"elsewhere": asker}, deals, RECIPE, directory, _untold)
    return directory


def _untold(_stage: str, _done: int, _of: int) -> None:
    """Tell no one how far the work is."""


def test_help_tells_what_it_takes() -> None:
    """The options, the extra, and what to run first."""
    shown = fit("--help")
    assert shown.exit_code == 0
    for word in ("--scorer", "--install", "--work", "--seed", "--json", "extra", "first"):
        assert word in shown.stdout


def test_without_scorers_it_says_how_to_train_them(town_news: Path, tmp_path: Path) -> None:
    """Before anything is indexed."""
    done = fit(town_news, "--work", tmp_path)
    assert done.exit_code == 3
    assert "newsquote fit --scorer" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("missing", "options"), [("lightgbm", ()), ("scipy", ()), ("spacy", ("--scorer",))]
)
def test_a_missing_library_is_named(
    run_python: RunPython, town_news: Path, tmp_path: Path, missing: str, options: tuple[str, ...]
) -> None:
    """Without the extra the error says what to install, before any work is done."""
    program = (
        "import sys; from importlib import util; found = util.find_spec; missing = sys.argv[1];"
        "util.find_spec = lambda name: None if name == missing else found(name);"
        "from index.cli import app; app(['fit', *sys.argv[2:]])"
    )
    done = run_python(program, missing, town_news, "--work", tmp_path / "work", *options)
    assert done.returncode == 3
    assert missing in done.stderr
    assert "newsquote[fit]" in done.stderr
    assert not (tmp_path / "work").exists()


def test_sets_of_one_name_are_refused(town_news: Path, often: Path, work: Path) -> None:
    """One would take the other's place."""
    done = fit(town_news, often, "--work", work)
    assert done.exit_code == 4
    assert "town_news" in done.stderr


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, work: Path) -> None:
    """As for every command that reads a data set."""
    done = fit(tmp_path / "nowhere", "--work", work)
    assert done.exit_code == 4
    assert "nowhere" in done.stderr


def test_questions_that_the_scorers_were_not_told_of_are_refused(
    town: DataSet, often: Path, work: Path, tmp_path: Path
) -> None:
    """Whether a scorer was trained on them could not be told."""
    for name in ("scorer-0.pt", "scorer-1.pt"):
        (tmp_path / name).symlink_to(work / name)
    dealt = {"town_news": dict.fromkeys((question.id for question in town.questions), 0)}
    (tmp_path / scorers.FOLDS_FILE).write_text(json.dumps(dealt))
    done = fit(often, "--work", tmp_path)
    assert done.exit_code == 4
    assert "q01-0" in done.stderr


def test_it_fits_measures_and_writes(
    often: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both files, told on stdout as one document; a second run fits the same again."""
    # The set is small, and so are the leaves.
    monkeypatch.setitem(judging.PARAMETERS, "min_data_in_leaf", 5)
    done = fit(often, "--work", work, "--seed", SEED, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    models = work / "models"
    sure = msgspec.json.decode(
        (models / confidence.FILE).read_bytes(), type=confidence.Model, strict=False
    )
    order = msgspec.json.decode(
        (models / ranking_models.FILE).read_bytes(), type=ranking_models.Models
    )
    assert told == sure.fitted
    assert told["on"] == {"town_news": 17 * TIMES}
    assert told["seed"] == order.fitted["seed"] == SEED
    assert told["with the scorer, cross-fitted"]["town_news"]["success_at_1"] > 0.5
    assert "reading town_news done" in done.stderr
    kept = [(work / f"scorer-{fold}-scores.json").read_bytes() for fold in range(FOLDS)]
    again = fit(often, "--work", work, "--seed", SEED)
    assert again.exit_code == 0, again.output
    assert str(models) in again.stdout
    assert (models / confidence.FILE).read_bytes() == msgspec.json.encode(sure) + b"\n"
    assert [(work / f"scorer-{fold}-scores.json").read_bytes() for fold in range(FOLDS)] == kept
