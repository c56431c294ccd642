"""``newsquote backup`` and ``newsquote restore``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path  # Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from bot.owner.telling import read_settings, telling_errors
from index.commands.exits import print_json
from index.commands.options import JsonOption  # noqa: TC001  # Typer reads the annotation

if TYPE_CHECKING:
    from bot.owner.backup import Backup

FileArgument = Annotated[
    Path, typer.Argument(help="The backup's file.", metavar="FILE", dir_okay=False)
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]


def backup(file: FileArgument, *, force: ForceOption = False, as_json: JsonOption = False) -> None:
    """Write the bot's settings, watches and feedback into a file; the bot may go on running."""
    from bot.owner import backup as backups

    with telling_errors(as_json=as_json):
        made = backups.make(read_settings().database, file, force=force)
    _tell(made, file, "Backed up to", as_json=as_json)


def restore(file: FileArgument, *, force: ForceOption = False, as_json: JsonOption = False) -> None:
    """Put a backup where the bot keeps its settings, watches and feedback; stop the bot first."""
    from bot.owner import backup as backups

    with telling_errors(as_json=as_json):
        settings = read_settings()
        restored = backups.restore(file, settings.database, force=force)
    place = settings.data_file if settings.database_url is None else "NEWSQUOTE_DATABASE_URL"
    _tell(restored, place, "Restored to", as_json=as_json)


def _tell(told: Backup, file: Path | str, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), **asdict(told)})
        return
    rows = ", ".join(f"{name} {count}" for name, count in told.rows.items())
    sys.stdout.write(f"{what} {file}, as of {told.made_at}. Rows: {rows or 'none'}.\n")
