"""The benchmark of a cold start asks in fresh processes and says what each step took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("cold.py")


@pytest.mark.skipif(sys.platform != "linux", reason="the steps read their memory from /proc")
@pytest.mark.timeout(300)
def test_a_start_is_measured_and_taken_apart(tmp_path: Path) -> None:
    """Time, processor time and memory of a start; the steps' memory only grows to the peak.

    Another checkout, here one that starts this very Python, is measured in turns.
    """
    python = tmp_path / "other" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    beside = ("--beside", tmp_path / "other")
    done = subprocess.run(
        [sys.executable, SCRIPT, "--starts", "1", "--work", tmp_path, "--json", *beside],
        check=False,
        capture_output=True,
        text=True,
        cwd=SCRIPT.parents[2],
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["starts"] == 1
    assert report["seconds"] > 0
    assert report["cpu_seconds"] > 0
    assert report["beside"]["cpu_seconds"] > 0
    assert report["peak_mb"] > report["steps"][0]["rss_mb"] > 0
    assert [each["step"] for each in report["steps"]][-2:] == ["the first answer", "another answer"]
    assert (tmp_path / "seeds" / "CURRENT").is_file()
