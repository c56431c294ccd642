"""Logs: text or JSON lines, and never the token."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from bot import logs, request_ids
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Generator

TOKEN = "MTIz.abc.s3cret"  # noqa: S105  # made up


@pytest.fixture(autouse=True)
def root_logger() -> Generator[None]:
    """Give pytest its handlers back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def written(form: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Log the token in every place where a record can carry it; return what was written."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    stream = io.StringIO()
    logs.set_up(Settings.model_validate({**Settings().model_dump(), "log": form}), stream)
    logging.getLogger("discord.http").warning("Authorization: Bot %s", TOKEN)
    try:
        raise ValueError(TOKEN)  # noqa: TRY301  # the traceback is the point
    except ValueError:
        logging.getLogger("bot").exception("failed with %s", TOKEN, stack_info=True)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_token_is_redacted(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages, arguments, tracebacks and stacks lose the token, whichever logger wrote them."""
    text = written(form, monkeypatch)
    assert "s3cret" not in text
    assert text.count(logs.REDACTED) >= 3
    assert "Traceback" in text


def test_json_is_one_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is a JSON object with time, level, logger and message."""
    lines = [json.loads(line) for line in written("json", monkeypatch).splitlines()]
    assert [line["level"] for line in lines] == ["WARNING", "ERROR"]
    assert lines[0]["message"] == "Authorization: Bot [token]"
    assert lines[0]["logger"] == "discord.http"
    assert lines[0]["time"].endswith("+00:00")
    assert "ValueError" in lines[1]["traceback"]


@pytest.mark.parametrize("questions", [False, True])
def test_payloads_are_logged_only_with_questions(
    questions: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """discord.py's DEBUG records hold whole messages; they need NEWSQUOTE_LOG_QUESTIONS."""
    monkeypatch.setenv("NEWSQUOTE_LOG_LEVEL", "debug")
    monkeypatch.setenv("NEWSQUOTE_LOG_QUESTIONS", str(int(questions)))
    stream = io.StringIO()
    logs.set_up(Settings(), stream)
    logging.getLogger("discord.gateway").debug("event: zyzzyva")
    assert ("zyzzyva" in stream.getvalue()) == questions


def test_the_least_level_holds_for_discord_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wants errors alone does not get discord.py's notes."""
    monkeypatch.setenv("NEWSQUOTE_LOG_LEVEL", "error")
    stream = io.StringIO()
    logs.set_up(Settings(), stream)
    logging.getLogger("discord.client").info("logging in")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_health_token_is_redacted(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the health pages is a secret like Discord's."""
    monkeypatch.setenv("NEWSQUOTE_HEALTH_TOKEN", "0p3n-s3same")
    stream = io.StringIO()
    logs.set_up(Settings.model_validate({**Settings().model_dump(), "log": form}), stream)
    logging.getLogger("aiohttp").warning("Authorization: Bearer %s", "0p3n-s3same")
    assert "s3same" not in stream.getvalue()
    assert logs.REDACTED in stream.getvalue()


def test_json_says_which_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process has several, a line tells which one it is about."""
    monkeypatch.setenv("NEWSQUOTE_LOG", "json")
    stream = io.StringIO()
    logs.set_up(Settings(), stream)
    with request_ids.on_shard(3):
        logging.getLogger("bot").warning("One.")
    logging.getLogger("bot").warning("Two.")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["shard"] == 3
    assert "shard" not in second


def test_what_else_the_commands_log_keeps_its_traceback() -> None:
    """Only suggestions that came too late are told in one line."""
    stream = io.StringIO()
    logs.set_up(Settings(), stream)
    try:
        raise ValueError  # noqa: TRY301  # the traceback is the point
    except ValueError:
        logging.getLogger("discord.app_commands.tree").exception("Ignoring exception in command")
    assert "Ignoring exception in command" in stream.getvalue()
    assert "Traceback" in stream.getvalue()


@pytest.mark.parametrize("password", ["p%40ss", "p@ss"])
def test_the_password_of_the_database_is_redacted(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands in the address, and as it is used."""
    url = "postgresql+asyncpg://news:p%40ss@db.example/news"
    monkeypatch.setenv("NEWSQUOTE_DATABASE_URL", url)
    stream = io.StringIO()
    logs.set_up(Settings(), stream)
    logging.getLogger("asyncpg").warning("no login as news with %s", password)
    assert stream.getvalue().endswith(f"no login as news with {logs.REDACTED}\n")
