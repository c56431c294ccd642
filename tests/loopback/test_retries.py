"""Rate limits and outages of Discord's, over real HTTP: the answer comes once they are over."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.app import create_bot
from bot.settings import Settings, variable
from loopback.server import LoopbackDiscord
from scripted import ScriptedLive, ScriptedSearcher, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MESSAGES = r"/channels/\d+/messages$"
CALLBACK = "/callback$"
EDIT = "/messages/@original$"


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    """A stand-in for Discord with our bot on it, over a scripted searcher."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    settings = Settings(index=tmp_path / "index", user_rate="off")
    corpus = tmp_path / "corpus"
    lines = [f"Sentence {n} speaks of Kim." for n in range(12)]
    live = ScriptedLive(ScriptedSearcher(corpus, write_corpus(corpus, lines)))
    async with LoopbackDiscord() as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(server.gateway_url))
        bot = create_bot(settings, live)
        async with bot, asyncio.TaskGroup() as group:
            group.create_task(bot.start(server.token))
            await server.ready()
            yield server
            await bot.close()
        assert server.violations == []


async def test_a_rate_limited_reply_waits_as_long_as_it_is_told(served: LoopbackDiscord) -> None:
    """429 with retry_after: the reply comes after it, once."""
    served.refuse_requests("POST", MESSAGES, 429, retry_after_s=0.5)
    asked = await served.send_message("Kim?", mention=True)
    reply = await served.wait_for_reply(asked)
    assert reply.created_at - asked.created_at > 0.5
    await asyncio.sleep(0.2)
    assert served.said == [reply]


@pytest.mark.parametrize("path", [CALLBACK, EDIT])
async def test_a_rate_limited_command_is_answered(served: LoopbackDiscord, path: str) -> None:
    """Whether taking the command or the answer itself is limited."""
    served.refuse_requests("POST" if path == CALLBACK else "PATCH", path, 429, retry_after_s=0.3)
    interaction = await served.slash("ask", question="Kim?")
    answer = await served.answered(interaction)
    assert "Sentence 1 speaks" in answer.text


async def test_an_outage_of_a_moment_is_sat_out(served: LoopbackDiscord) -> None:
    """500 once: discord.py tries again after a second."""
    served.refuse_requests("POST", MESSAGES, 500)
    reply = await served.wait_for_reply(await served.send_message("Kim?", mention=True))
    assert "Sentence 1 speaks" in reply.text


async def test_a_503_costs_one_reply_and_one_line(
    served: LoopbackDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    """discord.py does not try a message again after 503; the next question is answered."""
    served.refuse_requests("POST", MESSAGES, 503)
    with caplog.at_level(logging.WARNING):
        await served.send_message("Kim?", mention=True)
        await until(lambda: caplog.records)
    (record,) = caplog.records
    assert re.match(r"reply was not possible: 503", record.getMessage())
    assert record.exc_info is None
    reply = await served.wait_for_reply(await served.send_message("Putin?", mention=True))
    assert served.said == [reply]
