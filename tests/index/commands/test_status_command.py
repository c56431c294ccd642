"""`status` and `verify` on the command line: what stands, and what doesn't, by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_line import document, run

if TYPE_CHECKING:
    from pathlib import Path


def test_rebuild_then_status_then_verify(own_seeds: tuple[Path, Path]) -> None:
    """A second build reuses all; status tells what is indexed; verify finds all standing."""
    corpus, index_dir = own_seeds
    report = document(run("rebuild", corpus, "--json", "--index", index_dir))
    assert (report["reused"], report["embedded"], report["removed"]) == (11, 0, 0)
    status = document(run("status", "--json", "--index", index_dir))
    assert status["snapshot"] == report["snapshot"]
    assert status["corpus_root"] == str(corpus)
    assert status["engine"] == status["vectors"]["kind"] == "faiss-flat"
    assert "Vectors     faiss-flat (11 vectors" in run("status", "--index", index_dir).stdout
    result = run("verify", "--json", "--index", index_dir)
    assert result.exit_code == 0
    assert document(result) == {"deep": None, "passages": 11, "files": 1, "findings": []}
    assert "all-MiniLM-L6-v2" in run("status", "--index", index_dir).stdout
    assert "all stand" in run("verify", "--index", index_dir).stdout


@pytest.mark.parametrize("at", [0, 1, 700, 1_204, -1])
def test_verify_names_file_and_line(own_seeds: tuple[Path, Path], at: int) -> None:
    """One byte changed in the corpus: exit 3, with the file and the line."""
    corpus, index_dir = own_seeds
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


def test_verify_one_passage(own_seeds: tuple[Path, Path]) -> None:
    """A passage is verified by the id that `search` gives; an unknown one is exit 3."""
    _, index_dir = own_seeds
    hits = document(run("search", "Kim", "--json", "--index", index_dir))["hits"]
    result = run("verify", hits[0]["passage_id"], "--json", "--index", index_dir)
    assert (result.exit_code, document(result)["passages"]) == (0, 1)
    result = run("verify", "no-such-id", "--index", index_dir)
    assert result.exit_code == 3
    assert "No passage has the id no-such-id" in result.stderr
