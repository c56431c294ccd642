"""How a build tells how far it is, on a terminal and in a log."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from index.commands.progress import telling_progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    """What is written on it, as on a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_a_terminal_shows_a_bar_for_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that is told of again moves its bar; once all is done the bars are gone."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with telling_progress() as tell:
        tell("reading", 0, 4)
        tell("reading", 4, 4)
        tell("embedding", 0, 0)
    assert "Reading" in shown.getvalue()
    assert "Embedding" in shown.getvalue()


def test_a_log_has_a_line_where_a_stage_begins_and_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What lies between is no line."""
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    with telling_progress() as tell:
        for done in range(2001):
            tell("reading", done, 2000)
    begins, done = shown.getvalue().splitlines()
    assert "begins" in begins
    assert "done (2,000)" in done
