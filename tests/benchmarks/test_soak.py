"""The soak: a short one holds, and what grows, is lost or fails is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("soak.py")


@pytest.mark.timeout(300)
def test_everybody_is_answered_once_through_faults_and_a_rebuild() -> None:
    """Twenty seconds: no reply lost or doubled, no rule broken, figures for what it holds.

    Whether it grows is not asked of so short a time: it is still warming up.
    """
    done = subprocess.run(
        [sys.executable, SCRIPT, "--json", "--minutes", "0.4"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    wrong = ("lost", "doubled", "failed", "violations", "tracebacks", "exit_code")
    assert {name: report[name] for name in wrong if report[name]} == {}
    assert report["asked"] > 0
    assert sum(report["faults"].values()) >= 1
    assert all(told["median"] > 0 for told in report["growth"].values())
