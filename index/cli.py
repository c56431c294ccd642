"""The index commands, each in a module of its own, named here.

``python -m index`` runs them alone; ``newsquote`` mounts them beside the bot's. This is the edge of
the library: it alone reads the environment, through Typer's options
(:mod:`index.commands.options`).
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from index.commands.exits import Exit
from index.commands.on_demand import OnDemandGroup

COMMANDS: Final = {
    "rebuild": "index.commands.rebuild_command:rebuild",
    "ask": "index.commands.ask_command:ask",
    "search": "index.commands.search_command:search",
    "status": "index.commands.status_command:status",
    "verify": "index.commands.status_command:verify",
    "demo": "index.commands.demo_command:demo",
    "timeline": "index.commands.timeline_command:timeline",
    "snapshots": "index.commands.history_command:snapshots",
    "rollback": "index.commands.history_command:rollback",
    "diff": "index.commands.history_command:diff",
    "gc": "index.commands.history_command:gc",
    "eval": "index.evaluation.command:evaluate",
    "calibrate": "index.commands.calibrate_command:calibrate",
    "doctor": "index.commands.doctor_command:doctor",
    "fit": "index.fitting.command:fit",
    "fetch": "index.fetching.command:fetch",
    "bench": "index.benchmarking.command:bench",
}
"""Where the function of each command is; it is imported when the command is asked for."""


class _Group(OnDemandGroup):
    NAMED = COMMANDS


app = typer.Typer(
    name="newsquote",
    cls=_Group,
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


def main() -> None:
    """Run the index commands alone: ``python -m index``."""
    app(prog_name="python -m index")
