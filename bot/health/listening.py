"""Counts what passes through others' doors: requests to Discord (aiohttp), errors in the log."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.health.measures import SENT

if TYPE_CHECKING:
    from types import SimpleNamespace

    from bot.health.measures import Measures

# A message, or a follow-up of an interaction, that is written or changed.
_WRITES: Final = frozenset({"POST", "PATCH"})
_MESSAGES: Final = re.compile(r"/(channels/\d+/messages|webhooks/)")


class ErrorCounter(logging.Handler):
    """Counts records of errors by the class of the error, whoever logged them."""

    def __init__(self, measures: Measures) -> None:
        super().__init__(logging.ERROR)
        self._measures = measures

    def emit(self, record: logging.LogRecord) -> None:
        """Count one record."""
        kind = record.exc_info[0] if record.exc_info else None
        self._measures.failed("logged" if kind is None else kind.__name__)


def trace(measures: Measures) -> aiohttp.TraceConfig:
    """Return what discord.py hands to its HTTP session: every request is counted and timed."""
    tracing = aiohttp.TraceConfig()

    async def started(_: object, context: SimpleNamespace, __: object) -> None:
        context.began = asyncio.get_running_loop().time()

    async def ended(
        _: object, context: SimpleNamespace, told: aiohttp.TraceRequestEndParams
    ) -> None:
        measures.requested(told.response.status)
        if told.method in _WRITES and told.response.ok and _MESSAGES.search(told.url.path):
            measures.passed(SENT, asyncio.get_running_loop().time() - context.began)

    async def failed(_: object, __: object, ___: object) -> None:
        measures.requested(None)

    tracing.on_request_start.append(started)
    tracing.on_request_end.append(ended)
    tracing.on_request_exception.append(failed)
    return tracing
