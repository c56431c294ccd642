"""The benchmark of rebuilding builds four times and counts what each build did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("rebuild.py")


def run(*arguments: object) -> dict[str, Any]:
    """Run the benchmark and return what it reports."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments), "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=SCRIPT.parents[2],
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("snippets", "files", "changed"), [(60, 1, 1), (250, 3, 2)])
def test_only_what_changed_is_embedded(
    tmp_path: Path, snippets: int, files: int, changed: int
) -> None:
    """Each changed snippet is one passage that goes and one that comes; the rest is reused."""
    report = run("--snippets", snippets, "--work", tmp_path)
    assert report["files"] == files
    assert report["changed"] == changed
    counts = {
        stage: (row["passages"], row["embedded"], row["reused"], row["removed"], row["published"])
        for stage, row in report["builds"].items()
    }
    assert counts == {
        "first build": (snippets, snippets, 0, 0, True),
        "1 % changed, over all files": (snippets, changed, snippets - changed, changed, True),
        "1 % changed, in few files": (snippets, changed, snippets - changed, changed, True),
        "nothing changed": (snippets, 0, snippets, 0, False),
    }
    assert all(row["seconds"] > 0 for row in report["builds"].values())
    assert not any(tmp_path.iterdir())
