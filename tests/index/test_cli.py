"""The commands: exit codes, one JSON document, errors that help, a terminal left in peace."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from index import snapshot
from index.cli import app

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typer.testing import Result

    from indexed import Built, RunPython, WriteCorpus

ROOT = Path(__file__).parents[2]

QUESTIONS: dict[str, int | None] = {
    "Where will Kim meet Putin?": 2,
    "How would Kim travel?": 2,
    "What did John Kirby say?": 6,
    "How many excess deaths did the heat cause in Portugal?": 7,
    "What happened to the tour bus?": 8,
    "Who condemned the settlement near Jerusalem?": 9,
    "Is there a famine in Gaza?": 10,
    "Whom did Kim decorate?": 11,
    "Who won the 2022 World Cup?": None,
    "How many people died in the Vermont bus crash?": None,
    "What is the recipe for pancakes?": None,
}


def run(*arguments: object, env: Mapping[str, str] | None = None, stdin: str = "") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin, env=env)


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.fixture
def beside(tmp_path: Path, seeds: Path) -> tuple[Path, Path]:
    """A copy of the seeds and an index of it."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(seeds, corpus)
    result = run("rebuild", corpus, "--index", index_dir)
    assert result.exit_code == 0, result.stderr
    return corpus, index_dir


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


def test_what_may_not_answer_for_a_reader(beside: tuple[Path, Path]) -> None:
    """The closest passages are quoted under a warning, and are no answer to a script: exit 1."""
    _, index_dir = beside
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


def test_search(built_seeds: Built) -> None:
    """`search` lists passages, as many as asked for."""
    result = run(
        "search", "armored", "train", "--limit", "3", "--json", "--index", built_seeds.index_dir
    )
    hits = document(result)["hits"]
    assert result.exit_code == 0
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["citation"]["first_line"] == 2
    text = run("search", "armored train", "--limit", "3", "--index", built_seeds.index_dir).stdout
    assert hits[0]["text"] in text


def test_rebuild_then_status_then_verify(beside: tuple[Path, Path]) -> None:
    """A second build reuses all; status tells what is indexed; verify finds all standing."""
    corpus, index_dir = beside
    report = document(run("rebuild", corpus, "--json", "--index", index_dir))
    assert (report["reused"], report["embedded"], report["removed"]) == (11, 0, 0)
    status = document(run("status", "--json", "--index", index_dir))
    assert status["snapshot"] == report["snapshot"]
    assert status["corpus_root"] == str(corpus)
    result = run("verify", "--json", "--index", index_dir)
    assert (result.exit_code, document(result)) == (0, {"passages": 11, "files": 1, "findings": []})
    assert "all-MiniLM-L6-v2" in run("status", "--index", index_dir).stdout
    assert "all stand" in run("verify", "--index", index_dir).stdout


def test_rebuild_for_a_reader(beside: tuple[Path, Path]) -> None:
    """The summary has every count and the snapshot; progress goes to stderr."""
    corpus, index_dir = beside
    (corpus / "table.docx").write_text("x")
    result = run("rebuild", corpus, "--index", index_dir)
    assert "11 snippets in 1 file → 11 passages: 11 reused, 0 embedded, 0 removed" in result.stdout
    assert snapshot.current_id(index_dir) in result.stdout
    assert "table.docx" in result.stdout
    assert "reading" not in result.stdout
    assert "reading done" in result.stderr


@pytest.mark.parametrize("at", [0, 1, 700, 1_204, -1])
def test_verify_names_file_and_line(beside: tuple[Path, Path], at: int) -> None:
    """One byte changed in the corpus: exit 3, with the file and the line."""
    corpus, index_dir = beside
    file = next(corpus.iterdir())
    raw = bytearray(file.read_bytes())
    line = raw[: at % len(raw)].count(b"\n") + 1
    raw[at] ^= 1
    file.write_bytes(raw)
    result = run("verify", "--index", index_dir)
    assert result.exit_code == 3
    assert f"{file.name}:{line}: the text changed since it was indexed" in result.stdout
    findings = document(run("verify", "--json", "--index", index_dir))["findings"]
    assert [(each["path"], each["line"]) for each in findings] == [(file.name, line)]


