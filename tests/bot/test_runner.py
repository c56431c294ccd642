"""Login, connection and the end, over real sockets to the stand-in for Discord."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import HttpUrl, SecretStr

from bot import runner
from bot.app import NewsquoteBot
from bot.errors import RefusedError, TokenError
from bot.owner import sync
from index import threads
from loopback.server import LoopbackDiscord
from scripted import ScriptedLive, ScriptedSearcher, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.settings import Settings


@pytest.fixture(autouse=True)
def discord_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what the runner sets for the life of its process."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def loopback() -> AsyncGenerator[LoopbackDiscord]:
    """A stand-in for Discord."""
    async with LoopbackDiscord() as server:
        yield server


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers with one line."""
    return ScriptedSearcher(tmp_path, write_corpus(tmp_path, ["One."]))


def pointed_at(settings: Settings, url: str, token: str) -> Settings:
    """Return the settings for a stand-in at ``url``."""
    return settings.model_copy(
        update={"discord_api": HttpUrl(url), "discord_token": SecretStr(token)}
    )


async def test_an_intent_that_the_portal_does_not_allow_ends_it(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """Over a real connection, in one message that says what to click."""
    there = pointed_at(settings, loopback.api_url, loopback.token)
    wanted = there.model_copy(update={"message_content": True})
    with pytest.raises(RefusedError) as caught:
        await runner.run(wanted, ScriptedLive(searcher))
    assert "page Bot, switch on Message Content Intent" in str(caught.value)
    assert "NEWSQUOTE_MESSAGE_CONTENT=0" in str(caught.value)


async def test_wrong_token_ends_it_at_once(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """A token that Discord does not know is asked for once, not again and again."""
    wrong = pointed_at(settings, loopback.api_url, "wrong.token.here")
    with pytest.raises(TokenError) as caught:
        await runner.run(wrong, ScriptedLive(searcher))
    assert "wrong.token" not in str(caught.value)
    assert loopback.unauthorized == 1


async def test_sync_with_a_wrong_token(settings: Settings, loopback: LoopbackDiscord) -> None:
    """`newsquote sync` names the token as well."""
    with pytest.raises(TokenError):
        await runner.sync_commands(pointed_at(settings, loopback.api_url, "wrong.token.here"))


async def test_unreachable_discord_is_tried_again_until_stopped(
    settings: Settings, searcher: ScriptedSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    """No network is no reason to end; SIGTERM is, while we wait too."""
    nowhere = pointed_at(settings, "http://127.0.0.1:1/api/v10", "a.b.c")
    with caplog.at_level(logging.WARNING, logger="bot"):
        running = asyncio.create_task(runner.run(nowhere, ScriptedLive(searcher)))
        await until(lambda: "trying again" in caplog.text)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == "SIGTERM"
    with pytest.raises(RefusedError, match="cannot be reached"):
        await runner.sync_commands(nowhere)


async def test_reply_under_way_is_finished_before_the_end(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """SIGINT while a question is being answered: the answer is sent, then we close."""
    searcher.gate = threading.Event()
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    running = asyncio.create_task(runner.run(ours, ScriptedLive(searcher)))
    await loopback.ready()
    asked = await loopback.send_message("One?", mention=True)
    await until(lambda: searcher.asked)
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(0.1)
    searcher.gate.set()
    assert await running == "SIGINT"
    reply = await loopback.wait_for_reply(asked, timeout_s=1)
    assert "One" in reply.text


async def test_threads_take_short_turns_while_it_runs(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """The event loop gets Python's lock back soon while questions are read."""
    usual_s = sys.getswitchinterval()
    here = pointed_at(settings, loopback.api_url, loopback.token)
    running = asyncio.create_task(runner.run(here, ScriptedLive(searcher)))
    await loopback.ready()
    assert sys.getswitchinterval() == pytest.approx(threads.TURN_S)
    assert usual_s > threads.TURN_S
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == "SIGTERM"
    assert sys.getswitchinterval() == usual_s, "afterwards all is as it was"


async def test_failing_sync_does_not_keep_the_bot_from_serving(
    settings: Settings,
    loopback: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Commands that could not be registered at start are a warning; questions are answered."""

    async def fail(_: NewsquoteBot) -> bool:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(sync, "sync_if_changed", fail)
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    ours = ours.model_copy(update={"sync_on_start": True})
    running = asyncio.create_task(runner.run(ours, ScriptedLive(searcher)))
    await loopback.ready()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == "SIGTERM"
    assert "run `newsquote sync`" in caplog.text


REFUSALS = [
    (discord.PrivilegedIntentsRequired(None), RefusedError),
    (discord.ConnectionClosed(object(), shard_id=None, code=4004), TokenError),  # pyright: ignore[reportArgumentType]  # the socket is not looked at
    (discord.ConnectionClosed(object(), shard_id=None, code=4013), RefusedError),  # pyright: ignore[reportArgumentType]  # as above
    (discord.ConnectionClosed(object(), shard_id=None, code=4011), RefusedError),  # pyright: ignore[reportArgumentType]  # as above
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=["4014", "4004", "4013", "4011"])
async def test_lasting_refusals_of_the_gateway_end_it(
    settings: Settings,
    loopback: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
    refusal: tuple[Exception, type[Exception]],
) -> None:
    """Close codes that waiting does not cure become one clear error."""
    error, raised = refusal

    async def refuse(_: NewsquoteBot, **_options: object) -> None:
        raise error

    monkeypatch.setattr(NewsquoteBot, "connect", refuse)
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    with pytest.raises(raised):
        await runner.run(ours, ScriptedLive(searcher))


async def test_told_twice_to_stop_it_stops_once() -> None:
    """Whoever presses Ctrl-C again while the bot closes does it no harm; the first is told."""
    with runner.stopping_by_signal() as stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), number)
            await asyncio.sleep(0)
        assert await stop == "SIGTERM"
        await asyncio.sleep(0)
        assert stop.result() == "SIGTERM"


async def test_a_reply_that_takes_too_long_does_not_keep_it_from_ending(
    settings: Settings,
    loopback: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is under way gets so many seconds; then it closes, and the log says so."""
    monkeypatch.setattr(runner, "DRAIN_S", 0.05)
    searcher.gate = threading.Event()
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    running = asyncio.create_task(runner.run(ours, ScriptedLive(searcher)))
    await loopback.ready()
    await loopback.send_message("One?", mention=True)
    await until(lambda: searcher.asked)
    os.kill(os.getpid(), signal.SIGTERM)
    await until(lambda: "replies are still being made" in caplog.text)
    searcher.gate.set()
    assert await running == "SIGTERM"


async def test_a_login_that_is_forbidden_ends_it(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """A refusal that waiting does not cure is told, not tried again."""
    loopback.refuse_requests("GET", "/users/@me$", 403)
    with pytest.raises(RefusedError, match="the login failed with 403"):
        await runner.run(
            pointed_at(settings, loopback.api_url, loopback.token), ScriptedLive(searcher)
        )


async def test_no_start_is_spent_that_discord_does_not_allow(
    settings: Settings,
    loopback: LoopbackDiscord,
    searcher: ScriptedSearcher,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A bot that has connected too often today waits for as long as Discord says, or SIGTERM.

    Discord resets the token of one that identifies more often.
    """
    loopback.allow_starts(0)
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    running = asyncio.create_task(runner.run(ours, ScriptedLive(searcher)))
    await until(lambda: "0 more times, and 1 are needed; waiting 3600 s" in caplog.text)
    assert loopback.gateway.identified == []
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == "SIGTERM"


async def test_without_a_proxy_discords_own_address_is_used(
    settings: Settings,
    loopback: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The built-in gateway stays what the first connection goes to."""
    connected = asyncio.Event()

    async def connect(_: NewsquoteBot, **_options: object) -> None:
        connected.set()
        await asyncio.sleep(3600)

    monkeypatch.setattr(NewsquoteBot, "connect", connect)
    monkeypatch.setattr(Route, "BASE", loopback.api_url)  # what stands for Discord itself
    built_in = DiscordWebSocket.DEFAULT_GATEWAY
    own = settings.model_copy(update={"discord_token": SecretStr(loopback.token)})
    running = asyncio.create_task(runner.run(own, ScriptedLive(searcher)))
    await connected.wait()
    assert built_in == DiscordWebSocket.DEFAULT_GATEWAY
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == "SIGTERM"


async def test_a_token_that_is_reset_after_the_login_ends_it(
    settings: Settings, loopback: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """Before the first connection as well, and without a second attempt."""
    loopback.refuse_requests("GET", "/gateway/bot$", 401)
    ours = pointed_at(settings, loopback.api_url, loopback.token)
    with pytest.raises(TokenError):
        await runner.run(ours, ScriptedLive(searcher))
