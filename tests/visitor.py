"""A browser without a screen: speaks to the preview over HTTP as its page does."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from bot.preview.front import Front

    Json = dict[str, Any]


class Visitor:
    """Who opened the link; ``state`` is what the page shows."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base
        self.state: Json = {}
        self._done = 0

    async def open(self) -> None:
        """Open the conversation."""
        async with self.session.post(f"{self.base}/api/pages", json={}) as response:
            assert response.status == 200
            self.state = await response.json()

    async def say(self, text: str) -> str:
        """Write a message; return what is last in the conversation afterwards."""
        await self._act("send_message", content=text, reply_to_id=None)
        return self.last

    async def run(self, name: str, **options: str) -> str:
        """Run a slash command; return what is last in the conversation afterwards."""
        async with self.session.get(f"{self.base}/api/commands", headers=self._context) as response:
            entries: list[Json] = (await response.json())["entries"]
        (entry,) = [each for each in entries if each["invocation"] == name]
        chosen = {"command_id": entry["commandId"], "path": entry["path"], "options": options}
        await self._act("run_command", **chosen, schema_fingerprint=entry["schemaFingerprint"])
        return self.last

    async def press(self, label: str) -> str:
        """Press the last button of that name; return what is last in the conversation then."""
        keys = [
            part["control_key"]
            for message in self.state["timeline"]
            for part in _parts(self.state["messages"][message])
            if part.get("label") == label and "control_key" in part
        ]
        message = keys[-1].split(":")[1]
        await self._act("click", control_key=keys[-1], target_id=message)
        return self.last

    @property
    def last(self) -> str:
        """The text of the last message."""
        return self._text(self.state["timeline"][-1])

    @property
    def questions(self) -> list[str]:
        """What was written in messages without a layout."""
        told = [self.state["messages"][each] for each in self.state["timeline"]]
        return [each["content"] for each in told if each["content"]]

    def _text(self, message_id: str) -> str:
        parts = _parts(self.state["messages"][message_id])
        return "\n".join(part["content"] for part in parts if part.get("type") == 10)

    async def _act(self, kind: str, **fields: object) -> None:
        self._done += 1
        action = {
            "protocol_version": 3,
            "kind": kind,
            "request_id": f"request{self._done}",
            "sequence": self._done,
            "generation": self.state["context"]["generation"],
            "bot_generation": self.state["botGeneration"],
            "published_revision": self.state["publishedRevision"],
            "target_id": self.state["targetId"],
            **fields,
        }
        url = f"{self.base}/api/action"
        async with self.session.post(url, json=action, headers=self._context) as response:
            receipt: Json = await response.json()
        assert receipt["settlement"] == "settled", receipt
        async with self.session.get(f"{self.base}/api/state", headers=self._context) as response:
            self.state = await response.json()

    @property
    def _context(self) -> dict[str, str]:
        return {"X-Simcord-Context": self.state["context"]["id"]}


@asynccontextmanager
async def outside(front: Front) -> AsyncGenerator[Visitor]:
    """Whoever knows the address and nothing else."""
    jar = aiohttp.CookieJar(unsafe=True)  # "unsafe" are cookies of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Visitor(session, f"http://127.0.0.1:{front.port}")


@asynccontextmanager
async def inside(front: Front) -> AsyncGenerator[Visitor]:
    """Whoever opens the link."""
    async with outside(front) as visitor:
        async with visitor.session.get(front.gate.link) as response:
            assert response.status == 200
        yield visitor


def _parts(found: Any) -> Iterator[Json]:
    """Return every object inside of what a message is made of."""
    match found:
        case dict():
            yield cast("Json", found)
            for each in cast("Json", found).values():
                yield from _parts(each)
        case list():
            for each in cast("list[Any]", found):
                yield from _parts(each)
        case _:
            pass
