"""What is measured in one process: ``python -m index.benchmarking.tasks TASK`` prints its rows."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index.benchmarking.home import INDEX, PLAIN
from index.benchmarking.processes import run
from index.benchmarking.rows import Row, Unit, What

if TYPE_CHECKING:
    from collections.abc import Callable

COLD_STARTS: Final = 3
_ASKED: Final = "What did the agency say about the evacuation near the coast?"


class Kind(StrEnum):
    """The measurements, in the order in which they are made."""

    EMBEDDING = "embedding"
    BUILDING = "building"
    ASKING = "asking"
    SERVING = "serving"
    PLAINLY_SERVING = "plainly serving"
    COLD = "cold"


class Task(msgspec.Struct, frozen=True):
    """A measurement. ``home`` is where the indexes of so many ``passages`` lie.

    ``count`` is of texts to embed, or of questions; ``embedded`` whether passages are, or their
    vectors drawn.
    """

    kind: Kind
    home: str = ""
    passages: int = 0
    count: int = 0
    embedded: bool = True


def measure(task: Task) -> list[Row]:
    """Measure in a process of its own. Raises MeasurementError."""
    if task.kind is Kind.COLD:
        return _cold(task)  # which starts processes itself
    told = run([__name__, msgspec.json.encode(task).decode()]).stdout
    return msgspec.json.decode(told, type=list[Row])


def _here(task: Task) -> list[Row]:
    """Measure in this process."""
    home = Path(task.home)
    makers: dict[Kind, Callable[[], list[Row]]] = {
        Kind.EMBEDDING: lambda: _embedding(task.count),
        Kind.BUILDING: lambda: _building(home, task),
        Kind.ASKING: lambda: _asking(home, task),
        Kind.SERVING: lambda: _serving(home, task, ours=True),
        Kind.PLAINLY_SERVING: lambda: _serving(home, task, ours=False),
    }
    return makers[task.kind]()


def _embedding(count: int) -> list[Row]:
    from index.benchmarking import embedding_speed

    return embedding_speed.measure(count)


def _building(home: Path, task: Task) -> list[Row]:
    from index.benchmarking import building

    return building.measure(home, task.passages, embedded=task.embedded)


def _asking(home: Path, task: Task) -> list[Row]:
    from index.benchmarking import asking

    return asking.measure(home, task.passages, task.count)


def _serving(home: Path, task: Task, *, ours: bool) -> list[Row]:
    from index.benchmarking import serving

    held = serving.ours(home) if ours else serving.plain(home)
    return [
        Row(
            what,
            Unit.MEGABYTES,
            megabytes if ours else None,
            None if ours else megabytes,
            task.passages,
        )
        for what, megabytes in zip((What.SERVING, What.SERVING_OWN), held, strict=True)
    ]


def _cold(task: Task) -> list[Row]:
    """Start both afresh, in turns, each with one question; the middle of the starts is told."""
    home = Path(task.home)
    ways = (
        (["index", "ask", _ASKED, "--index", str(home / INDEX)], (0, 1)),
        (["index.benchmarking.plain_way", str(home / PLAIN), _ASKED], (0,)),
    )
    starts = [[run(*way) for way in ways] for _ in range(COLD_STARTS)]
    middle, plain_middle = (
        sorted(of_way, key=lambda ran: ran.seconds)[COLD_STARTS // 2]
        for of_way in zip(*starts, strict=True)
    )
    rows = [
        Row(What.COLD, Unit.SECONDS, middle.seconds, plain_middle.seconds, task.passages),
        Row(What.COLD_PEAK, Unit.MEGABYTES, middle.peak_mb, plain_middle.peak_mb, task.passages),
    ]
    return [row for row in rows if row.ours is not None]


if __name__ == "__main__":
    measured = _here(msgspec.json.decode(sys.argv[1], type=Task))
    sys.stdout.write(msgspec.json.encode(measured).decode())
