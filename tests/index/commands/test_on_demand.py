"""Commands are imported when they are asked for, and all of them are there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from index.cli import COMMANDS, app

if TYPE_CHECKING:
    from indexed import RunPython


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name: str) -> None:
    """The table is text, which no type checker reads."""
    module, _, function = COMMANDS[name].partition(":")
    assert callable(getattr(import_module(module), function))


def test_help_tells_of_every_command_in_the_order_of_the_table() -> None:
    """Those that were not imported yet are in it."""
    shown = CliRunner().invoke(app, ["--help"]).stdout
    places = [shown.find(f"│ {name} ") for name in COMMANDS]
    assert -1 not in places
    assert places == sorted(places)


def test_a_mistyped_command_is_answered_with_the_one_meant() -> None:
    """What was meant need not have been imported."""
    done = CliRunner().invoke(app, ["rebuidl"])
    assert done.exit_code == 2
    assert "rebuild" in done.output


def test_a_command_does_not_wait_for_what_the_others_import(run_python: RunPython) -> None:
    """One that ends at once has imported no other command."""
    done = run_python(
        "import sys\n"
        "from index.cli import app\n"
        "try: app(['gc', '--help'])\n"
        "except SystemExit: pass\n"
        "others = ('index.fitting', 'index.evaluation', 'index.fetching', 'index.benchmarking')\n"
        "print([name for name in sys.modules if name.startswith(others)], file=sys.stderr)\n"
    )
    assert done.stderr.strip() == "[]"
