"""``newsquote bench``."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from index.benchmarking import suite
from index.commands.exits import print_json, telling_errors
from index.commands.options import JsonOption  # noqa: TC001  Typer reads the annotations


def bench(
    *,
    sizes: Annotated[
        list[int] | None,
        typer.Option(
            "--size",
            min=50,
            help="Measure an index of so many passages; may be repeated.",
            show_default=", ".join(f"{size}" for size in suite.SIZES),
        ),
    ] = None,
    million: Annotated[
        bool, typer.Option("--million", help="A million as well; wants ten gigabytes of disk.")
    ] = False,
    embed_up_to: Annotated[
        int,
        typer.Option(
            help="Embed the passages of an index up to this size; above it, vectors are drawn."
        ),
    ] = 1_000,
    texts: Annotated[int, typer.Option(min=20, help="How many texts to time embedding on.")] = 200,
    questions: Annotated[
        int, typer.Option(min=1, max=1_900, help="How many questions to ask of each index.")
    ] = 100,
    work: Annotated[
        Path,
        typer.Option("--work", help="Where indexes and what was measured are kept.", metavar="DIR"),
    ] = suite.DEFAULT_WORK,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew; else what was measured before counts.")
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Draw how latency and memory grow.", metavar="PNG"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how fast newsquote is on this machine, beside the plain way, on invented news."""
    from index.benchmarking import curves, report
    from index.commands.progress import telling_progress
    from index.evaluation import outputs

    wanted = [*(sizes or suite.SIZES), *([suite.MILLION] if million else [])]
    with telling_errors(as_json=as_json), telling_progress() as tell:
        work.mkdir(parents=True, exist_ok=True)
        outputs.check_writable([plot])
        if fresh:
            suite.forget(work)
        planned = suite.plan(
            work, wanted, embed_up_to=embed_up_to, texts=texts, questions=questions
        )
        results = suite.measure(work, planned, tell)
        if plot is not None:
            plot.write_bytes(curves.png(results.rows, report.headline(results)))
    if as_json:
        print_json(report.document(results))
    else:
        sys.stdout.write(f"{report.table(results)}\n")
