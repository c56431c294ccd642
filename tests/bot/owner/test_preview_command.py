"""`newsquote preview`: what it prints and opens, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from bot import cli
from bot.owner import preview_command
from scripted import until

if TYPE_CHECKING:
    from collections.abc import Generator

    from bot.answering import Following
    from bot.settings import Settings

pytest.importorskip("linkify_it", reason="needs newsquote[preview]")


@pytest.fixture
def root_logger() -> Generator[logging.Logger]:
    """Give pytest its handlers back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.mark.parametrize("open_browser", [False, True])
async def test_the_link_is_printed_and_opened_where_that_is_asked(
    settings: Settings,
    following: Following,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    open_browser: bool,
) -> None:
    """One link, whoever opens it; SIGTERM ends the page."""
    opened: list[str] = []
    monkeypatch.setattr(typer, "launch", opened.append)
    printed: list[str] = []

    def link_is_there() -> bool:
        printed.append(capsys.readouterr().out)
        return "Ctrl-C ends it" in "".join(printed)

    serve = preview_command._serve  # pyright: ignore[reportPrivateUsage]  # the command waits in a loop of its own
    serving = asyncio.create_task(serve(settings, following, 0, open_browser=open_browser))
    await until(link_is_there)
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    link = "".join(printed).split()[1]
    assert link.startswith("http://127.0.0.1:")
    assert opened == ([link] if open_browser else [])


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(("wanted", "level"), [(None, "ERROR"), ("INFO", "INFO")])
def test_it_is_quiet_unless_a_log_is_asked_for(
    root_logger: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str | None,
    level: str,
) -> None:
    """Who tries it out wants to see the link; who looks for a fault gets the log."""
    if wanted is not None:
        monkeypatch.setenv("NEWSQUOTE_LOG_LEVEL", wanted)
    assert CliRunner().invoke(cli.app, ["preview"]).exit_code == 3  # there is no index
    assert logging.getLevelName(root_logger.level) == level
