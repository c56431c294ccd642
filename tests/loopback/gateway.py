"""Discord's gateway v10 over a real WebSocket: sessions, heartbeats, resume, refusals."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import WSMsgType, web

from loopback import payloads
from loopback.payloads import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopback.world import Message, World

PATH = "/gateway"

_DISPATCH, _HEARTBEAT, _IDENTIFY, _PRESENCE, _RESUME, _RECONNECT = 0, 1, 2, 3, 6, 7
_INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 9, 10, 11
_PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15)  # members, presences, message content
_GUILDS, _GUILD_MESSAGES, _DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12

_IDENTIFY_S = 5.0

Refusal = Literal["http", "reset", "close"]


class _Socket:
    """One connection: frames are compressed as its URL asked, and stay in order.

    ``zlib-stream`` is served; for any other compression the frames are plain text, which every
    client reads beside compressed ones.
    """

    def __init__(self, request: web.Request) -> None:
        self.ws = web.WebSocketResponse(max_msg_size=4096)
        self.opened_at = time.monotonic()
        self.frozen = False
        self.closed_here = False
        self._request = request
        self._deflate = (
            zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        )
        self._lock = asyncio.Lock()

    async def send(
        self, op: int, d: Any = None, *, s: int | None = None, t: str | None = None
    ) -> None:
        text = json.dumps({"op": op, "d": d, "s": s, "t": t})
        async with self._lock:
            if self.ws.closed or self.frozen:
                return
            try:
                if self._deflate is None:
                    await self.ws.send_str(text)
                else:
                    data = self._deflate.compress(text.encode())
                    await self.ws.send_bytes(data + self._deflate.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                # The client is gone: the session keeps the event for its resume.
                return

    def drop(self) -> None:
        """Cut the TCP connection without a closing handshake."""
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass(slots=True)
class Session:
    """One identified client; it outlives its sockets until it is closed with 1000 or 1001."""

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    events: list[tuple[str, Json]] = field(default_factory=list[tuple[str, Json]])
    socket: _Socket | None = None
    resumes: int = 0

    def has(self, guild_id: int | None) -> bool:
        """Whether it is told of a guild; of direct messages, None, the first shard is."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    async def dispatch(self, event: str, data: Json) -> None:
        """Number an event, keep it for a resume, and send it where a socket is open."""
        self.events.append((event, data))
        if self.socket is not None:
            await self.socket.send(_DISPATCH, data, s=len(self.events), t=event)


