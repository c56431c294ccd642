"""What Discord's gateway and its REST do to a connected bot, over real sockets.

Nothing that was acknowledged is lost, nothing is said twice, and what may pass is sat out.
tests/loopback/test_retries.py has rate limits and outages, tests/bot/test_runner.py the login,
tests/test_end_to_end.py the same in a process of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route
from pydantic import HttpUrl, SecretStr

from bot import runner
from bot.errors import TokenError
from loopback.server import LoopbackDiscord
from scripted import ScriptedLive, ScriptedSearcher, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from bot.settings import Settings
    from index.records import Answer
    from loopback.world import Message

MESSAGES = r"/channels/\d+/messages$"


class Slow(ScriptedSearcher):
    """Takes its time."""

    def ask(self, question: str, *, any_date: bool = False, in_haste: bool = False) -> Answer:
        time.sleep(0.5)
        return super().ask(question, any_date=any_date, in_haste=in_haste)


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers with one line."""
    return ScriptedSearcher(tmp_path / "corpus", write_corpus(tmp_path / "corpus", ["One."]))


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[LoopbackDiscord]:
    """A stand-in for Discord."""
    # The runner sets these for the life of its process.
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)

    async with LoopbackDiscord(heartbeat_interval_ms=100) as discord:
        yield discord
        assert discord.violations == []


