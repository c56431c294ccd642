"""The benchmark of replies asks a real bot over real sockets, on a small index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("replies.py")


@pytest.mark.timeout(300)
def test_everybody_is_answered_and_timed(tmp_path: Path) -> None:
    """Commands and mentions; nothing that the bot sends breaks a rule; the loop was watched."""
    done = subprocess.run(
        [
            *(sys.executable, SCRIPT, "--json", "--work", tmp_path),
            *("--passages", "30", "--at-once", "4", "--rounds", "1"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["at_once"], report["rounds"]) == (4, 1)
    assert report["violations"] == []
    assert report["failed"] == 0
    told = report["ms"]
    assert set(told) == {"acknowledged", "replied", "alone", "lag", "of its own"}
    assert all(0 <= each["p50"] <= each["p95"] <= each["max"] for each in told.values())
    assert told["replied"]["p50"] > told["acknowledged"]["p50"] > 0
    assert told["lag"]["max"] > 0
    assert told["of its own"]["max"] > 0
    spent = report["cpu_ms_a_question"]
    assert spent["bot"] > spent["loop"] > 0
    assert spent["stand-in"] > 0
