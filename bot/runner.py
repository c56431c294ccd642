"""Runs the bot until it is told to stop: log in, connect, try again, close cleanly."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.answering import Following
from bot.app import create_bot
from bot.errors import RefusedError, TokenError
from bot.health.measures import Measures
from bot.health.serving import serving
from bot.owner import sync
from bot.shards import numbers
from index.errors import NoSnapshotError
from index.threads import short_turns

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Generator

    from bot.answering import Searching
    from bot.app import NewsquoteBot
    from bot.settings import Settings

log = logging.getLogger(__name__)

DRAIN_S = 5.0
_LONGEST_WAIT_S = 60.0
_SHARDING = frozenset({4010, 4011})  # an invalid shard; more of them are required
_NETWORK = (OSError, aiohttp.ClientError, TimeoutError, discord.GatewayNotFound)


async def run(settings: Settings, live: Following, measures: Measures | None = None) -> str:
    """Serve until SIGTERM or SIGINT and return the signal's name ("" where we were closed else).

    Raises TokenError where Discord does not accept the token, RefusedError where it refuses the
    bot for another lasting reason, HealthError and StoreError. Whatever may pass is tried again.
    """
    token = settings.token()
    _use_api(settings)
    measures = measures or Measures()
    with short_turns(), stopping_by_signal() as stop:
        async with serving(settings, measures) as looked:
            bot = await _logged_in(settings, live, token, stop, measures)
            if bot is not None:
                looked.bot = bot
                try:
                    await _serve(bot, stop)
                finally:
                    await _close(bot)
    return stop.result() if stop.done() else ""


async def sync_commands(settings: Settings) -> list[str]:
    """Log in, register the commands, log out; return the commands' names."""
    async with over_rest(settings) as bot:
        try:
            return await sync.sync(bot)
        except discord.HTTPException as error:
            raise RefusedError(
                f"Discord did not take the commands: {error}.", remedy="Try again later."
            ) from error


@asynccontextmanager
async def over_rest(settings: Settings) -> AsyncGenerator[NewsquoteBot]:
    """Log in for the block without connecting and without an index.

    Raises TokenError, and RefusedError where Discord refuses the bot or cannot be reached.
    """
    token = settings.token()
    _use_api(settings)
    bot = create_bot(settings, _NoIndex())
    try:
        await _log_in(bot, token)
        yield bot
    except discord.HTTPException as error:
        raise _refused(f"it answered {error}") from error
    except _NETWORK as error:
        raise RefusedError(
            f"Discord cannot be reached: {type(error).__name__}.",
            remedy="Check the connection and try again.",
        ) from error
    finally:
        await bot.close()


class _NoIndex(Following):
    """Stands for the index where no question will come: syncing needs none."""

    @property
    def current(self) -> Searching:
        raise NoSnapshotError("No index is open.", remedy="Run `newsquote bot`.")

    def refresh(self) -> bool:
        return False


def _use_api(settings: Settings) -> None:
    """Send REST calls to the proxy that the settings name, for the life of the process.

    discord.py has no other place for it.
    """
    if settings.discord_api is not None:
        Route.BASE = str(settings.discord_api).rstrip("/")


@contextmanager
def stopping_by_signal() -> Generator[asyncio.Future[str]]:
    """Let SIGTERM and SIGINT set a future to their name instead of ending the process."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[str] = loop.create_future()
    installed: list[signal.Signals] = []

    def ask_to_stop(number: signal.Signals) -> None:
        if not stop.done():
            stop.set_result(number.name)

    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there asyncio.run() turns Ctrl-C into a cancellation.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, ask_to_stop, number)
            installed.append(number)
    try:
        yield stop
    finally:
        for number in installed:
            loop.remove_signal_handler(number)


async def _logged_in(
    settings: Settings,
    live: Following,
    token: str,
    stop: asyncio.Future[str],
    measures: Measures,
) -> NewsquoteBot | None:
    """Return a bot that is logged in, however long that takes; None where we were stopped."""
    attempt = 0
    while not stop.done():
        attempt += 1
        # A client whose login failed cannot log in again; a new one costs nothing.
        bot = create_bot(settings, live, measures=measures)
        logged_in = False
        try:
            logged_in = await _unless(stop, _log_in(bot, token))
        except (*_NETWORK, discord.HTTPException) as error:
            await _pause(stop, attempt, error)
        finally:
            if not logged_in:
                await bot.close()
        if logged_in:
            return bot
    return None


async def _close(bot: NewsquoteBot) -> None:
    """Let the replies under way be finished, then close everything."""
    if not await bot.in_flight.drain(DRAIN_S):
        log.warning("closing while replies are still being made")
    await bot.close()
    log.info("closed")


async def _log_in(bot: NewsquoteBot, token: str) -> None:
    """Log in. Raises HTTPException, where Discord's answer may be another one later."""
    try:
        await bot.login(token)
    except discord.LoginFailure as error:
        raise _wrong_token() from error
    except discord.HTTPException as error:
        # 429 is what discord.py does not wait for itself: a ban by Cloudflare, of this address.
        if error.status >= 500 or error.status == 429:
            raise
        raise _refused(f"the login failed with {error}") from error


