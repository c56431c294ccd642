"""The newsquote command: what it mounts, where defaults come from, how it fails."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from discord.http import Route
from typer.testing import CliRunner

from bot import cli
from bot.preview import room
from bot.settings import Settings, variable
from loopback.server import LoopbackDiscord

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """An empty directory, none of our variables, and pytest's own log handlers afterwards."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def newsquote(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(cli.app, list(arguments))


def test_both_wings_are_mounted() -> None:
    """One command has the index's commands and the bot's, and says its exit codes."""
    text = newsquote("--help").output
    names = ("rebuild", "ask", "search", "status", "verify", "demo", "eval", "calibrate")
    for command in (*names, "bot", "sync"):
        assert f" {command} " in text
    assert "Exit codes" in text


def test_version() -> None:
    """--version prints the distribution's version."""
    result = newsquote("--version")
    assert (result.exit_code, result.stdout) == (0, f"newsquote {version('newsquote')}\n")


@pytest.mark.parametrize("command", ["bot", "sync"])
@pytest.mark.parametrize("token", [None, "not a token"])
def test_missing_or_misshapen_token_is_wrong_use(
    command: str, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token there is one sentence that says what to do, and exit code 2."""
    if token is not None:
        monkeypatch.setenv("DISCORD_TOKEN", token)
    result = newsquote(command)
    assert result.exit_code == 2
    assert result.stderr.startswith("newsquote: DISCORD_TOKEN ")
    assert "not a token" not in result.output
    assert result.stderr.count("\n") == 1


def test_bot_without_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot does not start on nothing: exit code 3, and what to run."""
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    result = newsquote("bot", "--json")
    assert result.exit_code == 3
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "NoSnapshotError"
    assert "newsquote rebuild" in error["remedy"]


@pytest.mark.parametrize(
    ("absent", "code", "told"),
    [
        ({"simcord", "linkify_it"}, 2, "needs simcord, linkify_it. Run `pip install"),
        (set[str](), 3, "newsquote rebuild"),
    ],
)
def test_preview_says_what_it_lacks(
    absent: set[str], code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The libraries of its extra, or the index; nothing is read or loaded before."""

    def found(name: str) -> object:
        return None if name in absent else name

    monkeypatch.setattr(room, "find_spec", found)
    result = newsquote("preview")
    assert result.exit_code == code
    assert told in result.stderr


def test_dotenv_gives_the_defaults(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """.env names the index; the environment and the option count more."""
    (desk / ".env").write_text("NEWSQUOTE_INDEX=from_file\n", encoding="utf-8")
    assert "from_file" in newsquote("status").stderr
    assert "from_file" in newsquote("calibrate", "--show").stderr
    monkeypatch.setenv("NEWSQUOTE_INDEX", "from_environment")
    assert "from_environment" in newsquote("status").stderr
    assert "from_option" in newsquote("status", "--index", "from_option").stderr


def test_dotenv_names_several_corpora(desk: Path) -> None:
    """The corpus may be several paths, separated as in PATH, in .env as in the environment."""
    separator = ":" if sys.platform != "win32" else ";"
    (desk / ".env").write_text(f"NEWSQUOTE_CORPUS=one{separator}two\n", encoding="utf-8")
    (desk / "one").mkdir()
    (desk / "one" / "a.txt").write_text("A line.\n", encoding="utf-8")
    result = newsquote("rebuild")
    assert result.exit_code == 4
    assert "two" in result.stderr


def test_broken_dotenv_is_named_but_help_works(desk: Path) -> None:
    """A wrong key is exit code 2, as JSON where JSON is asked for; --help does not mind."""
    (desk / ".env").write_text("NEWSQUOTE_INDX=1\n", encoding="utf-8")
    result = newsquote("status", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["kind"] == "SettingsError"
    assert newsquote("status").stderr.startswith("newsquote: .env sets NEWSQUOTE_INDX")
    assert newsquote("status", "--help").exit_code == 0
    assert newsquote("--help").exit_code == 0


def test_asking_loads_neither_discord_nor_torch(desk: Path) -> None:
    """`newsquote ask` in a process of its own imports nothing of the bot's weight."""
    script = (
        "import sys, bot.cli\n"
        "try: bot.cli.app(['ask', 'Kim?'])\n"
        "except SystemExit as end: print(end.code)\n"
        "print([name for name in ('discord', 'torch', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=desk, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["3", "[]"]


async def test_sync_says_what_it_registered(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, or as JSON for whoever scripts it."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # the command sets it for its process
    monkeypatch.setenv("NEWSQUOTE_DATA", str(desk / "bot.sqlite3"))
    async with LoopbackDiscord() as discord:
        monkeypatch.setenv("NEWSQUOTE_DISCORD_API", discord.api_url)
        monkeypatch.setenv("DISCORD_TOKEN", discord.token)
        told = await asyncio.to_thread(newsquote, "sync")
        listed = await asyncio.to_thread(newsquote, "sync", "--json")
        assert discord.syncs == 2
    assert told.stdout.startswith("Registered: /")
    names = json.loads(listed.stdout)["commands"]
    assert "ask" in names
    assert told.stdout == f"Registered: {', '.join(f'/{name}' for name in names)}\n"
