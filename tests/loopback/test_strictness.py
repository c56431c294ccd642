"""The stand-in's strictness: what Discord refuses, it refuses, and what Discord takes, it takes."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from loopback import payloads
from loopback.server import LoopbackDiscord


async def _json_post(server: LoopbackDiscord, path: str, body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.api_url}{path}", json=body) as response,
    ):
        return response.status, await response.json()


def _text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def _button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}


_V2: dict[str, Any] = {"flags": 1 << 15, "allowed_mentions": {"parse": []}}


_BEYOND: list[dict[str, Any]] = [
    {"content": "x" * 2001, "allowed_mentions": {"parse": []}},
    {"content": "", "allowed_mentions": {"parse": []}},
    {"content": "x"},
    {"content": "x", "allowed_mentions": {"parse": ["users"]}},
    {"content": "x", "allowed_mentions": {"parse": [], "replied_user": True}},
    {"components": [_text("x")], "allowed_mentions": {"parse": []}},
    {**_V2, "components": [_text("x" * 2001), _text("x" * 2000)]},
    {**_V2, "components": [_text("x")] * 41},
    {**_V2, "components": [{"type": 17, "components": [_text("x")] * 40}]},
    {**_V2, "components": [_text("x")], "content": "beside"},
    {**_V2, "components": [{"type": 1, "components": [_button("a"), _button("a")]}]},
    {**_V2, "components": [{"type": 1, "components": [_button("a" * 101)]}]},
    {"content": "x", "flags": 1, "allowed_mentions": {"parse": []}},
    {
        "content": "x",
        "allowed_mentions": {"parse": []},
        "message_reference": {"message_id": "1"},
    },
]


@pytest.mark.parametrize(
    "body",
    _BEYOND,
    ids=[
        "long content",
        "empty",
        "no allowed mentions",
        "mentions users",
        "mentions the author",
        "V2 without its flag",
        "4,001 characters",
        "41 components",
        "41 components, nested",
        "content beside V2",
        "custom_id twice",
        "custom_id too long",
        "foreign flag",
        "unknown reference",
    ],
)
async def test_refuses_what_discord_refuses(body: dict[str, Any]) -> None:
    """A body beyond Discord's limits is answered with 400 and code 50035, and is recorded."""
    async with LoopbackDiscord() as server:
        path = f"/channels/{payloads.TEXT_ID}/messages"
        status, answer = await _json_post(server, path, body)
        assert (status, answer["code"]) == (400, 50035)
        assert len(server.violations) == 1
        assert server.said == []


async def test_accepts_what_stands_at_the_limits() -> None:
    """4,000 characters, 40 components and ids of 100 characters are Discord's to take."""
    rows = [{"type": 1, "components": [_button(f"{n}".ljust(100, "b"))]} for n in range(18)]
    texts = [_text("x" * 1000)] * 4
    async with LoopbackDiscord() as server:
        path = f"/channels/{payloads.TEXT_ID}/messages"
        status, _ = await _json_post(server, path, {**_V2, "components": [*rows, *texts]})
        assert status == 200
        assert server.violations == []
        assert len(server.said[0].text.replace("\n", "")) == 4000
        assert len(server.said[0].controls) == 18


async def test_refuses_commands_beyond_the_limits() -> None:
    """A description of 101 characters does not sync."""
    commands = [{"name": "ask", "type": 1, "description": "x" * 101}]
    async with LoopbackDiscord() as server, aiohttp.ClientSession() as session:
        url = f"{server.api_url}/applications/{payloads.BOT_ID}/commands"
        headers = {"Authorization": f"Bot {server.token}"}
        async with session.put(url, json=commands, headers=headers) as response:
            assert response.status == 400
        assert server.commands == {}


async def test_records_unknown_routes() -> None:
    """A route that the stand-in does not know answers 404 and counts as a violation."""
    async with LoopbackDiscord() as server:
        status, _ = await _json_post(server, "/guilds/1/bans", {})
        assert status == 404
        assert [v.where for v in server.violations] == ["POST /guilds/1/bans"]


async def test_holds_answers_to_an_interaction_to_discords_order() -> None:
    """No follow-up before the callback, no second callback, no callback after three seconds."""
    async with LoopbackDiscord() as loopback:
        interaction = await loopback.slash("ask", question="x")
        answer: dict[str, Any] = {
            "type": 4,
            "data": {"content": "x", "allowed_mentions": {"parse": []}},
        }
        callback = f"/interactions/{interaction.id}/{interaction.token}/callback"
        follow_up = f"/webhooks/{payloads.BOT_ID}/{interaction.token}"
        assert (await _json_post(loopback, follow_up, answer["data"]))[1]["code"] == 10015
        assert (await _json_post(loopback, f"{callback}?with_response=1", answer))[0] == 200
        assert (await _json_post(loopback, callback, answer))[1]["code"] == 40060
        late = await loopback.slash("ask", question="x")
        late.dispatched_at -= 3.1
        path = f"/interactions/{late.id}/{late.token}/callback"
        assert (await _json_post(loopback, path, answer))[1]["code"] == 10062
        assert len(loopback.violations) == 3
