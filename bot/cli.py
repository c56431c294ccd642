"""The ``newsquote`` command: the index's commands, and the bot's beside them.

What ``.env`` sets takes the place of the options' defaults; the environment and the command line
win over it. Discord is imported by the bot's own commands alone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path  # noqa: TC003  # Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from bot.owner.telling import ENV_FILE, read_settings, telling_errors
from index import cli as index_cli
from index.commands import options  # noqa: TC001  Typer reads the annotations
from index.commands.exits import Exit, print_json
from index.commands.on_demand import OnDemandGroup

if TYPE_CHECKING:
    from collections.abc import Callable

# The parameters of the index's commands that a setting gives a default, and that setting.
_DEFAULTS = {
    "corpus": "corpus",
    "index_dir": "index",
    "model": "model",
    "engine": "engine",
    "milvus_uri": "milvus_uri",
}
_ARGUMENTS = "bot.cli.arguments"


class _Group(OnDemandGroup):
    """Notes the command's arguments before Click takes them apart."""

    NAMED: ClassVar = {
        **index_cli.COMMANDS,
        "bot": "bot.cli:bot",
        "sync": "bot.cli:sync",
        "backup": "bot.owner.backup_command:backup",
        "restore": "bot.owner.backup_command:restore",
        "health": "bot.owner.health_command:health",
        "invite": "bot.owner.invite_command:invite",
        "preview": "bot.owner.preview_command:preview",
    }

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]  # Typer's own Context is the one it passes
        ctx.meta[_ARGUMENTS] = frozenset(args)
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="newsquote",
    cls=_Group,
    help=index_cli.app.info.help,
    epilog=index_cli.app.info.epilog,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
feedback = typer.Typer(help="What people think of the answers.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")
_INDEX_COMMANDS = (
    "rebuild",
    "ask",
    "search",
    "timeline",
    "status",
    "verify",
    "doctor",
    "fetch",
    "snapshots",
    "rollback",
    "diff",
    "gc",
    "demo",
    "eval",
    "calibrate",
)


@app.callback()
def _root(ctx: typer.Context, *, version: index_cli.VersionOption = False) -> None:  # pyright: ignore[reportUnusedFunction]  # Typer registers it
    """Ask a news corpus; get verbatim quotes with their source."""
    del version
    arguments: frozenset[str] = ctx.meta[_ARGUMENTS]
    # Help must be had with a broken .env as well; the environment reaches the options by itself.
    if ctx.resilient_parsing or arguments & {"-h", "--help"} or not ENV_FILE.is_file():
        return
    with telling_errors(as_json="--json" in arguments):
        settings = read_settings()
    values: dict[str, object] = {
        parameter: str(getattr(settings, field))
        for parameter, field in _DEFAULTS.items()
        if field in settings.model_fields_set
    }
    several = dict(values)
    if "corpus" in values:
        several["corpus"] = str(values["corpus"]).split(os.pathsep)
    # `fetch` stores into one directory, the others read several.
    ctx.default_map = {**dict.fromkeys(_INDEX_COMMANDS, several), "fetch": values}


def bot(
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Start nothing; say what is to fix, and where to click."),
    ] = False,
    as_json: options.JsonOption = False,
) -> None:
    """Run the Discord bot until Ctrl-C or SIGTERM; --json also makes the log JSON."""
    from bot.owner import stopping

    if check:
        from bot.owner import checkup_command

        raise typer.Exit(checkup_command.run(as_json=as_json))
    served = None
    try:
        with telling_errors(as_json=as_json), stopping.early() as stopped:
            served, stopped_by = _serve(as_json=as_json, stopped=stopped)
    except stopping.StoppedEarly as error:
        stopped_by = error.name
    if as_json:
        print_json({"stopped_by": stopped_by, "snapshot": served})


def _serve(*, as_json: bool, stopped: Callable[[], None]) -> tuple[str, str]:
    """Open the index and serve; return the snapshot that answered last, and what stopped us."""
    import asyncio
    import gc

    from bot import logs, runner
    from bot.health.listening import ErrorCounter
    from bot.health.measures import Measures
    from index.encoders.loading import load_encoder
    from index.engines.milvus_server import named
    from index.live import open_live

    settings = read_settings()
    if as_json:
        settings = settings.model_copy(update={"log": "json"})
    settings.token()
    measures = Measures()
    logs.set_up(settings, also=[ErrorCounter(measures)])
    live = open_live(
        settings.index, load_encoder(settings.model), measures, named(settings.milvus_uri)
    )
    stopped()
    # What is loaded by now stays, and what a question leaves behind is mostly freed at once:
    # while Python looks for garbage in all of it, for a tenth of a second, nobody is answered.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        stopped_by = asyncio.run(runner.run(settings, live, measures))
    except KeyboardInterrupt:  # where asyncio cannot handle signals (Windows)
        stopped_by = "SIGINT"
    return live.current.info.id, stopped_by


def sync(*, as_json: options.JsonOption = False) -> None:
    """Register the slash commands with Discord; needed once, and after they change."""
    import asyncio

    from bot import logs, runner

    with telling_errors(as_json=as_json):
        settings = read_settings()
        settings.token()
        logs.set_up(settings)
        names = asyncio.run(runner.sync_commands(settings))
    if as_json:
        print_json({"commands": names})
    else:
        sys.stdout.write(f"Registered: {', '.join(f'/{name}' for name in names)}\n")


@feedback.command("export")
def export_feedback(
    directory: Annotated[
        Path, typer.Argument(help="Where to write the data set.", metavar="DIR", file_okay=False)
    ],
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only votes cast then or later.", metavar="2024-05-01|7d"),
    ] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Write the votes whose question was kept as a data set in BEIR format, for eval, calibrate."""
    from bot.owner import feedback_command, feedback_export

    start = feedback_command.start_of(since)
    with telling_errors(as_json=as_json):
        settings = read_settings()
        cast = feedback_export.read_votes(settings.database, start)
        made = feedback_export.export(cast, settings.index, directory)
    if as_json:
        print_json(feedback_command.document(made, directory))
    else:
        sys.stdout.write(feedback_command.told(made, directory))
    if not made.questions:
        raise typer.Exit(Exit.NOTHING_FOUND)


def main() -> None:
    """Run ``newsquote``."""
    app(prog_name="newsquote")
