"""What the corpus holds does not drive the terminal; JSON carries it as it is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from command_line import document, program, run

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import Built, WriteCorpus


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