class Gateway:
    """Holds the sessions; ``handle`` serves one connection."""

    def __init__(self, world: World, url: Callable[[], str], *, heartbeat_interval_ms: int) -> None:
        self._world = world
        self._url = url
        self._heartbeat_interval_ms = heartbeat_interval_ms
        self._sessions: dict[str, Session] = {}
        self._sockets: set[_Socket] = set()
        self.refusals: list[Refusal] = []
        self.handshakes = 0
        self.heartbeats = 0
        self.identified: list[Session] = []
        self.close_codes: list[int | None] = []
        self._identified_at: dict[int, float] = {}

    @property
    def shards(self) -> list[tuple[int, int]]:
        """The shards that are connected, in their order."""
        return sorted(each.shard for each in self._sessions.values() if each.socket is not None)

    @property
    def connected(self) -> Session | None:
        """The session with an open socket."""
        live = [s for s in self._sessions.values() if s.socket is not None]
        return live[0] if live else None

    async def dispatch(
        self, event: str, data: Json, *, guild_id: int | None = None, intent: int = 0
    ) -> None:
        """Send an event to every session of its guild's shard whose intents ask for it."""
        for session in list(self._sessions.values()):
            if not session.has(guild_id):
                continue
            if not intent or session.intents & intent:
                await session.dispatch(event, data)

    async def dispatch_message(self, event: str, channel_id: int, data: Json) -> None:
        """Send a message event under the intent of its channel."""
        intent = _DIRECT_MESSAGES if channel_id == payloads.DM_ID else _GUILD_MESSAGES
        guild_id = self._world.guild_of(channel_id)
        await self.dispatch(event, data, guild_id=guild_id, intent=intent)

    async def show(self, event: str, message: Message) -> None:
        """Send the bot its own message, as Discord does with all but ephemeral ones."""
        if not message.ephemeral:
            await self.dispatch_message(event, message.channel_id, dict(message.wire))

    def drop(self) -> None:
        """Cut every TCP connection; the sessions can be resumed."""
        for socket in self._sockets:
            socket.drop()

    async def request_reconnect(self) -> None:
        """Ask the client to reconnect and resume (op 7)."""
        for socket in list(self._sockets):
            await socket.send(_RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9).

        It must identify anew, or else may resume.
        """
        if not resumable:
            self._sessions.clear()
        for socket in list(self._sockets):
            await socket.send(_INVALID_SESSION, d=resumable)

    def freeze(self) -> None:
        """Let every connection become a zombie: open, and nothing comes any more, not even acks."""
        for socket in self._sockets:
            socket.frozen = True

    async def close_all(self, code: int) -> None:
        """Close every connection with a code; the sessions can be resumed."""
        for socket in list(self._sockets):
            socket.closed_here = True
            await socket.ws.close(code=code)

    async def close(self) -> None:
        """Close every socket as a server does that goes away."""
        for socket in list(self._sockets):
            await socket.ws.close(code=1001)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection, from the handshake to its close."""
        self.handshakes += 1
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal == "http":
            return web.Response(status=503)
        socket = _Socket(request)
        if refusal == "reset":
            socket.drop()
            return web.Response(status=503)
        await socket.ws.prepare(request)
        if refusal == "close":
            await socket.ws.close(code=1012)
            return socket.ws
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            await self._refuse(socket, 4012, f"asked for {request.query_string!r}")
            return socket.ws
        self._sockets.add(socket)
        try:
            await self._converse(socket)
        finally:
            self._sockets.discard(socket)
            self._part(socket)
        return socket.ws

    async def _converse(self, socket: _Socket) -> None:
        await socket.send(_HELLO, {"heartbeat_interval": self._heartbeat_interval_ms})
        async for frame in socket.ws:
            if frame.type is not WSMsgType.TEXT:
                await self._refuse(socket, 4002, f"sent a {frame.type.name} frame")
                return
            message: Json = json.loads(frame.data)
            op: int = message["op"]
            if op == _HEARTBEAT:
                self.heartbeats += 1
                self._world.notify()
                await socket.send(_HEARTBEAT_ACK)
            elif op == _IDENTIFY:
                await self._identify(socket, message["d"])
            elif op == _RESUME:
                await self._resume(socket, message["d"])
            elif self._session_of(socket) is None:
                await self._refuse(socket, 4003, f"op {op} before identifying")
            elif op != _PRESENCE:
                await self._refuse(socket, 4001, f"op {op}, which a bot of ours has no use for")

    async def _identify(self, socket: _Socket, data: Json) -> None:
        intents: int = data["intents"]
        number, count = data.get("shard", (0, 1))
        if self._session_of(socket) is not None:
            await self._refuse(socket, 4005, "identified twice")
        elif data["token"] != self._world.token:
            await socket.ws.close(code=4004, message=b"Authentication failed.")
        elif intents & _PRIVILEGED_INTENTS:
            await self._refuse(socket, 4014, f"privileged intents in {intents:#x}")
        elif not {"os", "browser", "device"} <= set(data["properties"]):
            await self._refuse(socket, 4002, "identified without properties")
        elif not 0 <= number < count:
            await self._refuse(socket, 4010, f"shard {number} of {count}")
        elif count < self._world.shards:
            await socket.ws.close(code=4011, message=b"Sharding required.")
        elif self._too_soon(number):
            await socket.send(_INVALID_SESSION, d=False)
        else:
            session = Session(
                f"session-{self._world.snowflake()}", intents, (number, count), socket=socket
            )
            self._sessions[session.id] = session
            self.identified.append(session)
            await session.dispatch("READY", self._ready(session))
            if intents & _GUILDS:
                for guild_id, text_id in self._guilds(session):
                    await session.dispatch("GUILD_CREATE", payloads.guild(guild_id, text_id))
            self._world.notify()

    def _too_soon(self, shard_id: int) -> bool:
        """Whether a shard identifies less than five seconds after one that it must not."""
        if self._world.max_concurrency is None:
            return False
        now, bucket = time.monotonic(), shard_id % self._world.max_concurrency
        before = self._identified_at.get(bucket)
        self._identified_at[bucket] = now
        # What takes different times on its way here arrives closer together.
        if before is None or now - before >= _IDENTIFY_S - 0.5:
            return False
        self._world.violate("gateway", f"shard {shard_id} identified {now - before:.1f} s after")
        return True

    def _guilds(self, session: Session) -> list[tuple[int, int]]:
        return [each for each in self._world.text_channels.items() if session.has(each[0])]

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": payloads.user(payloads.BOT_ID),
            "guilds": [
                {"id": str(guild_id), "unavailable": True} for guild_id, _ in self._guilds(session)
            ],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "shard": list(session.shard),
            "application": {"id": str(payloads.BOT_ID), "flags": 0},
        }

    async def _resume(self, socket: _Socket, data: Json) -> None:
        session = self._sessions.get(str(data["session_id"]))
        if data["token"] != self._world.token:
            await socket.ws.close(code=4004, message=b"Authentication failed.")
        elif session is None:
            await socket.send(_INVALID_SESSION, d=False)
        elif data["seq"] > len(session.events):
            await self._refuse(socket, 4007, f"resumed at {data['seq']} of {len(session.events)}")
        else:
            number: int = data["seq"]
            while number < len(session.events):  # more may come meanwhile
                event, payload = session.events[number]
                number += 1
                await socket.send(_DISPATCH, payload, s=number, t=event)
            session.socket = socket
            session.resumes += 1
            await session.dispatch("RESUMED", {})
            self._world.notify()

    def _session_of(self, socket: _Socket) -> Session | None:
        return next((s for s in self._sessions.values() if s.socket is socket), None)

    def _part(self, socket: _Socket) -> None:
        self.close_codes.append(socket.ws.close_code)
        session = self._session_of(socket)
        if session is not None:
            session.socket = None
            if socket.ws.close_code in {1000, 1001} and not socket.closed_here:
                del self._sessions[session.id]
        self._world.notify()

    async def _refuse(self, socket: _Socket, code: int, what: str) -> None:
        self._world.violate("gateway", what)
        await socket.ws.close(code=code, message=what.encode()[:120])
