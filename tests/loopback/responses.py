"""Discord's routes for answering interactions: the callback, the original, the follow-ups."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from loopback import payloads
from loopback.rest import PREFIX, check_application, json_body, json_response
from loopback.rules import (
    EPHEMERAL_FLAG,
    LOADING_FLAG,
    RefusedError,
    checked_message,
    invalid_form,
    unknown,
)
from loopback.world import Callback

if TYPE_CHECKING:
    from loopback.gateway import Gateway
    from loopback.payloads import Json
    from loopback.world import Interaction, Message, World

DEADLINE_S = 3.0
_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE = 4, 5, 6, 7


class Responses:
    """The routes whose path carries an interaction's token."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for an aiohttp application."""
        webhook = f"{PREFIX}/webhooks/{{application}}/{{token}}"
        return [
            web.post(f"{PREFIX}/interactions/{{id}}/{{token}}/callback", self._callback),
            web.post(webhook, self._follow_up),
            web.get(f"{webhook}/messages/{{message}}", self._fetch),
            web.patch(f"{webhook}/messages/{{message}}", self._edit),
            web.delete(f"{webhook}/messages/{{message}}", self._delete),
        ]

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(request.match_info["token"])
        at = time.monotonic()
        if interaction is None or str(interaction.id) != request.match_info["id"]:
            raise unknown("interaction", 10062)
        if interaction.callback is not None:
            raise RefusedError(400, 40060, "Interaction has already been acknowledged.")
        if at - interaction.dispatched_at > DEADLINE_S:
            raise unknown("interaction", 10062)
        body: Json = await json_body(request)
        kind: int = body["type"]
        clicked = self._clicked(interaction)
        fields = _callback_fields(kind, body.get("data") or {}, clicked)
        interaction.callback = Callback(kind, at)
        if clicked is None or kind in {_MESSAGE, _DEFER}:
            interaction.original = await self._answer(interaction, fields)
        else:
            interaction.original = clicked
            if fields:
                await self._change(clicked, fields)
        self._world.notify()
        if "with_response" not in request.query:
            return web.Response(status=204)
        return json_response(_callback_response(interaction, interaction.original))

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._acknowledged(request)
        fields = checked_message(await json_body(request))
        original = interaction.original
        if original is not None and original.loading:
            # The first follow-up fulfils a deferred answer, and is as private as the deferral.
            fields["flags"] |= original.wire["flags"] & EPHEMERAL_FLAG
            await self._change(original, fields)
            message = original
        else:
            message = await self._answer(interaction, fields)
            interaction.followups.append(message)
            self._world.notify()
        if request.query.get("wait") not in {"1", "true"}:
            return web.Response(status=204)
        return json_response(message.wire)

    async def _fetch(self, request: web.Request) -> web.Response:
        return json_response(self._message(request).wire)

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        await self._change(message, checked_message(await json_body(request), message.wire))
        return json_response(message.wire)

    async def _delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        del self._world.messages[message.id]
        gone = {"id": str(message.id), "channel_id": str(message.channel_id)}
        await self._gateway.dispatch_message("MESSAGE_DELETE", message.channel_id, gone)
        return web.Response(status=204)

    def _acknowledged(self, request: web.Request) -> Interaction:
        check_application(request)
        interaction = self._world.interactions.get(request.match_info["token"])
        if interaction is None or interaction.callback is None:
            raise unknown("Webhook", 10015)
        return interaction

    def _message(self, request: web.Request) -> Message:
        interaction = self._acknowledged(request)
        wanted = request.match_info["message"]
        original = interaction.original
        known = [*interaction.followups] if original is None else [original, *interaction.followups]
        for message in known:
            names = {str(message.id), "@original" if message is original else ""}
            if wanted in names and message.id in self._world.messages:
                return message
        raise unknown("Message", 10008)

    def _clicked(self, interaction: Interaction) -> Message | None:
        message: Json | None = interaction.wire.get("message")
        return self._world.messages[int(message["id"])] if message else None

    async def _answer(self, interaction: Interaction, fields: Json) -> Message:
        user = interaction.wire.get("user") or interaction.wire["member"]["user"]
        metadata: Json = {
            "id": str(interaction.id),
            "type": interaction.wire["type"],
            "user": user,
            "authorizing_integration_owners": {},
        }
        bot = str(payloads.BOT_ID)
        fields = {
            **fields,
            "application_id": bot,
            "webhook_id": bot,
            "interaction_metadata": metadata,
        }
        channel_id = int(interaction.wire["channel_id"])
        message = self._world.add_message(payloads.BOT_ID, channel_id, fields)
        await self._gateway.show("MESSAGE_CREATE", message)
        return message

    async def _change(self, message: Message, fields: Json) -> None:
        self._world.edit_message(message, fields)
        await self._gateway.show("MESSAGE_UPDATE", message)


def _callback_fields(kind: int, data: Json, clicked: Message | None) -> Json:
    if kind == _MESSAGE:
        return checked_message(data)
    if kind == _DEFER:
        flags = LOADING_FLAG | (data.get("flags", 0) & EPHEMERAL_FLAG)
        return {"content": "", "components": [], "flags": flags}
    if kind == _UPDATE and clicked is not None:
        return checked_message(data, clicked.wire)
    if kind == _DEFER_UPDATE and clicked is not None:
        return {}
    raise invalid_form("type", f"callback {kind} does not fit the interaction")


def _callback_response(interaction: Interaction, message: Message | None) -> Json:
    callback = interaction.callback
    answer: Json = {"id": str(interaction.id), "type": interaction.wire["type"]}
    if callback is None or message is None:
        return {"interaction": answer}
    answer |= {
        "response_message_id": str(message.id),
        "response_message_loading": message.loading,
        "response_message_ephemeral": message.ephemeral,
    }
    return {"interaction": answer, "resource": {"type": callback.type, "message": message.wire}}
