"""All measurements, one after the other; each is kept as soon as it is made.

::

    .newsquote-bench/
      results.json      what was measured, and under which load
      1000-embedded/    corpus, both indexes, questions
      100000-drawn/
"""

from __future__ import annotations

import os
import platform
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index.benchmarking import tasks
from index.benchmarking.home import INDEX
from index.benchmarking.processes import load
from index.benchmarking.rows import Row  # noqa: TC001  msgspec reads the annotations
from index.benchmarking.tasks import Kind, Task
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEFAULT_WORK: Final = Path(".newsquote-bench")
SIZES: Final = (1_000, 10_000, 100_000)
MILLION: Final = 1_000_000
_RESULTS: Final = "results.json"


class Measured(msgspec.Struct, frozen=True):
    """One measurement that was made, between two loads of the machine."""

    task: Task
    rows: list[Row]
    at: datetime
    load: tuple[float, float]


class Results(msgspec.Struct, frozen=True):
    """What was measured so far, by which newsquote, on which machine."""

    newsquote: str
    machine: str
    measured: list[Measured]

    @property
    def rows(self) -> list[Row]:
        """All rows; what two processes measured of one thing is one row."""
        found: dict[tuple[str, int | None], Row] = {}
        for row in (row for each in self.measured for row in each.rows):
            known = found.get((row.what, row.passages))
            found[row.what, row.passages] = row if known is None else _together(known, row)
        return list(found.values())

    @property
    def loads(self) -> tuple[float, float]:
        """The least and the most load that anything was measured under."""
        all_of = [each for measured in self.measured for each in measured.load]
        return min(all_of, default=0.0), max(all_of, default=0.0)


def plan(
    work: Path, sizes: Sequence[int], *, embed_up_to: int, texts: int, questions: int
) -> list[Task]:
    """List what is to be measured, smallest first."""
    planned = [Task(Kind.EMBEDDING, count=texts)]
    for size in sorted(set(sizes)):
        embedded = size <= embed_up_to
        home = str(work / f"{size}-{'embedded' if embedded else 'drawn'}")
        planned += [
            Task(kind, home, size, questions if kind is Kind.ASKING else 0, embedded)
            for kind in Kind
            if kind is not Kind.EMBEDDING
        ]
    return planned


def measure(
    work: Path, planned: Sequence[Task], tell: Callable[[str, int, int], object]
) -> Results:
    """Measure what is planned and was not measured yet. Raises MeasurementError.

    What an earlier run measured counts where newsquote is the same version.
    """
    work.mkdir(parents=True, exist_ok=True)
    kept = _kept(work)
    built_anew: set[str] = set()
    for number, task in enumerate(planned):
        tell(_named(task), number, len(planned))
        known = next((each for each in kept.measured if each.task == task), None)
        if known is not None and task.home not in built_anew and _standing(task):
            continue
        if task.kind is Kind.BUILDING:
            shutil.rmtree(task.home, ignore_errors=True)
            built_anew.add(task.home)
        before = load()
        rows = tasks.measure(task)
        made = Measured(task, rows, datetime.now(UTC), (before, load()))
        others = [each for each in kept.measured if each.task != task]
        kept = Results(kept.newsquote, kept.machine, [*others, made])
        durable.replace_text(work / _RESULTS, f"{msgspec.json.encode(kept).decode()}\n")
    tell("measuring", len(planned), len(planned))
    found = [each for task in planned for each in kept.measured if each.task == task]
    return Results(kept.newsquote, kept.machine, found)


def forget(work: Path) -> None:
    """Remove what was measured and built below ``work``, and nothing else."""
    (work / _RESULTS).unlink(missing_ok=True)
    for home in (*work.glob("*-embedded"), *work.glob("*-drawn")):
        shutil.rmtree(home)


def _kept(work: Path) -> Results:
    """Read what was measured; nothing where the file is of another version or machine."""
    none = Results(version("newsquote"), _machine(), [])
    try:
        kept = msgspec.json.decode((work / _RESULTS).read_bytes(), type=Results)
    except (OSError, msgspec.MsgspecError):
        return none
    same = (kept.newsquote, kept.machine) == (none.newsquote, none.machine)
    return kept if same else none


def _standing(task: Task) -> bool:
    """Say whether what the task was measured on is there still, for those that come after it."""
    return not task.home or (Path(task.home) / INDEX).is_dir()


def _together(one: Row, other: Row) -> Row:
    ours = one.ours if one.ours is not None else other.ours
    plain = one.plain if one.plain is not None else other.plain
    return msgspec.structs.replace(one, ours=ours, plain=plain)


def _named(task: Task) -> str:
    return f"{task.kind}, {task.passages:,} passages" if task.passages else str(task.kind)


def _machine() -> str:
    cores = os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    told = f"{cores} cores" if allowed == cores else f"{allowed} of {cores} cores"
    return f"{platform.machine()}, {told}, Python {platform.python_version()}"
