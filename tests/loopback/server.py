"""A strict stand-in for Discord on 127.0.0.1: real HTTP, real WebSocket, and a driver for tests.

::

    async with LoopbackDiscord() as discord:
        ...start a client with discord.api_url and discord.token...
        await discord.ready()
        question = await discord.send_message("<@bot> Where?", mention=True)
        reply = await discord.wait_for_reply(question)
        assert discord.violations == []
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Self

from aiohttp import web

from loopback import payloads
from loopback.gateway import PATH, Gateway, Session
from loopback.guilds import Guilds
from loopback.responses import Responses
from loopback.rest import PREFIX, Rest, strictness
from loopback.world import (
    Fault,
    Interaction,
    Membership,
    Message,
    Typing,
    Violation,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from loopback.gateway import Refusal
    from loopback.payloads import Json

# Shaped like a bot token, and unmistakable where it leaks into a log.
TOKEN = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Loopbk.never-shown-anywhere-0123456789abcdef"  # noqa: S105 - opens nothing but this stand-in
_OPTION_TYPES = {str: 3, int: 4, bool: 5, float: 10}


class LoopbackDiscord:
    """The server and its driver. Times are on the monotonic clock, in seconds."""

    def __init__(self, token: str = TOKEN, *, heartbeat_interval_ms: int = 41_250) -> None:
        self.token = token
        self._world = World(token)
        self.gateway = Gateway(
            self._world, lambda: self.gateway_url, heartbeat_interval_ms=heartbeat_interval_ms
        )
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[strictness(self._world)])
        app.add_routes(Rest(self._world, self.gateway, lambda: self.gateway_url).routes())
        app.add_routes(Guilds(self._world).routes())
        app.add_routes(Responses(self._world, self.gateway).routes())
        app.router.add_get(PATH, self.gateway.handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """Where the REST routes are; no slash at the end."""
        return f"http://127.0.0.1:{self._port}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, as GET /gateway names it."""
        return f"ws://127.0.0.1:{self._port}{PATH}"

    @property
    def violations(self) -> list[Violation]:
        """Every broken rule so far."""
        return self._world.violations

    @property
    def unauthorized(self) -> int:
        """How many requests came without the right token."""
        return self._world.unauthorized

    @property
    def typing(self) -> list[Typing]:
        """When and where the bot was seen typing."""
        return self._world.typing

    @property
    def sent_again(self) -> int:
        """How many messages were sent that were there already, by their nonce."""
        return self._world.sent_again

    async def changed(self) -> None:
        """Wait until something happens."""
        await self._world.changed()

    def shard(self, count: int, *, max_concurrency: int = 1) -> None:
        """Have a second guild, on the next shard, and hold clients to the rules of sharding."""
        self._world.text_channels[payloads.SECOND_GUILD_ID] = payloads.SECOND_TEXT_ID
        self._world.shards = count
        self._world.max_concurrency = max_concurrency

    def allow_starts(self, count: int) -> None:
        """Say that the bot may identify so many more times within an hour."""
        self._world.starts_left = count

    async def shards_ready(self, count: int, *, timeout_s: float = 60.0) -> None:
        """Wait until each of so many shards is connected, by one session."""
        wanted = [(number, count) for number in range(count)]
        await self._world.until(
            lambda: True if self.gateway.shards == wanted else None, "shards", timeout_s
        )

    @property
    def commands(self) -> dict[str, Json]:
        """The synced global commands by name."""
        return self._world.commands

    @property
    def application(self) -> Json:
        """What is told of the application otherwise than by default; a test may change it."""
        return self._world.application

    @property
    def memberships(self) -> list[Membership]:
        """The servers that the bot is in; a test may change them."""
        return self._world.memberships

    @property
    def syncs(self) -> int:
        """How many times commands were synced."""
        return self._world.syncs

    @property
    def said(self) -> list[Message]:
        """The bot's messages, oldest first."""
        bot = str(payloads.BOT_ID)
        return [m for m in self._world.messages.values() if m.wire["author"]["id"] == bot]

    def refuse_handshakes(self, count: int, how: Refusal = "http") -> None:
        """Refuse the next handshakes: HTTP 503, a TCP reset, or a close before hello."""
        self.gateway.refusals.extend(how for _ in range(count))

    def refuse_requests(
        self,
        method: str,
        path: str,
        status: int,
        *,
        retry_after_s: float | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next requests whose path matches so, which is no violation."""
        self._world.faults.append(Fault(method, path, status, retry_after_s, times))

    def cut_requests(self, method: str, path: str, *, late: bool = False, times: int = 1) -> None:
        """Cut the connection of the next requests whose path matches, ``late`` once they worked."""
        self._world.faults.append(Fault(method, path, 0, None, times, late))

    def slow_down(self, latency_s: float) -> None:
        """Take so long for every request from now on."""
        self._world.latency_s = latency_s

    @property
    def requests(self) -> int:
        """How many requests came."""
        return self._world.requests

    async def revoke_token(self, *, quietly: bool = False) -> None:
        """Let the token be reset: requests get a 401; unless ``quietly``, connections a 4004."""
        self._world.token = f"{self.token}-reset"
        if not quietly:
            await self.gateway.close_all(4004)

    async def ready(self, *, identified: int = 1, timeout_s: float = 30.0) -> Session:
        """Return the connected session, once the client has identified that many times."""

        def find() -> Session | None:
            return self.gateway.connected if len(self.gateway.identified) >= identified else None

        return await self._world.until(find, "connected session", timeout_s)

    async def resumed(self, session: Session, *, times: int = 1, timeout_s: float = 30.0) -> None:
        """Wait until the session has been resumed that many times."""
        await self._world.until(
            lambda: True if session.resumes >= times and session.socket else None,
            "resume",
            timeout_s,
        )

    async def heartbeats(self, count: int, *, timeout_s: float = 30.0) -> None:
        """Wait until the client's heart has beaten that many times."""
        await self._world.until(
            lambda: True if self.gateway.heartbeats >= count else None, "heartbeats", timeout_s
        )

    async def closed(self, *, timeout_s: float = 30.0) -> int | None:
        """Wait until no session is connected; return the code the last socket closed with.

        discord.py closes with 1000, or with 4000 where its own reader notices first; 1006 or None
        mean that the connection broke off.
        """
        await self._world.until(
            lambda: True if self.gateway.connected is None else None, "closed gateway", timeout_s
        )
        return self.gateway.close_codes[-1]

    async def synced(self, *, timeout_s: float = 30.0) -> dict[str, Json]:
        """Wait for a command sync and return the commands by name."""
        return await self._world.until(lambda: self.commands or None, "command sync", timeout_s)

    async def send_message(
        self,
        content: str,
        *,
        mention: bool = False,
        channel_id: int = payloads.TEXT_ID,
        reply_to: Message | None = None,
        author_id: int = payloads.ASKER_ID,
    ) -> Message:
        """Post a message as a user. ``mention`` puts the bot's mention first; a reply pings."""
        fields: Json = {
            "content": f"<@{payloads.BOT_ID}> {content}" if mention else content,
            "components": [],
            "flags": 0,
        }
        if reply_to is not None:
            reference = {"message_id": str(reply_to.id), "channel_id": str(channel_id), "type": 0}
            fields |= {"message_reference": reference, "ping": True}
        message = self._world.add_message(author_id, channel_id, fields)
        shown = self._world.seen_by_bot(message.wire)
        await self.gateway.dispatch_message("MESSAGE_CREATE", channel_id, shown)
        return message

    def reply_to(self, message: Message) -> Message | None:
        """Return the bot's first reply to the message, if there is any yet."""
        return next((m for m in self.said if m.reply_to == message.id), None)

    async def wait_for_reply(self, message: Message, *, timeout_s: float = 30.0) -> Message:
        """Return the bot's first reply to the message."""
        return await self._world.until(
            lambda: self.reply_to(message), f"reply to {message.wire['content']!r}", timeout_s
        )

    async def shows(
        self, find: Callable[[], Message | None], text: str, *, timeout_s: float = 60.0
    ) -> Message:
        """Return the message that ``find`` finds once its text matches a pattern."""

        def found() -> Message | None:
            message = find()
            return message if message and re.search(text, message.text) else None

        return await self._world.until(found, f"message that has {text!r}", timeout_s)

    async def slash(
        self,
        name: str,
        *,
        channel_id: int = payloads.TEXT_ID,
        user_id: int = payloads.ASKER_ID,
        **options: str | bool | float,
    ) -> Interaction:
        """Invoke a slash command as a user. LookupError where commands are synced without it."""
        if self.commands and name not in self.commands:
            raise LookupError(f"no /{name} among {sorted(self.commands)}")
        command = self.commands.get(name, {"id": str(self._world.snowflake())})
        values = [
            {"name": k, "type": _OPTION_TYPES[type(v)], "value": v} for k, v in options.items()
        ]
        data: Json = {"id": command["id"], "name": name, "type": 1, "options": values}
        return await self._interact(2, data, channel_id, user_id)

    async def click(
        self,
        message: Message,
        custom_id: str,
        *,
        user_id: int = payloads.ASKER_ID,
        values: list[str] | None = None,
    ) -> Interaction:
        """Press a button or choose a menu's ``values``. LookupError where it cannot be pressed."""
        control = next((c for c in message.controls if c["custom_id"] == custom_id), None)
        if control is None:
            raise LookupError(f"{custom_id!r} is not among {message.controls}")
        data: Json = {"custom_id": custom_id, "component_type": control["type"]}
        if values is not None:
            data["values"] = values
        return await self._interact(3, data, message.channel_id, user_id, message)

    async def _interact(
        self, kind: int, data: Json, channel_id: int, user_id: int, message: Message | None = None
    ) -> Interaction:
        interaction_id = self._world.snowflake()
        guild_id = self._world.guild_of(channel_id)
        token = f"interaction-{interaction_id}"
        wire: Json = {
            "id": str(interaction_id),
            "application_id": str(payloads.BOT_ID),
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": str(channel_id),
            "channel": payloads.channel(channel_id, guild_id or payloads.GUILD_ID),
            "locale": "en-US",
            "app_permissions": str((1 << 50) - 1),
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild_id or payloads.GUILD_ID)},
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if guild_id is None:
            wire |= {"user": payloads.user(user_id), "context": 1}
        else:
            wire |= {
                "guild_id": str(guild_id),
                "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
                "guild_locale": "en-US",
                "member": {**payloads.member(), "user": payloads.user(user_id)},
                "context": 0,
            }
        if message is not None:
            wire["message"] = dict(message.wire)
        interaction = Interaction(interaction_id, token, wire, time.monotonic())
        if message is not None:
            interaction.edits_before = message.edits
        self._world.interactions[token] = interaction
        await self.gateway.dispatch("INTERACTION_CREATE", wire, guild_id=guild_id)
        return interaction

    async def acknowledged(self, interaction: Interaction, *, timeout_s: float = 10.0) -> float:
        """Return how long the bot took to acknowledge the interaction, in seconds."""
        callback = await self._world.until(
            lambda: interaction.callback, f"callback to {interaction.wire['data']}", timeout_s
        )
        return callback.at - interaction.dispatched_at

    async def answered(self, interaction: Interaction, *, timeout_s: float = 30.0) -> Message:
        """Return what the user reads in the end, once the bot has acknowledged and answered."""
        return await self._world.until(
            lambda: interaction.followup, f"answer to {interaction.wire['data']}", timeout_s
        )