def test_verify_one_passage(beside: tuple[Path, Path]) -> None:
    """A passage is verified by the id that `search` gives; an unknown one is exit 3."""
    _, index_dir = beside
    hits = document(run("search", "Kim", "--json", "--index", index_dir))["hits"]
    result = run("verify", hits[0]["passage_id"], "--json", "--index", index_dir)
    assert (result.exit_code, document(result)["passages"]) == (0, 1)
    result = run("verify", "no-such-id", "--index", index_dir)
    assert result.exit_code == 3
    assert "No passage has the id no-such-id" in result.stderr


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
def test_a_corrupt_index(beside: tuple[Path, Path], command: str) -> None:
    """A damaged file is named, with exit 3."""
    _, index_dir = beside
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


@pytest.mark.parametrize(
    ("files", "kind", "place"),
    [
        ({}, "EmptyCorpusError", ""),
        ({"a.docx": "x"}, "EmptyCorpusError", ""),
        ({"a.txt": "\n \n"}, "EmptyCorpusError", ""),
        ({"a.txt": b"ok\ncaf\xe9 \n"}, "EncodingError", "a.txt:2: byte 6"),
        ({"a.txt": b"ok\n\0"}, "BinaryFileError", "a.txt:2: byte 3"),
        ({"a.txt": b"x" * 1_000_001}, "SnippetTooLongError", "a.txt:1"),
    ],
)
def test_a_bad_corpus(
    write_corpus: WriteCorpus, tmp_path: Path, files: dict[str, str | bytes], kind: str, place: str
) -> None:
    """A corpus that cannot be read is exit 4, with the place and the remedy; nothing is built."""
    (tmp_path / "corpus").mkdir()
    corpus = write_corpus(files)
    result = run("rebuild", corpus, "--strict", "--json", "--index", tmp_path / "index")
    error = document(result)["error"]
    assert (result.exit_code, error["kind"], error["exit_code"]) == (4, kind, 4)
    assert place in error["message"]
    assert error["remedy"]
    assert not (tmp_path / "index" / "CURRENT").exists()
    plain = run("rebuild", corpus, "--strict", "--index", tmp_path / "index")
    assert (plain.exit_code, plain.stdout) == (4, "")
    assert plain.stderr.rstrip().endswith(error["remedy"])


def test_a_missing_corpus(tmp_path: Path) -> None:
    """A path that is not there is exit 4, with its name."""
    result = run("rebuild", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert result.exit_code == 4
    assert "nowhere does not exist" in result.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "auto"])
def test_a_legacy_corpus(write_corpus: WriteCorpus, tmp_path: Path, encoding: str) -> None:
    """`--encoding` reads a corpus that is not UTF-8, and quotes from it stand."""
    text = "Le maire de Besançon a été réélu dimanche, a annoncé la préfecture."
    more = "La cérémonie aura lieu à l'hôtel de ville, où les élèves de l'école joueront."
    corpus = write_corpus({"a.txt": f"{text}\n{more}\n".encode("cp1252")})
    result = run("rebuild", corpus, "--encoding", encoding, "--json", "--index", tmp_path / "index")
    assert (result.exit_code, list(document(result)["encodings"])) == (0, ["a.txt"])
    hit = document(run("search", "maire Besançon", "--json", "--index", tmp_path / "index"))[
        "hits"
    ][0]
    assert hit["text"] == text
    assert run("verify", "--index", tmp_path / "index").exit_code == 0


def test_an_unknown_encoding(data: Path, tmp_path: Path) -> None:
    """The name of no encoding is told."""
    result = run("rebuild", data, "--encoding", "klingon", "--index", tmp_path / "index")
    assert result.exit_code == 4
    assert "'klingon'" in result.stderr


