"""The soak: a short one holds, and what grows, is lost or fails is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import soak

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


@pytest.mark.parametrize(
    ("values", "flat"),
    [
        ([20.0, 60.0] * 10 + [60.0, 61.0] * 40, True),
        ([60.0 + 0.2 * i for i in range(100)], False),
        ([60.0 - 0.2 * i for i in range(100)], True),
        ([60.0 + 0.05 * i for i in range(100)], True),
    ],
    ids=["warm-up", "leak", "falling", "allowed"],
)
def test_what_grows_after_the_warm_up_is_told(values: list[float], flat: bool) -> None:
    """A line that rises past what is allowed and past what scatters is growth."""
    told = soak.growth([(float(i), value) for i, value in enumerate(values)], allowed=8.0)
    assert told["flat"] is flat


def test_what_does_not_hold_is_named() -> None:
    """Each list that is not empty, a bad end, and each figure that grows."""
    fine = {key: list[str]() for key in ("lost", "doubled", "failed", "violations")}
    report = {
        **fine,
        "tracebacks": 0,
        "exit_code": 0,
        "unserved": 0,
        "growth": {"files": {"flat": True}},
    }
    assert soak.broken(report) == []
    wrong = {**report, "lost": ["one"], "exit_code": 1, "growth": {"files": {"flat": False}}}
    assert soak.broken(wrong) == ["lost", "exit_code", "files"]


def test_a_plot_has_a_bar_a_stretch() -> None:
    """From the lowest to the highest, each bar the median of its part of the time."""
    assert soak.plot([1.0] * 50 + [8.0] * 50, width=4) == "▂▂██"
