"""Logging to stderr, as text or as JSON lines, without the token.

discord.py and aiohttp log through the same root, so that they are redacted as well.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import discord

from bot import request_ids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from bot.settings import Settings

REDACTED = "[token]"

# At DEBUG these log payloads and SQL parameters, and those hold questions.
_WITH_QUESTIONS = (
    "aiosqlite",
    "discord.gateway",
    "discord.http",
    "discord.client",
    "discord.webhook.async_",
)


class _Redacting(logging.Formatter):
    """Formats a record whole, traceback and stack included, then takes the secrets out."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("{asctime} {levelname:<7} {name}{request}: {message}", style="{")
        self._secrets = secrets

    def redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def format(self, record: logging.LogRecord) -> str:
        request, shard = request_ids.current(), request_ids.shard()
        tags = (*([] if shard is None else [f"shard {shard}"]), *([request] if request else []))
        record.request = f" [{' '.join(tags)}]" if tags else ""
        return self.redact(super().format(record))


class _JsonLines(_Redacting):
    """One JSON object a line: time, level, logger, message, the request's id, any traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.redact(record.getMessage()),
        }
        if request := request_ids.current():
            entry["request"] = request
        if (shard := request_ids.shard()) is not None:
            entry["shard"] = shard
        if record.exc_info:
            entry["traceback"] = self.redact(self.formatException(record.exc_info))
        if record.stack_info:
            entry["stack"] = self.redact(record.stack_info)
        return json.dumps(entry)


def _late_suggestions(record: logging.LogRecord) -> bool:
    """Tell in one line of suggestions that came too late: whoever types on gets the next ones.

    discord.py logs them with a traceback, and they come with every other key that is pressed.
    """
    error = record.exc_info and record.exc_info[1]
    if isinstance(error, discord.HTTPException) and "autocomplete" in record.msg:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args, record.exc_info = "suggesting was not possible: %s", (error,), None
    return True


def set_up(
    settings: Settings, stream: TextIO | None = None, also: Iterable[logging.Handler] = ()
) -> None:
    """Send every record of the process to ``stream`` (stderr), replacing earlier handlers.

    ``also`` are handlers that get every record, too.
    """
    told = (settings.discord_token, settings.health_token)
    values = [each.get_secret_value().strip() for each in told if each is not None]
    if settings.database_url is not None:
        password = urlsplit(settings.database_url.get_secret_value()).password or ""
        values += [password, unquote(password)]
    secrets = tuple(filter(None, values))
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonLines(secrets) if settings.log == "json" else _Redacting(secrets))
    logging.basicConfig(level=settings.log_level, handlers=[handler, *also], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("discord.app_commands.tree").addFilter(_late_suggestions)
    least = logging.getLevelNamesMapping()[settings.log_level]
    level = logging.NOTSET if settings.log_questions else max(logging.INFO, least)
    for name in _WITH_QUESTIONS:
        logging.getLogger(name).setLevel(level)
    # What it tells at INFO others tell at DEBUG: every statement.
    logging.getLogger("sqlalchemy").setLevel(max(logging.WARNING, least))
