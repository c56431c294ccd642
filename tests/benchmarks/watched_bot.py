"""`newsquote`, with its event loop watched: ``python watched_bot.py FILE [--unscored] bot``.

Writes to FILE how late the loop comes back from a sleep: a line every few milliseconds with the
monotonic clock, the lateness, and the processor time so far of all threads and of the loop's own,
all in seconds.
``--unscored`` leaves out the sentence scorer, to tell what it takes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

    from bot.health.measures import Measures
    from bot.settings import Settings
    from index.live import LiveSearcher

EVERY_S: Final = 0.005
UNSCORED: Final = "--unscored"


async def watch(file: TextIO) -> None:
    """Write how late the loop is until cancelled."""
    while True:
        due = time.monotonic() + EVERY_S
        await asyncio.sleep(EVERY_S)
        now = time.monotonic()
        late = max(0.0, now - due)
        file.write(f"{now:.4f} {late:.5f} {time.process_time():.3f} {time.thread_time():.5f}\n")


def main() -> None:
    """Run the command with a watch beside its bot."""
    from bot import cli, runner
    from index.answering import open_snapshot

    path = Path(sys.argv.pop(1))
    if UNSCORED in sys.argv:
        sys.argv.remove(UNSCORED)
        open_snapshot.packaged_scorer = lambda: None
    run = runner.run

    with path.open("w", encoding="ascii") as file:

        async def watched(settings: Settings, live: LiveSearcher, measures: Measures) -> str:
            watching = asyncio.create_task(watch(file))
            try:
                return await run(settings, live, measures)
            finally:
                watching.cancel()

        runner.run = watched
        cli.main()


if __name__ == "__main__":
    main()
