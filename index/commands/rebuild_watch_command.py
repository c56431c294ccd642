"""``newsquote rebuild --watch``: tells of each rebuild, until SIGINT or SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.commands.exits import exit_code
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from index.build import BuildReport
    from index.building.reporting import Progress
    from index.commands.contract import Document
    from index.errors import NewsquoteError


def watch(
    corpus: Sequence[Path],
    index_dir: Path,
    rebuild: Callable[[Progress], BuildReport],
    *,
    as_json: bool,
) -> None:
    """Rebuild now and on every change. ``as_json`` prints each report, or error, as one line.

    The first signal gives up a build that runs; the index is as before. A second one ends at once.
    Raises CorpusError where the corpus cannot be watched, ModelError.
    """
    from index.building import corpus_watch
    from index.commands import contract, terminal
    from index.commands.progress import telling_progress

    def build() -> None:
        with telling_progress() as tell:

            def told(stage: str, done: int, total: int) -> None:
                # The last stage is done when the new index is published: too late to give up.
                if stop.is_set() and done < total:
                    raise corpus_watch.StoppedError
                tell(stage, done, total)

            report = rebuild(told)
        if as_json:
            _print_line(contract.report(report))
        else:
            terminal.show_report(report, terminal.output())

    def failed(error: NewsquoteError) -> None:
        if as_json:
            _print_line(contract.error(error, exit_code(error)))
        else:
            _tell(f"newsquote: {visible(str(error))}")

    with _stopped_by_signals() as stop:
        if not as_json:
            _tell(f"Watching {visible(', '.join(map(str, corpus)))}; Ctrl-C ends.")
        corpus_watch.watch(corpus, index_dir, build, failed, stop)


@contextmanager
def _stopped_by_signals() -> Generator[threading.Event]:
    """Yield what the first SIGINT or SIGTERM sets; each does what it did before from then on."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def end(_number: int, _frame: object) -> None:
        stop.set()
        restore()

    for each in before:
        signal.signal(each, end)
    try:
        yield stop
    finally:
        restore()


def _print_line(document: Document) -> None:
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.flush()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
