"""What the loopback Discord remembers: messages, interactions, typing, and broken rules."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from simcord.components import walk_components

from loopback import payloads

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopback.payloads import Json

T = TypeVar("T")
_DISCORD_EPOCH_MS = 1_420_070_400_000


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of Discord's that the client broke: the request or gateway op, and what was wrong."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Typing:
    """The bot was seen typing; ``at`` is on the monotonic clock, in seconds."""

    channel_id: int
    at: float


@dataclass(slots=True)
class Fault:
    """An answer that the next ``times`` requests get whose path matches, instead of the right one.

    With ``retry_after_s`` it is Discord's own rate limit, else whatever stands before Discord. With
    status 0 the connection is cut: before the request was done or, ``late``, once it was.
    """

    method: str
    path: str
    status: int
    retry_after_s: float | None
    times: int
    late: bool = False


@dataclass(slots=True)
class Message:
    """A message with its wire form; ``created_at`` is on the monotonic clock, in seconds."""

    id: int
    wire: Json
    created_at: float
    edits: int = 0

    @property
    def channel_id(self) -> int:
        """The channel it stands in."""
        return int(self.wire["channel_id"])

    @property
    def text(self) -> str:
        """Every text a reader sees: the content, then the text displays in order."""
        displays = [
            c["content"] for c in walk_components(self.wire["components"]) if c["type"] == 10
        ]
        return "\n".join([self.wire["content"], *displays]).strip("\n")

    @property
    def controls(self) -> list[Json]:
        """The enabled components that can be clicked."""
        parts = walk_components(self.wire["components"])
        return [c for c in parts if "custom_id" in c and not c.get("disabled")]

    @property
    def ephemeral(self) -> bool:
        """Whether only the user of the interaction sees it."""
        return bool(self.wire["flags"] & (1 << 6))

    @property
    def loading(self) -> bool:
        """Whether it still stands as "is thinking…"."""
        return bool(self.wire["flags"] & (1 << 7))

    @property
    def reply_to(self) -> int | None:
        """The id of the message that it answers."""
        reference = self.wire.get("message_reference")
        return int(reference["message_id"]) if reference else None


@dataclass(frozen=True, slots=True)
class Callback:
    """The first answer to an interaction; ``at`` is on the monotonic clock, in seconds."""

    type: int
    at: float


@dataclass(slots=True)
class Interaction:
    """A slash command or a click: when it was dispatched and what the bot answered.

    ``original`` is the message that the callback made, or the clicked message where the callback
    updates it. ``followups`` are the further messages, in order.
    """

    id: int
    token: str
    wire: Json
    dispatched_at: float
    callback: Callback | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list[Message])
    edits_before: int = 0

    @property
    def followup(self) -> Message | None:
        """What the user reads in the end: the first follow-up, or the original once it loaded."""
        if self.followups:
            return self.followups[0]
        original = self.original
        if original is None or original.loading or self.callback is None:
            return None
        if self.callback.type in {6, 7} and original.edits == self.edits_before:
            return None
        return original


@dataclass(slots=True)
class Membership:
    """A server that the bot is in, what its role permits there, and what its channel denies."""

    guild_id: int
    name: str
    permissions: int
    denied: int = 0


class World:
    """The state behind REST and gateway; ``until`` waits for it to change."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.violations: list[Violation] = []
        self.typing: list[Typing] = []
        self.messages: dict[int, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[str, Json] = {}
        self.syncs = 0
        self.unauthorized = 0
        self.faults: list[Fault] = []
        self.latency_s = 0.0
        self.requests = 0
        self.sent_again = 0
        """Messages that were there already, by their nonce."""
        self.by_nonce: dict[tuple[int, str], Message] = {}
        self.application: Json = {}
        self.memberships = [Membership(payloads.GUILD_ID, "Loopback", payloads.EVERY_PERMISSION)]
        self.text_channels = {payloads.GUILD_ID: payloads.TEXT_ID}
        """The guilds that the gateway tells of, each with its one text channel."""
        self.shards = 1
        self.max_concurrency: int | None = None
        """What is told of shards; where the second is set, it is held to, too."""
        self.starts_left = 999
        """How often the bot may identify today, as it is told."""
        self._changed = asyncio.Event()
        self._snowflakes = 0

    def snowflake(self) -> int:
        """Return a new id that carries the time, as Discord's do."""
        self._snowflakes += 1
        return ((int(time.time() * 1000) - _DISCORD_EPOCH_MS) << 22) | (self._snowflakes & 0x3FFFFF)

    def guild_of(self, channel_id: int) -> int | None:
        """Return the guild of a channel, None for direct messages."""
        if channel_id == payloads.DM_ID:
            return None
        own = {channel: guild for guild, channel in self.text_channels.items()}
        return own.get(channel_id, payloads.GUILD_ID)

    def notify(self) -> None:
        """Wake everything that waits in ``until``."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Wait until something happens."""
        await self._changed.wait()

    def violate(self, where: str, what: str) -> None:
        """Record a broken rule."""
        self.violations.append(Violation(where, what))
        self.notify()

    def fault(self, method: str, path: str) -> Fault | None:
        """Return the fault that a request runs into, and count it."""
        for fault in self.faults:
            if fault.times and fault.method == method and re.search(fault.path, path):
                fault.times -= 1
                return fault
        return None

    async def until(self, find: Callable[[], T | None], what: str, timeout_s: float) -> T:
        """Return what ``find`` finds, waiting for it. AssertionError after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                while (found := find()) is None:
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise AssertionError(
                f"no {what} within {timeout_s} s; violations: {self.violations}"
            ) from None

    def add_message(self, author_id: int, channel_id: int, fields: Json) -> Message:
        """Store a new message; ``fields`` holds content, components, flags and what else it has."""
        message_id = self.snowflake()
        reference: Json | None = fields.get("message_reference")
        replied = self.messages.get(int(reference["message_id"])) if reference else None
        # The bot allows no mentions, so that its own messages mention nobody.
        written: list[str] = re.findall(r"<@!?(\d+)>", fields["content"])
        mentioned = [int(i) for i in written if author_id != payloads.BOT_ID]
        if replied is not None and fields.get("ping", False):
            mentioned.append(int(replied.wire["author"]["id"]))
        guild_id = self.guild_of(channel_id)
        in_guild = guild_id is not None
        wire: Json = {
            "id": str(message_id),
            "channel_id": str(channel_id),
            "author": payloads.user(author_id),
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [self._mention(i, in_guild=in_guild) for i in dict.fromkeys(mentioned)],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 19 if reference else 0,
            **{key: value for key, value in fields.items() if key != "ping"},
        }
        if in_guild:
            wire |= {"guild_id": str(guild_id), "member": payloads.member()}
        if reference is not None:
            wire["referenced_message"] = replied.wire if replied else None
        message = Message(message_id, wire, time.monotonic())
        self.messages[message_id] = message
        self.notify()
        return message

    @staticmethod
    def _mention(user_id: int, *, in_guild: bool) -> Json:
        user = payloads.user(user_id)
        return {**user, "member": payloads.member()} if in_guild else user

    def edit_message(self, message: Message, fields: Json) -> None:
        """Change content, components and flags of a message in place."""
        message.wire |= fields
        message.wire["edited_timestamp"] = datetime.now(UTC).isoformat()
        message.edits += 1
        self.notify()

    @classmethod
    def seen_by_bot(cls, wire: Json) -> Json:
        """Return a message as a client without the message-content intent is shown it.

        Content and components are withheld except in direct messages, in the bot's own messages
        and where the bot is mentioned; the same goes for the message that it answers.
        """
        bot = str(payloads.BOT_ID)
        shown = (
            wire["channel_id"] == str(payloads.DM_ID)
            or wire["author"]["id"] == bot
            or any(user["id"] == bot for user in wire["mentions"])
        )
        seen: Json = dict(wire) if shown else {**wire, "content": "", "components": []}
        if seen.get("referenced_message"):
            seen["referenced_message"] = cls.seen_by_bot(seen["referenced_message"])
        return seen
