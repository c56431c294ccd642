"""The benchmark of words and filters builds, merges, asks and tells, on a small corpus."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("words.py")


def test_every_stage_is_timed() -> None:
    """What is merged is what was built, and every stage took time."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--passages", "300", "--questions", "8", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=SCRIPT.parents[2],
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["merged_is_the_same"]
    assert report["postings_a_question"] > 0
    assert len(report["ms"]) == 6
    assert all(0 < taken["p50"] <= taken["p95"] for taken in report["ms"].values())
