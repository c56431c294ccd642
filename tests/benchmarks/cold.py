"""What the first answer of a fresh process takes, and what that is made of.

    python tests/benchmarks/cold.py [--starts 5] [--beside CHECKOUT] [--work DIR] [--json]

Indexes ``seeds/`` (``--work`` keeps the index), then starts ``newsquote ask`` so many times, and a
process that does the same step by step. Told are the middle of the starts by the clock, of the
processor ("cpu", which load changes little) and the most memory, and of each step what it added.
The first start is not counted: it may have to compile what is kept for the next. ``--beside`` has
another checkout, by the Python of its ``.venv``, start in turns with this one, on the same index.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from index.benchmarking.processes import environment, load

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[2]
QUESTION: Final = "Where will Kim meet Putin?"
LIMITS: Final = {"seconds": 1.0, "peak_mb": 250.0}
_KB_IN_MB: Final = 1_024

STEPS: Final = """
import json, sys, time
from pathlib import Path

steps = []
last = 0.0

def step(name):
    global last
    now = time.process_time()
    held = [line for line in open("/proc/self/status") if line.startswith("VmRSS")]
    steps.append((name, (now - last) * 1000, int(held[0].split()[1]) / 1024))
    last = now

step("python")
import numpy
step("numpy")
import bot.cli, index.commands.terminal
step("the commands")
import index.search
from index.snapshots import opening
step("the searcher's modules")
from index.encoders.loading import load_encoder
encoder = load_encoder()
step("the encoder")
from index.answering.scorer import packaged_scorer
packaged_scorer()
step("the sentence scorer")
searcher = index.search.open_searcher(Path(sys.argv[1]), encoder)
step("the index")
searcher.ask(sys.argv[2])
step("the first answer")
searcher.ask(sys.argv[2] + " When?")
step("another answer")
json.dump(steps, sys.stdout)
"""


def measure(index: Path, starts: int, beside: Path | None = None) -> dict[str, Any]:
    """Start the command so many times, a checkout ``beside`` it too, and once step by step."""
    newsquote = [sys.executable, "-m", "bot"]
    if not index.is_dir():
        command = [*newsquote, "rebuild", str(ROOT / "seeds"), "--index", str(index)]
        subprocess.run(command, check=True, capture_output=True, env=environment())
    before = load()
    ask = ["-m", "bot", "ask", QUESTION, "--index", str(index)]
    here, there = _Way(Path(sys.executable), ROOT), None
    if beside is not None:
        there = _Way(beside / ".venv" / "bin" / "python", beside)
    turns = [(_start(here, ask), _start(there, ask) if there else None) for _ in range(1 + starts)]
    del turns[0]
    took, others = [own for own, _ in turns], [other for _, other in turns if other]
    steps = subprocess.run(
        [sys.executable, "-c", STEPS, str(index), QUESTION],
        check=True,
        capture_output=True,
        text=True,
        env=environment(),
    )
    return {
        "starts": starts,
        "cores": os.cpu_count(),
        "load_1min": [before, load()],
        **_middle(took),
        "beside": _middle(others) if others else None,
        "steps": [
            {"step": name, "cpu_ms": round(ms, 1), "rss_mb": round(mb, 1)}
            for name, ms, mb in json.loads(steps.stdout)
        ],
    }


class _Way(NamedTuple):
    """A Python that starts newsquote, and where it does."""

    python: Path
    root: Path


def _middle(took: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(each[name] for each in took), 3) for name in took[0]}


def missed(report: dict[str, Any]) -> list[str]:
    """Return the names of what was more than it should be."""
    return [name for name, most in LIMITS.items() if report[name] > most]


def main() -> None:
    """Index where there is no index yet, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--beside", type=Path, help="another checkout, to compare with")
    parser.add_argument("--work", type=Path, help="where to keep the index")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.work or Path(temporary)).absolute()
        beside = options.beside and options.beside.absolute()
        report = measure(home / "seeds", options.starts, beside)
    print(json.dumps(report, indent=2) if options.json else _table(report))


def _start(way: _Way, arguments: Sequence[str]) -> dict[str, float]:
    """Run a command that answers; return its seconds, those of the processor, and its memory."""
    command = [str(way.python), *arguments]
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=way.root,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment(),
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / _KB_IN_MB,
    }


def _table(report: dict[str, Any]) -> str:
    """Lay the report out for reading."""
    late = missed(report)
    lines = [
        (
            f"{report['starts']} starts, {report['cores']} cores,"
            f" load {' to '.join(f'{each:.1f}' for each in report['load_1min'])}"
        ),
        "",
    ]
    for name in ("seconds", "cpu_seconds", "peak_mb"):
        wanted = f"   wanted: {LIMITS[name]:g}" if name in LIMITS else ""
        verdict = (" MISSED" if name in late else " kept") if wanted else ""
        other = report["beside"] and f"   beside: {report['beside'][name]:.2f}"
        lines.append(f"{name:12}{report[name]:9.2f}{other or ''}{wanted}{verdict}")
    lines += ["", f"{'step':26}{'cpu ms':>9}{'MB then':>9}"]
    lines += [f"{s['step']:26}{s['cpu_ms']:9.0f}{s['rss_mb']:9.0f}" for s in report["steps"]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
