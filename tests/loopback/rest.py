"""Discord's REST v10 routes for a bot's own account, its commands, channels and messages."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from loopback import payloads
from loopback.rules import RefusedError, check_commands, checked_message, invalid_form, unknown
from loopback.world import Typing

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler, Middleware

    from loopback.gateway import Gateway
    from loopback.payloads import Json
    from loopback.world import Fault, Message, World

PREFIX = "/api/v10"
_CHANNELS = {payloads.TEXT_ID, payloads.SECOND_TEXT_ID, payloads.THREAD_ID, payloads.DM_ID}


def strictness(world: World) -> Middleware:
    """Return the middleware that checks the token and answers errors in Discord's shape.

    What Discord would refuse, unknown routes included, is recorded as a violation; a wrong token
    is counted apart.
    """

    @web.middleware
    async def strict(request: web.Request, handler: Handler) -> web.StreamResponse:
        where = f"{request.method} {request.path.removeprefix(PREFIX)}"
        # The token in these two paths is the permission; Discord wants no other.
        world.requests += 1
        await asyncio.sleep(world.latency_s)
        by_token = request.path.startswith((f"{PREFIX}/interactions/", f"{PREFIX}/webhooks/"))
        wants_token = request.path.startswith(PREFIX) and not by_token
        if wants_token and request.headers.get("Authorization") != f"Bot {world.token}":
            world.unauthorized += 1
            return json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        if fault := world.fault(request.method, request.path):
            if fault.late:
                await handler(request)
            return _faulty(fault, request)
        try:
            return await handler(request)
        except RefusedError as refusal:
            world.violate(where, str(refusal))
            return json_response(refusal.body, status=refusal.status)
        except web.HTTPException as error:
            world.violate(where, f"{error.status} {error.reason}")
            body = {"message": f"{error.status}: {error.reason}", "code": 0}
            return json_response(body, status=error.status)

    return strict


def _faulty(fault: Fault, request: web.Request) -> web.Response:
    if not fault.status and request.transport is not None:
        request.transport.abort()
    if fault.retry_after_s is None:
        return web.Response(status=fault.status or 502, text="<html>upstream connect error</html>")
    limited: Json = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after_s,
        "global": False,
    }
    response = json_response(limited, fault.status)
    # discord.py takes a 429 without this header for a ban by Cloudflare.
    response.headers["Via"] = "1.1 google"
    response.headers["Retry-After"] = str(fault.retry_after_s)
    return response


class Rest:
    """The routes that want the bot's token."""

    def __init__(self, world: World, gateway: Gateway, url: Callable[[], str]) -> None:
        self._world = world
        self._gateway = gateway
        self._url = url

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for an aiohttp application."""
        channel, messages = f"{PREFIX}/channels/{{channel}}", "messages/{message}"
        commands = f"{PREFIX}/applications/{{application}}/commands"
        return [
            web.get(f"{PREFIX}/users/@me", self._me),
            web.get(f"{PREFIX}/oauth2/applications/@me", self._application),
            web.get(f"{PREFIX}/gateway", self._gateway_url),
            web.get(f"{PREFIX}/gateway/bot", self._gateway_url),
            web.put(commands, self._sync),
            web.get(commands, self._commands),
            web.get(channel, self._channel),
            web.post(f"{channel}/typing", self._typing),
            web.post(f"{channel}/messages", self._send),
            web.get(f"{channel}/{messages}", self._fetch),
            web.patch(f"{channel}/{messages}", self._edit),
        ]

    async def _me(self, _: web.Request) -> web.Response:
        return json_response(payloads.user(payloads.BOT_ID))

    async def _application(self, _: web.Request) -> web.Response:
        return json_response(payloads.application() | self._world.application)

    async def _gateway_url(self, _: web.Request) -> web.Response:
        at_once = self._world.max_concurrency or 1
        limit = {
            "total": 1000,
            "remaining": self._world.starts_left,
            "reset_after": 3_600_000,
            "max_concurrency": at_once,
        }
        told = {"url": self._url(), "shards": self._world.shards, "session_start_limit": limit}
        return json_response(told)

    async def _sync(self, request: web.Request) -> web.Response:
        check_application(request)
        commands: list[Json] = await json_body(request)
        check_commands(commands)
        self._world.commands = {
            command["name"]: {
                "description": "",  # a menu is sent without one
                **command,
                "id": str(self._world.snowflake()),
                "application_id": str(payloads.BOT_ID),
                "version": "1",
            }
            for command in commands
        }
        self._world.syncs += 1
        self._world.notify()
        return await self._commands(request)

    async def _commands(self, request: web.Request) -> web.Response:
        check_application(request)
        return json_response(list(self._world.commands.values()))

    async def _channel(self, request: web.Request) -> web.Response:
        channel_id = _channel_id(request)
        guild_id = self._world.guild_of(channel_id) or payloads.GUILD_ID
        return json_response(payloads.channel(channel_id, guild_id))

    async def _typing(self, request: web.Request) -> web.Response:
        self._world.typing.append(Typing(_channel_id(request), time.monotonic()))
        self._world.notify()
        return web.Response(status=204)

    async def _send(self, request: web.Request) -> web.Response:
        channel_id = _channel_id(request)
        body = await json_body(request)
        fields = checked_message(body)
        nonce = str(body["nonce"]) if body.get("enforce_nonce") else None
        if nonce is not None and (channel_id, nonce) in self._world.by_nonce:
            self._world.sent_again += 1
            return json_response(self._world.by_nonce[channel_id, nonce].wire)
        reference: Json | None = body.get("message_reference")
        if reference is not None:
            replied = self._world.messages.get(int(reference["message_id"]))
            if replied is None or replied.channel_id != channel_id:
                raise invalid_form("message_reference", "Unknown message")
            fields["message_reference"] = {"type": 0, "channel_id": str(channel_id), **reference}
        message = self._world.add_message(payloads.BOT_ID, channel_id, fields)
        if nonce is not None:
            self._world.by_nonce[channel_id, nonce] = message
        await self._gateway.show("MESSAGE_CREATE", message)
        return json_response(message.wire)

    async def _fetch(self, request: web.Request) -> web.Response:
        return json_response(self._world.seen_by_bot(self._message(request).wire))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.wire["author"]["id"] != str(payloads.BOT_ID):
            raise RefusedError(403, 50005, "Cannot edit a message authored by another user")
        self._world.edit_message(message, checked_message(await json_body(request), message.wire))
        await self._gateway.show("MESSAGE_UPDATE", message)
        return json_response(message.wire)

    def _message(self, request: web.Request) -> Message:
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.channel_id != _channel_id(request):
            raise unknown("Message", 10008)
        return message


def check_application(request: web.Request) -> None:
    """Raise RefusedError where the path names another application."""
    if request.match_info["application"] != str(payloads.BOT_ID):
        raise unknown("Application", 10002)


def _channel_id(request: web.Request) -> int:
    channel_id = int(request.match_info["channel"])
    if channel_id not in _CHANNELS:
        raise unknown("Channel", 10003)
    return channel_id


async def json_body(request: web.Request) -> Any:
    """Return the request's JSON. Raises RefusedError for anything else."""
    if request.content_type != "application/json":
        raise invalid_form("content-type", f"{request.content_type}: only JSON is read here")
    try:
        return await request.json()
    except json.JSONDecodeError as error:
        raise RefusedError(400, 50109, "The request body contains invalid JSON.") from error


def json_response(data: Any, status: int = 200) -> web.Response:
    """Return a JSON answer. discord.py reads it only under the bare content type, no charset."""
    return web.Response(
        body=json.dumps(data).encode(), status=status, content_type="application/json"
    )
