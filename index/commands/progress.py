"""How a build tells how far it is: a bar on a terminal, plain lines elsewhere, on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from index.building.reporting import Progress


@contextmanager
def telling_progress() -> Generator[Progress]:
    """Yield what :func:`index.build.rebuild` calls as it gets on."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage.capitalize(), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _line(stage: str, done: int, total: int) -> None:
    """One line where a stage begins or ends; a log is no place for a bar."""
    if done in {0, total}:
        state = "done" if done else "begins"
        amount = f" ({total:,})" if total > 1 else ""
        sys.stderr.write(f"{stage} {state}{amount}\n")
