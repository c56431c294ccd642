"""What the bot's own commands share: reading the settings, and how they tell an error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from bot.errors import BotError, StoreError
from index.commands import contract
from index.commands.exits import Exit, exit_code, print_json
from index.errors import NewsquoteError

if TYPE_CHECKING:
    from collections.abc import Generator

    from bot.settings import Settings

ENV_FILE: Final = Path(".env")


def read_settings() -> Settings:
    """Read the environment and ``.env``. Raises SettingsError."""
    from bot.settings import load

    return load(ENV_FILE)


@contextmanager
def telling_errors(*, as_json: bool) -> Generator[None]:
    """Tell an error of either wing and end with its exit code."""
    try:
        yield
    except NewsquoteError as error:
        code = code_of(error)
        if as_json:
            print_json(contract.error(error, code))
        else:
            sys.stderr.write(f"newsquote: {error}\n")
        raise typer.Exit(code) from error


def code_of(error: NewsquoteError) -> Exit:
    """Return the code that an error of either wing ends a command with."""
    if isinstance(error, BotError) and not isinstance(error, StoreError):
        return Exit.WRONG_USE
    return exit_code(error)
