"""The real bot in simcord's in-memory Discord: a server with one channel and one reader."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yarl import URL

from bot.app import create_bot
from bot.errors import PreviewError
from bot.owner import sync

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from simcord import Env

    from bot.answering import Following
    from bot.settings import Settings

_LIBRARIES: Final = ("simcord", "aiohttp", "linkify_it", "markdown_it", "regex", "PIL")
_CHANNEL: Final = "ask-the-news"
_TOPIC: Final = "The bot itself, in a Discord simulated on this machine. / lists its commands."
_NEVER_S: Final = 1e10


@dataclass(frozen=True, slots=True)
class Room:
    """A channel that simcord shows, what it lets in by, and the bot's mention."""

    origin: URL
    capability: str
    mention: str
    env: Env

    async def catch_up(self) -> None:
        """Set the simulated clock by the real one, unless the bot is at work just now."""
        from simcord import SetupError

        with suppress(SetupError, TimeoutError):
            await self.env.advance_time(self.behind_s())

    def behind_s(self) -> float:
        """Return how far the simulated clock is behind the real one."""
        return _behind_s(self.env)


def check_libraries() -> None:
    """Find out before the work that a library of the extra is missing. Raises PreviewError."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise PreviewError(
            f"The preview needs {', '.join(missing)}.",
            remedy="Run `pip install 'newsquote[preview]'`.",
        )


@asynccontextmanager
async def open_room(settings: Settings, live: Following) -> AsyncGenerator[Room]:
    """Run the bot over ``live`` for the block. What it keeps is gone afterwards."""
    import simcord

    async with AsyncExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="newsquote-preview-"))
        bot = create_bot(_for_preview(settings, Path(scratch)), live)
        stack.push_async_callback(bot.close)
        # Longer than a question may take, so that its reply is there when the page is shown anew.
        env = simcord.Env(bot, settle_timeout=settings.timeout_s + 10)
        # Its clock begins on 1 January 2026; a bot that runs would do all its hourly work since.
        env.backend.clock.advance(_behind_s(env))
        await env.start()
        stack.push_async_callback(env.shutdown)
        await sync.sync(bot)
        env.backend.bot_user.name = "newsquote"
        guild = env.create_guild("Newsroom")
        channel = guild.create_text_channel(_CHANNEL, topic=_TOPIC)
        reader = guild.add_member(env.create_user("you"))
        mention = f"<@{env.backend.bot_user.id}>"
        await reader.send(channel, mention)  # the bot says how to ask
        shown = env.preview(channel, viewers=[reader], layout="channel")
        url = URL((await stack.enter_async_context(shown)).url)
        yield Room(url.origin(), url.fragment, mention, env)


def _for_preview(settings: Settings, scratch: Path) -> Settings:
    """Keep nothing and count nothing: one person asks here, as often as they like.

    simcord waits until the bot is at rest, and one that looks for a new index never is.
    """
    changed: dict[str, Any] = {
        "data": scratch / "bot.sqlite3",
        "database_url": None,
        "shards": 1,
        "shard_ids": "",
        "reload_s": _NEVER_S,
        "user_rate": "off",
        "guild_rate": "off",
        "global_rate": "off",
    }
    return settings.model_copy(update=changed)


def _behind_s(env: Env) -> float:
    return max(0.0, (datetime.now(UTC) - env.now()).total_seconds())
