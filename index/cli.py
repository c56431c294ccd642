"""The index commands, each in a module of its own, mounted here.

``python -m index`` runs them alone; ``newsquote`` mounts them beside the bot's. This is the edge of
the library: it alone reads the environment, through Typer's options
(:mod:`index.commands.options`).
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from index.benchmarking.command import bench
from index.commands.ask_command import ask
from index.commands.calibrate_command import calibrate
from index.commands.demo_command import demo
from index.commands.doctor_command import doctor
from index.commands.exits import Exit
from index.commands.history_command import diff, gc, rollback, snapshots
from index.commands.rebuild_command import rebuild
from index.commands.search_command import search
from index.commands.status_command import status, verify
from index.commands.timeline_command import timeline
from index.evaluation.command import evaluate
from index.fetching.command import fetch
from index.fitting.command import fit

app = typer.Typer(
    name="newsquote",
    help="Ask a news corpus; get verbatim quotes with their source.",
    epilog="Exit codes: 0 done, 1 nothing found, 2 wrong use, 3 index problem, 4 corpus problem.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def version_callback(value: bool) -> None:
    """Print the version and end, where ``--version`` was given."""
    if value:
        sys.stdout.write(f"newsquote {version('newsquote')}\n")
        raise typer.Exit(Exit.DONE)


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", callback=version_callback, is_eager=True, help="Print the version and exit."
    ),
]


@app.callback()
def _root(*, version: VersionOption = False) -> None:  # pyright: ignore[reportUnusedFunction]  Typer registers it
    """Ask a news corpus; get verbatim quotes with their source."""
    del version


app.command()(rebuild)
app.command()(ask)
app.command()(search)
app.command()(status)
app.command()(verify)
app.command()(demo)
app.command()(timeline)
app.command()(snapshots)
app.command()(rollback)
app.command()(diff)
app.command()(gc)
app.command("eval")(evaluate)
app.command()(calibrate)
app.command()(doctor)
app.command()(fit)
app.command()(fetch)
app.command()(bench)


def main() -> None:
    """Run the index commands alone: ``python -m index``."""
    app(prog_name="python -m index")
