"""The benchmark of mistyped words counts slips and strangers, on two small corpora."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mistyped import mistyped

SCRIPT = Path(__file__).with_name("mistyped.py")
SETS = SCRIPT.parents[1] / "data_sets"


@pytest.mark.timeout(300)
def test_slips_and_strangers_are_counted(tmp_path: Path) -> None:
    """Most slips are seen through; hardly a word that is not there is taken for another."""
    folders = [SETS / "town_news", SETS / "written_news_held_out"]
    done = subprocess.run(
        [sys.executable, SCRIPT, *folders, "--work", tmp_path, "--most", "30", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=SCRIPT.parents[2],
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert all(sum(row["shares"].values()) == pytest.approx(1) for row in rows)
    shares = {(row["what"], row["kind"]): row["shares"] for row in rows}
    assert shares["mistyped", "word"]["as meant"] > 0.5
    for kind in ("name", "word", "lower case"):
        assert shares["not there", kind]["left"] > 0.95


def test_fingers_slip_once() -> None:
    """A letter is left out, added, swapped or another; what is typed is never what was meant."""
    draw = random.Random(1)
    typed = {mistyped("Boston", draw) for _ in range(200)}
    assert "Boston" not in typed
    assert len(typed) > 40
    assert {len(each) for each in typed} == {5, 6, 7}
