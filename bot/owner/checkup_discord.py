"""The part of a check-up that asks Discord, over REST alone (discord.py): the bot isn't started."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import discord

from bot import runner
from bot.errors import BotError
from bot.owner import invite, sync
from bot.owner.checkup import Finding, State, failed, not_checked, ok, to_fix
from bot.shards import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import NewsquoteBot
    from bot.settings import Settings

MOST_SERVERS: Final = 25
"""So many servers are looked into: each takes three requests."""

_MOST_CHANNELS: Final = 5
_PORTAL: Final = "https://discord.com/developers/applications > your application"
_PRIVILEGED: Final = {
    "message_content": ("Message Content Intent", "gateway_message_content"),
    "members": ("Server Members Intent", "gateway_guild_members"),
    "presences": ("Presence Intent", "gateway_presence"),
}
"""discord.py's intents that have to be allowed: Discord's name, and the flag of an application."""


async def look(settings: Settings, synced: dict[int, str]) -> list[Finding]:
    """Check token, application, intents, shards, servers and commands.

    ``synced`` are the hashes of the commands that were last synced, by application.
    """
    rest = ("application", "intents", "shards", "servers", "commands")
    with tempfile.TemporaryDirectory() as scratch:
        # Logging in opens a data file; it must not make or change the bot's own.
        elsewhere = {"data": Path(scratch) / "bot.sqlite3", "database_url": None}
        aside = settings.model_copy(update=elsewhere)
        found: list[Finding] = []
        try:
            async with runner.over_rest(aside) as bot:
                found.append(ok("token", f"Discord knows it: {bot.user}."))
                found.append(_application(bot))
                found.append(_intents(bot))
                found.append(await _shards(bot))
                found += await _servers(bot)
                found.append(await _commands(bot, synced))
        except BotError as error:
            found.append(failed("Discord" if found else "token", error))
            told = {each.what for each in found}
            found += [not_checked(each, "Not looked at.") for each in rest if each not in told]
    return found


def _application(bot: NewsquoteBot) -> Finding:
    what, about = "application", bot.application
    if about is None:  # typed so; there is one after a login
        return not_checked(what, "Discord told nothing of it.")
    if about.interactions_endpoint_url:
        return to_fix(
            what,
            "Commands and buttons are sent to a web address, not to the bot.",
            f"{_PORTAL} > General Information > Interactions Endpoint URL: empty it and save.",
        )
    if about.bot_require_code_grant:
        return to_fix(
            what,
            "The invite link doesn't work while a code grant is required.",
            f"{_PORTAL} > Bot > Requires OAuth2 Code Grant: turn it off and save.",
        )
    return ok(what, f"{about.name} takes commands and buttons.")


def _intents(bot: NewsquoteBot) -> Finding:
    flags = bot.application_flags
    lacking = [
        name
        for intent, (name, flag) in _PRIVILEGED.items()
        # Bots in few servers have the "limited" flag, verified ones the other.
        if getattr(bot.intents, intent)
        and not (getattr(flags, flag) or getattr(flags, f"{flag}_limited"))
    ]
    if lacking:
        return to_fix(
            "intents",
            f"The bot asks for what its application doesn't allow: {', '.join(lacking)}.",
            f"{_PORTAL} > Bot > Privileged Gateway Intents: turn on {', '.join(lacking)} and save.",
        )
    used = [name for intent, (name, _) in _PRIVILEGED.items() if getattr(bot.intents, intent)]
    return ok("intents", f"Allowed: {', '.join(used)}." if used else "No privileged one is needed.")


async def _shards(bot: NewsquoteBot) -> Finding:
    """Compare what is set with what Discord recommends and still allows."""
    what, settings = "shards", bot.settings
    recommended, _, limits = await bot.http.get_bot_gateway()
    count = settings.shards or recommended
    own = settings.own_shards or tuple(range(count))
    told = (
        f"This process has shard {numbers.told(own)} of {count}; Discord recommends {recommended},"
        f" lets {limits['max_concurrency']} connect in five seconds,"
        f" and {limits['remaining']} more times in a day."
    )
    if limits["remaining"] < len(own):
        return to_fix(what, told, "Wait: each start takes one time for each shard.")
    if count < recommended:
        remedy = f"Soon: set NEWSQUOTE_SHARDS to {recommended} or more, or leave it empty."
        return Finding(what, State.NOTE, told, remedy)
    return ok(what, told)


async def _servers(bot: NewsquoteBot) -> list[Finding]:
    inside = [each async for each in bot.fetch_guilds(limit=MOST_SERVERS + 1, with_counts=False)]
    if not inside:
        return [
            to_fix(
                "servers",
                "The bot is in no server.",
                "Run `newsquote invite` and open the link that it prints.",
            )
        ]
    found = [await _server(bot, each) for each in inside[:MOST_SERVERS]]
    if len(inside) > MOST_SERVERS:
        found.append(not_checked("servers", f"Only {MOST_SERVERS} servers were looked into."))
    return found


async def _server(bot: NewsquoteBot, partial: discord.Guild) -> Finding:
    what = f"server {partial.name}"
    try:
        guild = await bot.fetch_guild(partial.id, with_counts=False)
        me = await guild.fetch_member(bot.user.id if bot.user else 0)
        channels = await guild.fetch_channels()
    except (discord.NotFound, discord.Forbidden) as error:
        return not_checked(what, f"Discord doesn't show it: {error.text}.")
    lacking = invite.missing(me.guild_permissions)
    if lacking:
        return to_fix(
            what,
            f"It lacks {_names(lacking)}.",
            f"Discord > {partial.name} > Server Settings > Roles > {me.name} > Permissions:"
            f" turn on {_names(lacking)}.",
        )
    silent = [
        f"#{each.name}"
        for each in channels
        if isinstance(each, discord.TextChannel | discord.ForumChannel)
        and _muted(each.permissions_for(me))
    ]
    if silent:
        shown = ", ".join(silent[:_MOST_CHANNELS]) + (" …" if silent[_MOST_CHANNELS:] else "")
        return Finding(
            what,
            State.NOTE,
            f"It may not reply as it should in {shown}.",
            "If it should: Edit Channel > Permissions > Add members or roles >"
            f" {me.name}: allow what `newsquote invite` lists.",
        )
    return ok(what, "It has every permission that it uses.")


def _muted(held: discord.Permissions) -> bool:
    """Whether a channel lets the bot read and not reply; one that it can't see is kept from it."""
    return held.view_channel and bool(invite.missing(held))


async def _commands(bot: NewsquoteBot, synced: dict[int, str]) -> Finding:
    remedy = "Run `newsquote sync`, or start with NEWSQUOTE_SYNC_ON_START=1."
    mine = sync.payload(bot)
    there = {each.name for each in await bot.tree.fetch_commands()}
    lacking = sorted({str(each["name"]) for each in mine} - there)
    if lacking:
        told = ", ".join(f"/{each}" for each in lacking)
        return to_fix("commands", f"Not registered with Discord: {told}.", remedy)
    if synced.get(bot.application_id or 0) != sync.tree_hash(mine):
        return to_fix("commands", "They have changed since this bot registered them.", remedy)
    return ok("commands", f"{len(mine)} are registered as they are.")


def _names(needed: Sequence[invite.Needed]) -> str:
    return ", ".join(each.name for each in needed)
