"""The comparison of engines asks every kind and tells what each loses, on a small data set."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("engine_quality.py")
TOWN_NEWS = Path(__file__).parents[1] / "data_sets" / "town_news"


def test_every_kind_is_told_beside_exact_search() -> None:
    """As a JSON document; so few passages are searched exactly or in half precision."""
    command = [sys.executable, str(SCRIPT), str(TOWN_NEWS), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert told["questions"] == 17
    taken = {kind: row["taken"] for kind, row in told["kinds"].items()}
    assert taken == {
        "faiss-flat": "faiss-flat",
        "faiss-fp16": "faiss-fp16",
        "faiss-pq": "faiss-fp16",
    }
    assert told["kinds"]["faiss-flat"]["lost"] == 0
    assert told["kinds"]["faiss-flat"]["Success@1"] > 0.5
