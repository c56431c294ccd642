"""`rebuild` on the command line: what it tells, and a corpus that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_line import document, run
from index import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import WriteCorpus


def test_rebuild_for_a_reader(own_seeds: tuple[Path, Path]) -> None:
    """The summary has every count and the snapshot; progress goes to stderr."""
    corpus, index_dir = own_seeds
    (corpus / "table.docx").write_text("x")
    result = run("rebuild", corpus, "--index", index_dir)
    assert "11 snippets in 1 file → 11 passages: 11 reused, 0 embedded, 0 removed" in result.stdout
    assert snapshot.current_id(index_dir) in result.stdout
    assert "table.docx" in result.stdout
    assert "reading" not in result.stdout
    assert "reading done" in result.stderr


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
    assert place in error["message"].lower()
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