def test_an_unknown_model(built_seeds: Built) -> None:
    """A model that is not on this machine is exit 3."""
    result = run("ask", "Kim?", "--model", "./no-model", "--index", built_seeds.index_dir)
    assert result.exit_code == 3
    assert "./no-model is not on this machine" in result.stderr


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


HOSTILE = (
    "Kim met Putin\x1b[31m in \x1b]0;owned\x07Vladivostok\x9b2J, "
    "[bold]said[/bold] Moscow\x08\x7f.\n"
    "Kim spoke\x0b of \u202epeace\u2066 and \x85 left [link=https://example.org]here[/link].\n"
)


def test_the_corpus_does_not_drive_the_terminal(write_corpus: WriteCorpus, tmp_path: Path) -> None:
    """Control characters of text, file names and questions reach no terminal; markup is text."""
    corpus = write_corpus({"a\x1b[2J\x07\u202e.txt": HOSTILE, "left\x1b[31m.docx": "x"})
    env = {"FORCE_COLOR": "", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "300"}
    index_dir = tmp_path / "index"
    shown = [
        run("rebuild", corpus, "--index", index_dir, env=env),
        run("ask", "Where did Kim meet Putin\x1b[0m?", "--index", index_dir, env=env),
        run("ask", "Who won in Vermont\x1b[0m\x9b?", "--index", index_dir, env=env),
        run("search", "Kim\x07", "--index", index_dir, env=env),
        run("status", "--index", index_dir, env=env),
        run("verify", "--index", index_dir, env=env),
    ]
    file = next(path for path in corpus.iterdir() if path.suffix == ".txt")
    file.write_bytes(file.read_bytes().replace(b"Kim", b"Jim"))
    shown.append(run("verify", "--index", index_dir, env=env))
    shown.append(run("search", "Kim", "--index", index_dir, env=env))
    file.write_bytes(b"\xff")
    shown.append(run("rebuild", corpus, "--index", index_dir, env=env))
    for result in shown:
        for character in (result.stdout + result.stderr).replace("\n", "").replace("\t", ""):
            assert unicodedata.category(character) != "Cc", (result.stdout, result.stderr)
            assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert "[bold]said[/bold]" in shown[3].stdout
    assert "[link=https://example.org]here[/link]" in shown[3].stdout


def test_json_carries_the_bytes(write_corpus: WriteCorpus, tmp_path: Path) -> None:
    """In JSON the text is the file's, control characters and all."""
    corpus = write_corpus({"a.txt": HOSTILE})
    index_dir = tmp_path / "index"
    run("rebuild", corpus, "--index", index_dir)
    hits = document(run("search", "Kim", "--json", "--index", index_dir))["hits"]
    assert {hit["text"] for hit in hits} == set(HOSTILE.strip().split("\n"))


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


def test_output_that_is_not_utf8(built_seeds: Built) -> None:
    """On a terminal that cannot show every character the answer still comes."""
    done = program(
        "ask",
        "Whom did Kim decorate – “heroes”?",
        "--index",
        built_seeds.index_dir,
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert done.returncode in {0, 1}, done.stderr
    assert b"Traceback" not in done.stderr


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
    lines = _on_a_terminal(
        ["ask", "--index", str(built_seeds.index_dir)],
        ["Where will Kim meet Putin?", "🎉", "Who won in Vermont?", ""],
    )
    assert "Vladivostok" in lines
    assert "no word in it" in lines
    assert "The corpus doesn't say." in lines
    assert "Traceback" not in lines


def _on_a_terminal(arguments: Sequence[str], typed: Sequence[str]) -> str:
    """Run a command on a pseudo-terminal, type lines, and return all that it showed."""
    import pty

    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "index", *arguments],
        stdin=child,
        stdout=child,
        stderr=child,
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "500"},
    ) as process:
        os.close(child)
        os.write(parent, "".join(f"{line}\n" for line in typed).encode())
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:  # what Linux says when the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(30) == 0
    os.close(parent)
    return shown.decode(errors="replace")
