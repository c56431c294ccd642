"""The benchmark of one question builds, asks and tells, on a small index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("question.py")


def run(*arguments: object) -> dict[str, Any]:
    """Run the benchmark, without a scorer, and return what it reports."""
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
def test_every_stage_is_timed(tmp_path: Path) -> None:
    """A second run asks the index that the first one built; the stages add up to the whole."""
    setting = ("--passages", 30, "--work", tmp_path, "--scorer", tmp_path)
    built = run(*setting, "--questions", 1)
    assert 20 <= built["passages"] <= 40
    index = sorted(tmp_path.rglob("CURRENT"))
    written = [path.stat().st_mtime_ns for path in index]
    report = run(*setting, "--questions", 7)
    assert [path.stat().st_mtime_ns for path in index] == written
    assert not report["torch_imported"]
    (stages,) = report["ms"].values()
    whole = stages.pop("whole question")
    assert whole["p95"] >= whole["p50"] > 0
    assert sum(stage["cpu_share"] for stage in stages.values()) == pytest.approx(1, abs=0.02)
    assert stages.pop("sentence scorer")["p95"] == 0
    assert all(stage["p95"] > 0 for stage in stages.values())
    assert len(report["ms_by_form"]["without the scorer"]) == 7