@asynccontextmanager
async def running(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> AsyncGenerator[asyncio.Task[str]]:
    """Let the bot serve for the block, and end it with SIGTERM."""
    task = start(settings, server, searcher)
    try:
        await server.ready()
        yield task
    finally:
        if not task.done():
            os.kill(os.getpid(), signal.SIGTERM)
            assert await task == "SIGTERM"


def start(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> asyncio.Task[str]:
    """Start the bot."""
    there = settings.model_copy(
        update={"discord_api": HttpUrl(server.api_url), "discord_token": SecretStr(server.token)}
    )
    return asyncio.create_task(runner.run(there, ScriptedLive(searcher)))


async def answers(server: LoopbackDiscord, asked: Message) -> None:
    """Assert that a message has been answered, once."""
    reply = await server.wait_for_reply(asked)
    assert "One" in reply.text
    await asyncio.sleep(0.1)
    assert [each for each in server.said if each.reply_to == asked.id] == [reply]


def open_files() -> int:
    """Count the process's open files, where the system tells (Linux)."""
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.is_dir() else 0


async def drop(server: LoopbackDiscord) -> None:
    """Cut the TCP connection."""
    server.gateway.drop()


async def ask_to_reconnect(server: LoopbackDiscord) -> None:
    """Op 7."""
    await server.gateway.request_reconnect()


async def invalidate(server: LoopbackDiscord) -> None:
    """Op 9, after which a session may be resumed."""
    await server.gateway.invalidate(resumable=True)


async def freeze(server: LoopbackDiscord) -> None:
    """A zombie: open and silent, which heartbeats tell; sooner here than after a minute."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.heartbeat_timeout = 0.6
    server.gateway.freeze()


async def go_away(server: LoopbackDiscord) -> None:
    """A close code that a client resumes after."""
    await server.gateway.close_all(4000)


@pytest.mark.parametrize("fault", [drop, ask_to_reconnect, invalidate, freeze, go_away])
async def test_a_lost_connection_is_resumed_and_loses_no_question(
    settings: Settings,
    server: LoopbackDiscord,
    searcher: ScriptedSearcher,
    fault: Callable[..., Any],
) -> None:
    """Asked before, meanwhile and after: each is answered once, in the same session."""
    searcher.gate = threading.Event()
    async with running(settings, server, searcher):
        session = await server.ready()
        before = await server.send_message("before", mention=True)
        await until(lambda: searcher.asked)
        await fault(server)
        meanwhile = await server.send_message("meanwhile", mention=True)
        searcher.gate.set()
        await server.resumed(session)
        after = await server.send_message("after", mention=True)
        for asked in (before, meanwhile, after):
            await answers(server, asked)
        assert len(server.gateway.identified) == 1


async def test_a_session_that_ended_is_begun_anew(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """Op 9 for good: what was acknowledged is answered, and what comes after it too."""
    searcher.gate = threading.Event()
    async with running(settings, server, searcher):
        before = await server.send_message("before", mention=True)
        await until(lambda: searcher.asked)
        await server.gateway.invalidate()
        searcher.gate.set()
        await server.ready(identified=2)
        after = await server.send_message("after", mention=True)
        for asked in (before, after):
            await answers(server, asked)


async def test_a_token_that_is_reset_meanwhile_ends_it_at_once(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """One clear error, no further login and no further connection."""
    async with running(settings, server, searcher) as task:
        handshakes, requests = server.gateway.handshakes, server.requests
        await server.revoke_token()
        with pytest.raises(TokenError, match="does not accept the token"):
            await task
        assert server.gateway.handshakes == handshakes
        assert server.requests == requests


async def test_a_token_that_is_reset_while_the_connection_is_down_ends_it(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """The one attempt to come back is refused, and there is no second."""
    async with running(settings, server, searcher) as task:
        handshakes = server.gateway.handshakes
        await server.revoke_token(quietly=True)
        server.gateway.drop()
        with pytest.raises(TokenError):
            await task
        assert server.gateway.handshakes == handshakes + 1
        assert server.unauthorized <= 1


async def test_a_first_handshake_that_is_refused_is_tried_again_with_jitter(
    settings: Settings,
    server: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bound of the random wait doubles with every attempt; then the bot serves."""
    bounds: list[tuple[float, float]] = []

    def soon(least: float, most: float) -> float:
        bounds.append((least, most))
        return 0.0

    monkeypatch.setattr(random, "uniform", soon)
    server.refuse_handshakes(4, "http")
    async with running(settings, server, searcher):
        await answers(server, await server.send_message("now", mention=True))
    assert bounds[:4] == [(0.5, 2.0), (0.5, 4.0), (0.5, 8.0), (0.5, 16.0)]
    assert server.gateway.handshakes == 5


async def test_a_ban_for_too_many_requests_at_login_is_sat_out(
    settings: Settings,
    server: LoopbackDiscord,
    searcher: ScriptedSearcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A 429 that is Cloudflare's (it has no Via) passes: no reason to end, none to ask at once."""

    def at_once(_least: float, _most: float) -> float:
        return 0.0

    monkeypatch.setattr(random, "uniform", at_once)
    server.refuse_requests("GET", "/users/@me$", 429, times=2)
    with caplog.at_level(logging.WARNING, logger="bot"):
        async with running(settings, server, searcher):
            await answers(server, await server.send_message("now", mention=True))
    assert caplog.text.count("trying again") >= 2


async def test_a_ban_costs_one_reply_and_one_line(
    settings: Settings,
    server: LoopbackDiscord,
    searcher: ScriptedSearcher,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A 429 without Via is not tried again: that would make it longer."""
    async with running(settings, server, searcher):
        server.refuse_requests("POST", MESSAGES, 429)
        with caplog.at_level(logging.WARNING, logger="bot"):
            await server.send_message("banned", mention=True)
            await until(lambda: "reply was not possible" in caplog.text)
        assert "Traceback" not in caplog.text
        await answers(server, await server.send_message("again", mention=True))
        assert len(server.said) == 1


@pytest.mark.parametrize("late", [False, True], ids=["not done", "done"])
async def test_a_connection_that_is_cut_under_a_reply_never_says_it_twice(
    settings: Settings,
    server: LoopbackDiscord,
    searcher: ScriptedSearcher,
    late: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whether Discord took the reply before the connection broke or not."""
    async with running(settings, server, searcher):
        server.cut_requests("POST", MESSAGES, late=late)
        with caplog.at_level(logging.WARNING, logger="bot"):
            asked = await server.send_message("cut", mention=True)
            # Else the connection might be cut under the next one.
            await until(lambda: bool(server.said) or "reply was not possible" in caplog.text)
        await answers(server, await server.send_message("next", mention=True))
        assert len([each for each in server.said if each.reply_to == asked.id]) <= 1


async def test_a_slow_discord_is_answered_in_time(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """With half a second on every request a command is acknowledged inside Discord's three."""
    async with running(settings, server, searcher):
        server.slow_down(0.5)
        interaction = await server.slash("ask", question="slow")
        assert await server.acknowledged(interaction) < 3
        assert "One" in (await server.answered(interaction)).text
        server.slow_down(0)


async def test_a_thousand_questions_at_once(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """Each of a thousand people gets one reply: an answer where there is a place, else a word."""
    ours = settings.model_copy(update={"workers": 2, "queue": 8, "global_rate": "off"})
    busy = "Too many questions are waiting"

    def kinds() -> list[str]:
        told = [each.text for each in server.said]
        return [
            "busy" if busy in text else "answer" for text in told if busy in text or "One" in text
        ]

    slow = Slow(searcher.root, searcher.ask("").quotes)
    async with running(ours, server, slow):
        asked = [
            await server.send_message(f"question {n}", mention=True, author_id=10_000 + n)
            for n in range(1000)
        ]
        async with asyncio.timeout(60):
            while len(kinds()) < len(asked):  # noqa: ASYNC110  # to look at each event takes long
                await asyncio.sleep(0.5)
        assert sorted(each.reply_to or 0 for each in server.said) == [each.id for each in asked]
        assert kinds().count("answer") >= 10
        assert kinds().count("busy") >= 500
        await answers(server, await server.send_message("afterwards", mention=True))


async def test_a_handler_that_raises_hangs_or_asks_in_vain_leaves_nothing_behind(
    settings: Settings, server: LoopbackDiscord, searcher: ScriptedSearcher
) -> None:
    """After fifty of each there are as many tasks, threads and open files as before."""
    ours = settings.model_copy(update={"timeout_s": 0.05})

    async def rounds(count: int) -> tuple[int, int, int]:
        for n in range(count):
            searcher.error = RuntimeError("a bug") if n % 3 == 0 else None
            searcher.gate = threading.Event() if n % 3 == 1 else None
            await server.wait_for_reply(await server.send_message(f"question {n}", mention=True))
            if searcher.gate is not None:
                searcher.gate.set()
        searcher.error = searcher.gate = None
        await asyncio.sleep(0.2)
        return len(asyncio.all_tasks()), threading.active_count(), open_files()

    async with running(ours, server, searcher):
        before = await rounds(12)
        after = await rounds(150)
        assert all(b <= a + 2 for a, b in zip(before, after, strict=True)), (before, after)
