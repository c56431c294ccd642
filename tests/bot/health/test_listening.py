"""Requests to Discord and errors in the log are counted where they pass."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.health.listening import ErrorCounter, trace
from bot.health.measures import Measures

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CHANNEL = "/api/v10/channels/1/messages"


@pytest.fixture
async def address() -> AsyncGenerator[str]:
    """A server that answers with the status that is asked for."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=int(request.query.get("status", "200")))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def value(measures: Measures, name: str, **labels: str) -> float:
    """Return a sample, 0 where there is none."""
    return measures.registry.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("asked", "status", "sent", "result", "limited"),
    [
        (f"POST {CHANNEL}", 200, 1, "2xx", 0),
        ("PATCH /api/v10/webhooks/1/token/messages/@original", 200, 1, "2xx", 0),
        (f"GET {CHANNEL}", 200, 0, "2xx", 0),
        ("POST /api/v10/channels/1/typing", 204, 0, "2xx", 0),
        (f"POST {CHANNEL}", 429, 0, "4xx", 1),
        (f"POST {CHANNEL}", 503, 0, "5xx", 0),
    ],
)
async def test_requests_are_counted_and_messages_timed(
    address: str, asked: str, status: int, *, sent: int, result: str, limited: int
) -> None:
    """A message that Discord took is timed; a 429 is a rate limit; anything else only counts."""
    measures = Measures()
    method, path = asked.split()
    async with aiohttp.ClientSession(trace_configs=[trace(measures)]) as session:
        await session.request(method, f"{address}{path}?status={status}")
    assert value(measures, "newsquote_stage_seconds_count", stage="sent") == sent
    assert value(measures, "newsquote_discord_requests_total", result=result) == 1
    assert value(measures, "newsquote_rate_limits_total", by="discord") == limited


async def test_a_request_without_an_answer_is_counted() -> None:
    """A connection that is refused is no answer."""
    measures = Measures()
    async with aiohttp.ClientSession(trace_configs=[trace(measures)]) as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get("http://127.0.0.1:9/")
    assert value(measures, "newsquote_discord_requests_total", result="no answer") == 1


def test_errors_are_counted_by_kind() -> None:
    """Whoever logs an error, it counts under the name of its class; warnings do not."""
    measures, logger = Measures(), logging.getLogger("tests.anybody")
    counter = ErrorCounter(measures)
    logger.addHandler(counter)
    logger.warning("not so bad")
    logger.error("bad")
    try:
        raise KeyError("it")  # noqa: TRY301  # an error with its traceback is the point
    except KeyError:
        logger.exception("worse")
    logger.removeHandler(counter)
    assert value(measures, "newsquote_errors_total", kind="KeyError") == 1
    assert value(measures, "newsquote_errors_total", kind="logged") == 1
