"""The health pages: ``/healthz``, ``/readyz`` and ``/metrics`` (aiohttp)."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.errors import HealthError
from bot.health.addresses import is_loopback
from bot.health.condition import Looked
from bot.health.gate import OPEN, Gate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.health.measures import Measures
    from bot.settings import Settings

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(settings: Settings, measures: Measures) -> AsyncGenerator[Looked]:
    """Serve the pages for the block, where a port is set; set the ``bot`` of what is yielded.

    Raises HealthError where the port cannot be had.
    """
    looked = Looked()
    measures.registry.register(looked)
    if settings.health_port is None:
        yield looked
        return
    secret = settings.health_token.get_secret_value() if settings.health_token else ""
    gate = Gate(secret, local=is_loopback(settings.health_host))
    runner = web.AppRunner(application(looked, measures, gate), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.health_host, settings.health_port)
        try:
            await site.start()
        except OSError as error:
            raise HealthError(
                f"Port {settings.health_port} of {settings.health_host} cannot be had:"
                f" {error.strerror}.",
                remedy="Set NEWSQUOTE_HEALTH_PORT to another port.",
            ) from error
        looked.port = runner.addresses[0][1]
        log.info("health is told at port %d of %s", looked.port, settings.health_host)
        yield looked
    finally:
        await runner.cleanup()


def application(looked: Looked, measures: Measures, gate: Gate) -> web.Application:
    """Return the pages behind their gate."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        condition = looked.condition()
        told = {"ready": condition.ready, **asdict(condition)}
        return web.json_response(told, status=200 if condition.ready else 503)

    async def metrics(_: web.Request) -> web.Response:
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(measures.registry), headers=headers)

    app = web.Application(middlewares=[gate.guard])
    app.router.add_get(OPEN, alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    return app
