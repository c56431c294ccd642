"""The benchmark of suggestions reads, asks and tells, over few headlines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("suggestions.py")


def test_everything_that_is_typed_is_told() -> None:
    """As a table and as a JSON document, with how many are suggested."""
    command = [sys.executable, str(SCRIPT), "--headlines", "300"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True)
    report = json.loads(
        subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout
    )
    assert report["headlines"] == 300
    assert {name: row["suggested"] for name, row in report["typed"].items()} | {"a letter": 0} == {
        "nothing": 25,
        "a letter": 0,
        "the beginning of the last": 1,
        "frequent words": 25,
        "a frequent and a rare word": 0,
        "a mistyped word": 0,
        "words that nothing has": 0,
        "letters": 0,
        "a date": 1,
    }
    assert all(f"\n{name} " in shown.stdout for name in report["typed"])