async def _serve(bot: NewsquoteBot, stop: asyncio.Future[str]) -> None:
    """Stay connected until told to stop. discord.py reconnects by itself once it was ready."""
    if bot.settings.sync_on_start and bot.settings.leads:
        try:
            await sync.sync_if_changed(bot)
        except (*_NETWORK, discord.HTTPException) as error:
            log.warning("the commands were not synced (%s); run `newsquote sync`", error)
    attempt = 0
    while not (stop.done() or bot.is_closed()):
        try:
            await _unless(stop, _connect(bot, stop))
        except discord.PrivilegedIntentsRequired as error:
            raise _intent_refused() from error
        except discord.ConnectionClosed as error:
            if error.code == 4004:
                raise _wrong_token() from error
            if error.code in _SHARDING:
                raise _sharding_refused(bot) from error
            raise _refused(f"the gateway closed with code {error.code}") from error
        except _NETWORK as error:
            _raise_if_unauthorized(error)
            attempt += 1
            await _pause(stop, attempt, error)


async def _connect(bot: NewsquoteBot, stop: asyncio.Future[str]) -> None:
    """Connect this process's shards, as many and as fast as Discord says."""
    recommended, url, limits = await bot.http.get_bot_gateway()
    if bot.settings.discord_api is not None:
        # The first connection goes to a built-in address unless we ask the proxy for its own.
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)
    if bot.shard_count is None:  # pyright: ignore[reportUnnecessaryComparison]  # typed as it is later
        bot.shard_count = recommended
    bot.max_concurrency = max(1, limits["max_concurrency"])
    wanted = len(bot.own_shards) - len(bot.shards)
    if limits["remaining"] < wanted:
        wait_s = limits["reset_after"] / 1000
        log.warning(
            "Discord lets this bot connect %d more times, and %d are needed; waiting %.0f s",
            limits["remaining"],
            wanted,
            wait_s,
        )
        await asyncio.wait((stop,), timeout=wait_s)
        return
    await bot.connect()


async def _unless(stop: asyncio.Future[str], work: Coroutine[object, object, object]) -> bool:
    """Run ``work`` until it ends or we are told to stop; False where we were."""
    task = asyncio.create_task(work)  # pyright: ignore[reportArgumentType]  # any coroutine will do
    try:
        await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    if task.cancelled():
        return False
    task.result()
    return True


async def _pause(stop: asyncio.Future[str], attempt: int, why: BaseException) -> None:
    """Wait a random time whose bound doubles with every attempt, up to a minute."""
    wait_s = random.uniform(0.5, min(_LONGEST_WAIT_S, 2.0**attempt))  # noqa: S311  # jitter, no secret
    log.warning("no connection to Discord (%s); trying again in %.1f s", why or type(why), wait_s)
    await asyncio.wait((stop,), timeout=wait_s)


def _raise_if_unauthorized(error: BaseException | None) -> None:
    """Raise TokenError where a 401 stands behind ``error``: the token was reset meanwhile."""
    while error is not None:
        if isinstance(error, discord.HTTPException) and error.status == 401:
            raise _wrong_token() from error
        error = error.__cause__ or error.__context__


def _wrong_token() -> TokenError:
    return TokenError(
        "Discord does not accept the token in DISCORD_TOKEN.",
        remedy="Copy it again, or reset it, on the page Bot of the Developer Portal.",
    )


def _intent_refused() -> RefusedError:
    """Tell what to click: the one privileged intent that we ask for was asked for on purpose."""
    return RefusedError(
        "Discord does not allow the bot the Message Content Intent, which"
        " NEWSQUOTE_MESSAGE_CONTENT=1 asks for.",
        remedy="Open discord.com/developers/applications, the application, page Bot, switch on"
        " Message Content Intent, save and start again; or set NEWSQUOTE_MESSAGE_CONTENT=0.",
    )


def _sharding_refused(bot: NewsquoteBot) -> RefusedError:
    return RefusedError(
        f"Discord does not take shard {numbers.told(bot.own_shards)} of {bot.shard_count}: a shard"
        " may have 2,500 servers.",
        remedy="Set NEWSQUOTE_SHARDS to more, the same number in every process, and share them out"
        " in NEWSQUOTE_SHARD_IDS; `newsquote bot --check` tells how many Discord recommends.",
    )


def _refused(why: str) -> RefusedError:
    return RefusedError(
        f"Discord refuses the bot: {why}.",
        remedy="Check the application in the Developer Portal.",
    )
