"""`rebuild --watch`, the real command: what it prints, and how a signal ends it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from command_line import ROOT
from index import snapshot
from index.snapshots import publishing

if TYPE_CHECKING:
    from pathlib import Path


def test_the_real_command(tmp_path: Path) -> None:
    """`rebuild --watch` publishes on change, tells errors, and ends on SIGTERM with exit 0."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "one.txt").write_text("The dam at Orrin Vale broke on Friday.\n")
    command = ["-m", "index", "rebuild", corpus, "--index", index_dir, "--watch", "--json"]
    with subprocess.Popen(
        [sys.executable, *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            first = json.loads(process.stdout.readline())
            assert first["passages"] == 1
            assert first["snapshot"]["id"] == snapshot.current_id(index_dir)
            (corpus / "two.txt").write_text("Water stood in the streets of Norrvik.\n")
            second = json.loads(process.stdout.readline())
            assert (second["reused"], second["embedded"]) == (1, 1)
            assert second["snapshot"]["id"] == snapshot.current_id(index_dir)
            shutil.rmtree(corpus)
            told = json.loads(process.stdout.readline())["error"]
            assert (told["kind"], told["exit_code"]) == ("CorpusNotFoundError", 4)
            assert snapshot.current_id(index_dir) == second["snapshot"]["id"]
        finally:
            process.send_signal(signal.SIGTERM)
            rest = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    assert rest[0] == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_gives_up_a_running_build(tmp_path: Path, number: signal.Signals) -> None:
    """A build of minutes is not waited for: no draft is left, no index appears, exit 0."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    lines = (f"Item {n} of {n * n} from Orrin Vale, on day {n % 7}." for n in range(4_000))
    (corpus / "many.txt").write_text("\n\n".join(lines))
    command = ["-m", "index", "rebuild", corpus, "--index", index_dir, "--watch"]
    with subprocess.Popen(
        [sys.executable, *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stderr is not None
        told: list[str] = []
        while not told or not told[-1].startswith("embedding begins"):
            told.append(process.stderr.readline())
            assert told[-1], told
        process.send_signal(number)
        out, rest = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    assert told[0] == f"Watching {corpus}; Ctrl-C ends.\n"
    assert out == ""
    assert publishing.drafts(index_dir) == []
    assert snapshot.list_ids(index_dir) == []
