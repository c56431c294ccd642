"""How a command ends: its exit code, and how it tells an error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from index.commands import contract
from index.errors import CorpusError, NewsquoteError, QueryError, QuestionError
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Generator


class Exit(IntEnum):
    """The exit codes of every command. ``ask`` found nothing where what is close may not answer."""

    DONE = 0
    NOTHING_FOUND = 1
    WRONG_USE = 2
    INDEX_PROBLEM = 3
    CORPUS_PROBLEM = 4


def exit_code(error: NewsquoteError) -> Exit:
    """Return the code that a library error ends a command with."""
    if isinstance(error, QuestionError):
        return Exit.WRONG_USE
    if isinstance(error, CorpusError):
        return Exit.CORPUS_PROBLEM
    return Exit.INDEX_PROBLEM


def told(error: NewsquoteError) -> str:
    """Write an error in one line, below it the place in a query that it is about."""
    return f"{error}\n{error.pointer}" if isinstance(error, QueryError) else str(error)


@contextmanager
def telling_errors(*, as_json: bool) -> Generator[None]:
    """Turn a library error into a line on stderr, or a JSON document on stdout, and its code."""
    try:
        yield
    except NewsquoteError as error:
        code = exit_code(error)
        if as_json:
            print_json(contract.error(error, code))
        else:
            sys.stderr.write(f"newsquote: {visible(told(error))}\n")
        raise typer.Exit(code) from error


def print_json(document: contract.Document) -> None:
    """Print the one document of a ``--json`` command: UTF-8, whatever the locale (RFC 8259)."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8")
    sys.stdout.write(f"{contract.dumps(document)}\n")
