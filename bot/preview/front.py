"""The page: simcord's, in newsquote's dress, and every request passed on to simcord (aiohttp)."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import web

from bot.errors import PreviewError
from bot.preview.gate import HOST, Gate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.preview.room import Room

_PAGE: Final = Path(__file__).with_name("page")
_OURS: Final = {"/newsquote.css": "text/css", "/newsquote.svg": "image/svg+xml"}
_HEAD: Final = (
    '<link rel="icon" href="/newsquote.svg"><link rel="stylesheet" href="/newsquote.css">'
)
_DRESS: Final = (
    ("<title>SimCord Preview</title>", "<title>newsquote preview</title>"),
    ("</head>", f"{_HEAD}</head>"),
    (">S</span>", ">”</span>"),
    ("<strong>SimCord</strong>", "<strong>newsquote</strong>"),
)
"""What is exchanged in simcord's page; a page without it works, and looks like simcord's."""
_MOST_BYTES: Final = 256 * 1024
_KEY: Final = "X-Simcord-Capability"
_CONTEXT: Final = "X-Simcord-Context"
# Those of one connection, and those that tell how a body was packed, which is unpacked here.
_LEFT_OUT: Final = {"connection", "content-encoding", "content-length", "date", "keep-alive"} | {
    "server",
    "transfer-encoding",
}


class Front:
    """Serves the page of a room to whoever the gate lets in; ``link`` leads to it."""

    def __init__(self, room: Room, session: aiohttp.ClientSession) -> None:
        self._room = room
        self._session = session
        self._runner: web.AppRunner | None = None
        self.gate = Gate(lambda: self.port)

    @property
    def port(self) -> int:
        """The port that we listen on; 0 before."""
        return next((number for _, number in self.addresses), 0)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The addresses and ports that we listen on."""
        return [(each[0], each[1]) for each in self._runner.addresses] if self._runner else []

    async def start(self, port: int) -> None:
        """Listen on 127.0.0.1; 0 is any free port. Raises PreviewError where it is taken."""
        app = web.Application(middlewares=[self.gate.guard], client_max_size=_MOST_BYTES)
        app.router.add_get("/", self._page)
        for path in _OURS:
            app.router.add_get(path, self._own)
        app.router.add_post("/api/action", self._act)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            raise PreviewError(
                f"Port {port} cannot be used: {error.strerror}.",
                remedy="Leave --port out, or give another.",
            ) from error

    async def close(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = await self._pass_on(request)
        text = (response.body or b"").decode()
        for theirs, ours in _DRESS:
            text = text.replace(theirs, ours, 1)
        return web.Response(text=text, content_type="text/html", status=response.status)

    async def _own(self, request: web.Request) -> web.StreamResponse:
        text = (_PAGE / request.path.removeprefix("/")).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_OURS[request.path])

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """Pass on what the reader does. What they write mentions the bot: it hears nothing else."""
        if request.content_type != "application/json":  # no command of ours takes a file
            raise web.HTTPUnsupportedMediaType
        try:
            action: Any = await request.json()
        except ValueError as error:
            raise web.HTTPBadRequest(text="This is not JSON.") from error
        await self._room.catch_up()
        return await self._pass_on(request, json.dumps(self._addressed(action)).encode())

    def _addressed(self, action: Any) -> Any:
        match action:
            case {"kind": "send_message", "content": str(text)} if self._room.mention not in text:
                return {**action, "content": f"{self._room.mention} {text}"}
            case _:
                return action

    async def _pass_on(self, request: web.Request, body: bytes | None = None) -> web.Response:
        headers = {_KEY: self._room.capability}
        for name in (_CONTEXT, "Content-Type"):
            if name in request.headers:
                headers[name] = request.headers[name]
        asked = request.rel_url
        # Not joined: a path of "//other" would name another server.
        url = self._room.origin.with_path(asked.raw_path, encoded=True).with_query(asked.query)
        data = body if body is not None else await request.read()
        try:
            async with self._session.request(
                request.method, url, headers=headers, data=data or None, allow_redirects=False
            ) as theirs:
                kept = [(n, v) for n, v in theirs.headers.items() if n.lower() not in _LEFT_OUT]
                return web.Response(body=await theirs.read(), status=theirs.status, headers=kept)
        except aiohttp.ClientError as error:
            raise web.HTTPBadGateway(text="The preview has ended.") from error


@asynccontextmanager
async def serving(room: Room, port: int = 0) -> AsyncGenerator[Front]:
    """Serve a room for the block. Raises PreviewError where the port is taken."""
    async with aiohttp.ClientSession(auto_decompress=True) as session:
        front = Front(room, session)
        try:
            await front.start(port)
            yield front
        finally:
            await front.close()
