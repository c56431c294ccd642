"""The health pages over a running bot: what they say, and to whom."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from bot import cli
from bot.errors import HealthError, SettingsError
from bot.health.measures import Measures
from bot.health.serving import serving
from bot.owner import health_command
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.health.condition import Looked
    from newsroom import Newsroom


@asynccontextmanager
async def pages(
    settings: Settings, measures: Measures | None = None, **changed: object
) -> AsyncGenerator[tuple[Looked, Settings]]:
    """Serve the pages on a free port; the settings that come back name it."""
    asked = Settings.model_validate({**settings.model_dump(), "health_port": 0, **changed})
    async with serving(asked, measures or Measures()) as looked:
        yield looked, asked.model_copy(update={"health_port": looked.port})


async def get(settings: Settings, path: str, **headers: str) -> tuple[int, str]:
    """Return status and text of a page."""
    url = f"http://127.0.0.1:{settings.health_port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return response.status, await response.text()


async def samples(settings: Settings) -> dict[str, float]:
    """Return what /metrics tells, by name and labels as they are written."""
    status, text = await get(settings, "/metrics")
    assert status == 200
    return {
        ",".join([sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_alive_before_and_ready_after_the_login(
    newsroom: Newsroom, settings: Settings
) -> None:
    """/healthz answers at once; /readyz says what is missing until the bot is there."""
    async with pages(settings) as (looked, served):
        assert await get(served, "/healthz") == (200, "ok\n")
        status, text = await get(served, "/readyz")
        assert status == 503
        assert "gateway: not connected" in text
        assert "snapshot: no index" in text
        looked.bot = newsroom.bot
        assert (await get(served, "/readyz"))[0] == 200
        socket: Any = newsroom.bot.shards[0]._parent.ws  # pyright: ignore[reportPrivateUsage]  # it has no other door
        socket.open = False  # simcord's has it as a field
        status, text = await get(served, "/readyz")
        assert status == 503
        assert "gateway" in text
        assert "no index" not in text


async def test_a_full_queue_is_not_ready(newsroom: Newsroom, settings: Settings) -> None:
    """While no more questions may wait, /readyz says so, and recovers."""
    held = Settings.model_validate({**settings.model_dump(), "workers": 1, "queue": 1})
    await newsroom.restart(held)
    newsroom.searcher.gate = gate = threading.Event()
    async with pages(settings) as (looked, served):
        looked.bot = newsroom.bot
        asked = [asyncio.create_task(newsroom.bot.answering.ask(text)) for text in "ab"]
        await asyncio.sleep(0)
        status, text = await get(served, "/readyz")
        assert status == 503
        assert "queue: 1 questions wait" in text
        assert (await samples(served))["newsquote_queue_length"] == 1
        gate.set()
        await asyncio.gather(*asked)
        assert (await get(served, "/readyz"))[0] == 200


async def test_what_happens_is_counted(newsroom: Newsroom, settings: Settings) -> None:
    """A question, its stages, the snapshot's age; and no label tells who asked what."""
    measures = newsroom.bot.measures
    async with pages(settings, measures) as (looked, served):
        looked.bot = newsroom.bot
        await newsroom.ask("Where will zyzzyva meet Putin?")
        told = await samples(served)
    assert told["newsquote_questions_total,verdict=answered"] == 1
    assert told["newsquote_question_seconds_count"] == 1
    for stage in ("waited", "rendered"):
        assert told[f"newsquote_stage_seconds_count,stage={stage}"] == 1
    assert told["newsquote_gateway_connected"] == 1
    assert told["newsquote_shard_connected,shard=0"] == 1
    assert told["newsquote_snapshot_age_seconds"] > 0
    assert told["process_open_fds"] > 0
    labels = " ".join(name for name in told if name.startswith("newsquote"))
    assert "zyzzyva" not in labels
    assert not re.search(r"\d{6}", labels)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer s3cret"}, 503),
    ],
    ids=["none", "wrong", "right"],
)
async def test_a_token_is_wanted_where_one_is_set(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    """/readyz and /metrics want it; /healthz, which tells nothing, does not."""
    async with pages(settings, health_token="s3cret") as (_, served):  # noqa: S106  # made up
        assert (await get(served, "/readyz", **headers))[0] == status
        assert ((await get(served, "/metrics", **headers))[0] == 200) == (status == 503)
        assert (await get(served, "/healthz"))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
async def test_a_name_that_was_made_to_lead_here_gets_nothing(
    settings: Settings, host: str
) -> None:
    """On this machine's own address, the Host header has to name it (DNS rebinding)."""
    async with pages(settings) as (_, served):
        assert (await get(served, "/metrics", Host=host))[0] == 421
        assert (await get(served, "/healthz", Host=f"localhost:{served.health_port}"))[0] == 200


def test_other_addresses_need_a_token(settings: Settings) -> None:
    """Whoever can be reached by others has to ask them for a token."""
    values = {**settings.model_dump(), "health_host": "0.0.0.0"}  # noqa: S104  # what is refused
    with pytest.raises(ValueError, match="NEWSQUOTE_HEALTH_TOKEN"):
        Settings.model_validate(values)
    Settings.model_validate({**values, "health_token": "s3cret"})


async def test_a_port_that_is_taken_is_named(settings: Settings) -> None:
    """The bot does not start without the pages that it was told to serve."""
    async with pages(settings) as (_, served):
        with pytest.raises(HealthError, match=f"Port {served.health_port}"):
            async with serving(served, Measures()):
                pass


async def test_without_a_port_nothing_is_served(settings: Settings) -> None:
    """Nothing listens unless the owner wants it."""
    async with serving(settings, Measures()) as looked:
        assert looked.port is None


async def test_the_command_asks_the_bot(newsroom: Newsroom, settings: Settings) -> None:
    """`newsquote health` tells what is missing; a bot that is not there is an error."""
    async with pages(settings, health_token="s3cret") as (looked, served):  # noqa: S106  # made up
        told = await asyncio.to_thread(health_command.ask, served, "/readyz")
        assert told["why"][0].startswith("gateway")
        looked.bot = newsroom.bot
        assert (await asyncio.to_thread(health_command.ask, served, "/readyz"))["ready"]
        assert (await asyncio.to_thread(health_command.ask, served, "/healthz"))["ready"]
        forgot = served.model_copy(update={"health_token": None})
        with pytest.raises(HealthError, match="401"):
            await asyncio.to_thread(health_command.ask, forgot, "/readyz")
    with pytest.raises(HealthError, match="does not answer"):
        await asyncio.to_thread(health_command.ask, served, "/readyz")
    with pytest.raises(SettingsError):
        health_command.ask(settings, "/readyz")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_alone_needs_no_token(settings: Settings, name: str) -> None:
    """By its name or either of its addresses."""
    Settings.model_validate({**settings.model_dump(), "health_host": name})


async def test_newsquote_health_says_it_to_people_and_to_probes(
    newsroom: Newsroom, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line or as JSON, and by the exit code: 0 where the bot is ready, 1 where it is not."""

    async def said(*options: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, cli.app, ["health", *options])
        return done.exit_code, done.stdout

    async with pages(settings) as (looked, served):
        monkeypatch.setenv("NEWSQUOTE_HEALTH_PORT", str(served.health_port))
        code, told = await said()
        assert (code, told.splitlines()[0]) == (1, "gateway: not connected to Discord")
        assert await said("--live") == (0, "alive\n")
        looked.bot = newsroom.bot
        assert await said() == (0, "ready\n")
        code, told = await said("--json")
        assert (code, json.loads(told)["ready"]) == (0, True)
