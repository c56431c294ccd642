"""Measurements in processes of their own, and what a process takes of the machine's memory.

A process that measured something else before has its memory still, and a model once loaded makes
the next start fast: each measurement begins afresh.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.benchmarking.errors import MeasurementError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEFT_OUT: Final = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""They have NumPy compute for another processor than this one."""
_STATUS: Final = Path("/proc/self/status")
_KB_IN_MB: Final = 1_024


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process printed and took: seconds, and at most so many megabytes, where known."""

    stdout: str
    seconds: float
    peak_mb: float | None


def run(arguments: Sequence[str], accepted: Sequence[int] = (0,)) -> Ran:
    """Run a module of ours in a fresh Python. Raises MeasurementError."""
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  our own module, by this interpreter
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as process:
        stdout = process.stdout.read() if process.stdout else ""
        peak_mb = None
        if hasattr(os, "wait4"):
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            unit = _KB_IN_MB**2 if sys.platform == "darwin" else _KB_IN_MB
            peak_mb = used.ru_maxrss / unit
        else:
            process.wait()
        seconds = time.perf_counter() - started
    if process.returncode not in accepted:
        raise MeasurementError(
            f"`python -m {' '.join(arguments)}` ended with {process.returncode}.",
            remedy="Its own words stand above; what was measured before is kept.",
        )
    return Ran(stdout, seconds, peak_mb)


def memory_mb() -> tuple[float, float]:
    """Return this process's resident memory, and what of it is not of mapped files.

    Where the system doesn't tell them, the most that it ever had, for both.
    """
    if _STATUS.is_file():
        lines = (line.partition(":") for line in _STATUS.read_text("utf-8").splitlines())
        found = {name: text.split()[0] for name, _, text in lines if text.endswith(" kB")}
        return int(found["VmRSS"]) / _KB_IN_MB, int(found["RssAnon"]) / _KB_IN_MB
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = most / (_KB_IN_MB**2 if sys.platform == "darwin" else _KB_IN_MB)
    return peak, peak


def load() -> float:
    """Return how many processes want to run, over the last minute; 0 where that isn't told."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def environment() -> dict[str, str]:
    """Return this process's environment, offline, without what slows NumPy."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return {**kept, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
