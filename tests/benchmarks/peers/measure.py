"""One peer, in its own environment: builds, asks, and writes what it found and what that took.

    PYTHON measure.py ADAPTER DATA.json OUT.json

``compare.py`` starts it. It imports nothing but Python's own library and the adapter.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from protocol import Passage

if TYPE_CHECKING:
    from protocol import Peer

FOUND: Final = 10
WARM_UP: Final = 3
_STATUS: Final = Path("/proc/self/status")


@dataclass
class Measured:
    """What one peer came to: seconds, milliseconds a question, megabytes, ids by question."""

    build_s: float
    build_cpu_s: float
    wall_ms: list[float] = field(default_factory=list[float])
    cpu_ms: list[float] = field(default_factory=list[float])
    peak_mb: float = 0.0
    load: tuple[float, float] = (0.0, 0.0)
    found: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def measure(peer: Peer, passages: list[Passage], questions: dict[str, str]) -> Measured:
    """Build, then ask one question after the other."""
    load = os.getloadavg()[0]
    started, cpu = time.perf_counter(), time.process_time()
    peer.build(passages)
    measured = Measured(time.perf_counter() - started, time.process_time() - cpu)
    for text in list(questions.values())[-WARM_UP:]:
        peer.search(text, FOUND)
    for key, text in questions.items():
        started, cpu = time.perf_counter(), time.process_time()
        measured.found[key] = peer.search(text, FOUND)
        measured.wall_ms.append((time.perf_counter() - started) * 1_000)
        measured.cpu_ms.append((time.process_time() - cpu) * 1_000)
    measured.peak_mb = _peak_mb()
    measured.load = (load, os.getloadavg()[0])
    return measured


def _peak_mb() -> float:
    """Return the most memory this process had. What getrusage tells counts its parent's, too."""
    line = next(line for line in _STATUS.read_text("utf-8").splitlines() if "VmHWM" in line)
    return int(line.split()[1]) / 1_024


def main() -> None:
    """Read, measure, write."""
    adapter, data_path, out_path = sys.argv[1:]
    module, _, name = adapter.partition(":")
    data = json.loads(Path(data_path).read_text("utf-8"))
    passages = [Passage(**each) for each in data["passages"]]
    peer = getattr(importlib.import_module(module), name or "Adapter")()
    measured = measure(peer, passages, data["questions"])
    Path(out_path).write_text(json.dumps(asdict(measured)), "utf-8")


if __name__ == "__main__":
    main()
