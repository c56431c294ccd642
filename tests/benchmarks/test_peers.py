"""The comparison measures those that are there, and names those that aren't, with the reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "peers" / "compare.py"
NEWS = {
    "bridge": "The bridge over the Elbe in Dresden collapsed at night; nobody was hurt.",
    "wheat": "Wheat exports of Ukraine fell by a third in July, the ministry said.",
    "mayor": "The mayor of Lisbon resigned after a week of protests.",
}
ASKED = {
    "q1": ("Which bridge collapsed at night?", "bridge"),
    "q2": ("Who resigned after protests?", "mayor"),
    "q3": ("Nobody knows", None),
}


@pytest.mark.timeout(300)
def test_newsquote_is_measured_and_a_peer_that_is_missing_is_named(tmp_path: Path) -> None:
    """Quality is that of the questions with an answer; a second run measures nothing again."""
    data = tmp_path / "news"
    (data / "qrels").mkdir(parents=True)
    documents = ({"_id": name, "text": text} for name, text in NEWS.items())
    (data / "corpus.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in documents))
    queries = ({"_id": name, "text": text} for name, (text, _) in ASKED.items())
    (data / "queries.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in queries))
    judged = "".join(f"{name}\t{right}\t1\n" for name, (_, right) in ASKED.items() if right)
    (data / "qrels" / "dev.tsv").write_text(judged)
    ours, missing = "newsquote search, no scorer", "txtai 9.14.0, hybrid"
    command = [
        *(sys.executable, SCRIPT, data, "--environments", tmp_path / "none"),
        *("--work", tmp_path / "work", "--only", ours, "--only", missing, "--json"),
    ]
    measured_anew = [True, False]
    for anew in measured_anew:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert (ours in done.stderr) is anew
        report = json.loads(done.stdout)
        assert report["questions"] == 2
        row = report["peers"][ours]
        assert row["Success@1"] == 1
        assert row["nDCG@10"] == 1
        assert row["build_s"] > 0
        assert row["p95_ms"] >= row["p50_ms"] > 0
        assert "is not installed" in report["failed"][missing]
