"""One corpus embedded here, and by two Ray nodes of which one is killed: do both say the same?

    python tests/benchmarks/two_nodes.py [--passages 200000] [--questions 200] [--far=--engine=…]

Short invented news is built into an index by this process alone, then by ``rebuild --workers auto``
on a cluster of two nodes of this machine, 127.0.0.1 and 127.0.0.2, in a network and among processes
of their own where the user may make these (``unshare``), for ``ray stop`` ends whatever it sees.
When half of the passages are kept, everything that runs on the second node is killed. Then
``newsquote ask`` gets the same questions of both indexes, and the ten best passages of ``newsquote
search`` are compared. ``--far`` hands an option on to the second ``rebuild``, such as another
engine; may be repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

from index import snapshot
from index.benchmarking.news_index import QUESTIONS, SEED
from index.benchmarking.short_index import keep_questions
from index.benchmarking.short_news import ShortNews
from index.cli import app
from index.commands import ask_command, opening, search_command
from index.workers.kept_vectors import DIRECTORY

ITEMS_IN_A_FILE: Final = 500
SECOND: Final = "127.0.0.2"
RAY: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
    "RAY_worker_niceness": "0",
}
_INSIDE: Final = "NEWSQUOTE_INSIDE_A_NETWORK_OF_ITS_OWN"


def main() -> None:
    """Build twice, kill in between, ask, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--far", action="append", default=[])
    options = parser.parse_args()
    if _INSIDE not in os.environ and os.geteuid() == 0 and shutil.which("unshare"):
        os.environ[_INSIDE] = "1"
        inside = 'ip link set lo up && "$0" "$@"; exit $?'  # the shell reaps what loses its parent
        unshare = ["unshare", "--net", "--pid", "--fork", "--mount-proc"]
        command = [*unshare, "sh", "-c", inside, sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, check=False).returncode)
    # A socket's path may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="nq") as name:
        print(json.dumps(compare(Path(name), options), indent=2))


def compare(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Do all of it below a directory."""
    corpus = home / "corpus"
    corpus.mkdir()
    items = list(islice(ShortNews(SEED).items(), options.passages))
    for start in range(0, len(items), ITEMS_IN_A_FILE):
        lines = "".join(f"{each.text}\n" for each in items[start : start + ITEMS_IN_A_FILE])
        (corpus / f"{start // ITEMS_IN_A_FILE:05}.txt").write_text(lines)
    keep_questions(home / QUESTIONS, items)
    questions = [each["text"] for each in json.loads((home / QUESTIONS).read_text())]
    questions = questions[: options.questions]
    started = time.monotonic()
    newsquote("rebuild", corpus, "--index", home / "here")
    here_s = time.monotonic() - started
    killed_at, embedded_after, far_s = _far(home, corpus, options)
    same = [name for name, sha in checksums(home / "here").items() if _far_has(home, name, sha)]
    overlaps, quotes = _asked(home, questions)
    return {
        "passages": options.passages,
        "vectors_when_killed": killed_at,
        "vectors_kept_at_last_look": embedded_after,
        "here_s": round(here_s, 1),
        "far_s": round(far_s, 1),
        "files_the_same": f"{len(same)} of {len(checksums(home / 'here'))}",
        "questions": len(questions),
        "same_quotes": quotes,
        "overlap_of_the_top_10": round(sum(overlaps) / len(overlaps), 4),
        "load_1min": round(os.getloadavg()[0], 1),
    }


def newsquote(*arguments: object) -> str:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **RAY},
    )
    if done.returncode:
        sys.exit(f"newsquote {arguments[0]} ended with {done.returncode}")
    return done.stdout


def checksums(index_dir: Path) -> dict[str, str]:
    """The hash of every file of the current snapshot."""
    return snapshot.open_current(index_dir).manifest.checksums


def kept(index_dir: Path) -> int:
    """Count the vectors on the disk."""
    parquet: Any = import_module("pyarrow.parquet")
    return sum(
        parquet.read_metadata(path).num_rows for path in (index_dir / DIRECTORY).glob("*.parquet")
    )


def _far(home: Path, corpus: Path, options: argparse.Namespace) -> tuple[int, int, float]:
    """Rebuild on two nodes and kill one; say when that was, how many came in all, how long."""
    ray = str(Path(sys.executable).with_name("ray"))
    alone = ["--num-cpus", "1", "--disable-usage-stats", "--object-store-memory", "200000000"]
    head = ["--head", "--node-ip-address", "127.0.0.1", "--port", "6379"]
    head += ["--include-dashboard", "false", "--temp-dir", str(home / "ray")]
    joined = ["--address", "127.0.0.1:6379", "--node-ip-address", SECOND]
    environment = {**os.environ, **RAY, "RAY_ADDRESS": "127.0.0.1:6379"}
    try:
        for node in (head, joined):
            subprocess.run(
                [ray, "start", *node, *alone],
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **RAY},
            )
        started = time.monotonic()
        command = ["rebuild", corpus, "--index", home / "far", "--workers", "auto", *options.far]
        building = subprocess.Popen(
            [sys.executable, "-m", "index", *map(str, command)],
            stdout=subprocess.DEVNULL,
            env=environment,
        )
        killed_at, most = 0, 0
        while building.poll() is None:
            most = max(most, kept(home / "far"))
            if not killed_at and most >= options.passages / 2:
                killed_at = most
                _kill_the_second()
            time.sleep(0.5)
        if building.returncode or not killed_at:
            sys.exit(f"The rebuild ended with {building.returncode}; killed at {killed_at}.")
        return killed_at, most, time.monotonic() - started
    finally:
        subprocess.run([ray, "stop", "--force"], check=False, stdout=subprocess.DEVNULL)


def _kill_the_second() -> None:
    """Kill the second node's raylet, and with it the workers that it started."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "raylet/raylet" in command and f"--node_ip_address={SECOND}" in command:
            os.kill(int(path.parent.name), signal.SIGKILL)


def _far_has(home: Path, name: str, sha: str) -> bool:
    return checksums(home / "far").get(name) == sha


def _asked(home: Path, questions: list[str]) -> tuple[list[float], int]:
    """Ask both indexes; return the overlap of the ten best, and how many answers are the same.

    The commands run in this process, each index opened once for all of them.
    """
    opened = cache(opening.open_named)
    ask_command.open_named = opened
    search_command.open_named = opened
    overlaps: list[float] = []
    same = 0
    for question in questions:
        said: list[Any] = []
        found: list[set[str]] = []
        for name in ("here", "far"):
            answer = _said("ask", home / name, question)
            said.append((answer["verdict"], answer["quotes"]))
            hits = _said("search", home / name, question)["hits"]
            found.append({each["passage_id"] for each in hits[:10]})
        same += said[0] == said[1]
        overlaps.append(len(found[0] & found[1]) / max(len(found[0]), 1))
    return overlaps, same


def _said(command: str, index_dir: Path, question: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [command, "--index", str(index_dir), "--json", question])
    if not done.stdout:
        sys.exit(
            f"newsquote {command} ended with {done.exit_code}: {done.stderr}{done.exception!r}"
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
