"""The commands: exit codes, one JSON document, errors that help, a terminal left in peace."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import document, program, run
from index import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import Built, WriteCorpus


@pytest.mark.parametrize("command", ["ask", "search", "status", "verify"])
def test_without_an_index(tmp_path: Path, command: str) -> None:
    """Where nothing is built every command says what to run, and exits with 3."""
    words = ["Kim?"] if command in {"ask", "search"} else []
    result = run(command, *words, "--index", tmp_path / "none")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "There is no index in" in result.stderr
    assert "newsquote rebuild" in result.stderr
    error = document(run(command, *words, "--json", "--index", tmp_path / "none"))["error"]
    assert (error["kind"], error["exit_code"]) == ("NoSnapshotError", 3)


@pytest.mark.parametrize("command", ["ask", "search", "status", "verify"])
def test_a_corrupt_index(own_seeds: tuple[Path, Path], command: str) -> None:
    """A damaged file is named, with exit 3."""
    _, index_dir = own_seeds
    (index_dir / snapshot.current_id(index_dir) / "vectors.faiss").write_bytes(b"x")
    words = ["Kim?"] if command in {"ask", "search"} else []
    result = run(command, *words, "--index", index_dir)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "vectors.faiss was truncated or altered" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "The question is empty"),
        (["ask", "x" * 10_000], "10,000 characters long"),
        (["ask", "🎉"], "no word in it"),
        (["search", "?!"], "no word in it"),
        (["search"], "Missing argument"),
        (["search", "Kim", "--limit", "0"], "--limit"),
        (["ask", "Kim?", "--runtime", "abacus"], "--runtime"),
        (["asks"], "No such command"),
        (["ask", "--no-such-option"], "No such option"),
    ],
)
def test_wrong_use(built_seeds: Built, arguments: list[str], said: str) -> None:
    """What cannot be asked is wrong use: exit 2, and what was wrong on stderr."""
    env = {"NEWSQUOTE_INDEX": str(built_seeds.index_dir), "COLUMNS": "200", "TERM": "dumb"}
    result = run(*arguments, env=env)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_paths_from_the_environment(
    write_corpus: WriteCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NEWSQUOTE_CORPUS and NEWSQUOTE_INDEX stand in for argument and option."""
    corpus = write_corpus({"with space/a.txt": "Kim met Putin in Vladivostok.", "b.txt": "Rain."})
    index_dir = tmp_path / "an index"
    env = {
        "NEWSQUOTE_CORPUS": os.pathsep.join([str(corpus / "with space"), str(corpus / "b.txt")]),
        "NEWSQUOTE_INDEX": str(index_dir),
    }
    report = document(run("rebuild", "--json", env=env))
    assert (report["files"], report["passages"]) == (2, 2)
    assert document(run("status", "--json", env=env))["corpus_root"] == str(corpus)
    hit = document(run("search", "Putin", "--json", env=env))["hits"][0]
    assert hit["citation"]["path"] == "with space/a.txt"
    monkeypatch.chdir(tmp_path)
    assert run("ask", "Kim met whom?", "--index", "an index").exit_code in {0, 1}


def test_the_defaults_are_seeds_and_the_hidden_directory(
    tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a project's directory no option is needed."""
    shutil.copytree(seeds, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for name in ("NEWSQUOTE_CORPUS", "NEWSQUOTE_INDEX"):
        monkeypatch.delenv(name, raising=False)
    assert run("rebuild").exit_code == 0
    assert (tmp_path / ".newsquote" / "CURRENT").is_file()
    assert document(run("ask", "Whom did Kim decorate?", "--json"))["verdict"] == "answered"


def test_the_demo(tmp_path: Path, seeds: Path) -> None:
    """The demo builds, answers two questions and refuses one, and asks nothing in a pipe."""
    result = run("demo", seeds, "--index", tmp_path / "index")
    assert result.exit_code == 0
    line = next(seeds.iterdir()).read_text("utf-8").splitlines()[1]
    assert line in result.stdout
    assert "1,331 excess deaths" in result.stdout
    assert "The corpus doesn't say." in result.stdout
    assert "ask>" not in result.stdout
    both = document(run("demo", seeds, "--json", "--index", tmp_path / "index"))
    assert [answer["verdict"] for answer in both["answers"]] == [
        "answered",
        "answered",
        "not_found",
    ]


def test_version_and_help() -> None:
    """`--version` and `--help` are exit 0; help names the commands and the exit codes."""
    result = run("--version")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "newsquote")
    result = run("--help", env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for word in ("rebuild", "ask", "search", "status", "verify", "Exit codes", "3 index problem"):
        assert word in result.stdout


def test_a_process_of_its_own(seeds: Path, tmp_path: Path) -> None:
    """`python -m index` prints one document on stdout and progress on stderr."""
    index_dir = tmp_path / "index"
    done = program("rebuild", seeds, "--json", NEWSQUOTE_INDEX=str(index_dir))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["embedded"] == 11
    assert b"embedding begins (11)" in done.stderr
    done = program("ask", "Where will Kim meet Putin?", "--json", "--index", index_dir)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["quotes"][0]["citation"]["first_line"] == 2
    done = program(
        "ask",
        b"Kim \xff\xfe Putin?".decode(errors="surrogateescape"),
        "--json",
        "--index",
        index_dir,
    )
    assert done.returncode in {0, 1}, done.stderr
    assert json.loads(done.stdout)["question"] == "Kim ?? Putin?"
