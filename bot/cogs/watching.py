"""/watch, and the clock by which watches look and post."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Literal

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.alerts import watch_times, watches
from bot.delivery import sending
from bot.delivery.door import FREE
from bot.desks.watch_desk import Wanted
from bot.pages import watch_list_page

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

log = logging.getLogger(__name__)

AGAIN_S: Final = 20
"""Time between two looks at the clock while something waits to be posted."""

Query = app_commands.Range[str, 1, watches.QUERY_CHARS]
Hour = app_commands.Range[int, 0, 23]


class Watching(commands.Cog):
    """Everything is told to the user alone; what is found is posted for all."""

    watch = app_commands.Group(
        # A group, unlike a command, makes no locale_str of what it is called.
        name=app_commands.locale_str("watch"),
        description=app_commands.locale_str("Post what is new in the sources on a saved query."),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        ),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot
        self._came = self._ticking = False
        watch_times.zones()  # so that suggesting one reads no file

    async def cog_unload(self) -> None:
        """Stop."""
        self._tick.cancel()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Begin, or do what waited for the connection."""
        self._go()

    @commands.Cog.listener()
    async def on_published(self) -> None:
        """Look at a snapshot that answers from now on."""
        self._go()

    @watch.command(extras=FREE)
    @app_commands.rename(
        match="words", digest_hour="digest", quiet_from="quiet-from", quiet_to="quiet-to"
    )
    @app_commands.describe(
        query="What to wait for: words, a question?, source:reuters",
        channel="Where to post; left out: here",
        role="Whom to mention with each post",
        match="How many of the words a passage must have",
        digest_hour="Post once a day at this hour (0 to 23) instead of at once",
        quiet_from="Post nothing from this hour on (0 to 23) …",
        quiet_to="… until this hour (0 to 23)",
        timezone="Whose hours these are, as in Europe/Berlin; left out: UTC",
    )
    async def add(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        query: Query,
        *,
        channel: discord.TextChannel | discord.Thread | None = None,
        role: discord.Role | None = None,
        match: Literal["most", "all"] = "most",
        digest_hour: Hour | None = None,
        quiet_from: Hour | None = None,
        quiet_to: Hour | None = None,
        timezone: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Post what is new on a query, each passage once."""
        wanted = Wanted(
            query, channel, role, match == "all", digest_hour, quiet_from, quiet_to, timezone
        )
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                view = await self._bot.watch_desk.add(interaction, wanted)
                await sending.edit(interaction, view)

    @add.autocomplete("timezone")
    async def suggest_zone(
        self, _interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest time zones."""
        return [app_commands.Choice(name=each, value=each) for each in watch_times.suggested(typed)]

    @watch.command(name="list", extras=FREE)
    async def show(self, interaction: discord.Interaction[NewsquoteBot]) -> None:
        """List what this server watches, and whether it works."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                await sending.edit(interaction, self._bot.watch_desk.listed(interaction.guild_id))

    @watch.command(extras=FREE)
    @app_commands.rename(watch_id="watch")
    @app_commands.describe(watch_id="Which one")
    async def remove(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        watch_id: app_commands.Range[str, 1, 100],
    ) -> None:
        """Watch a query no more."""
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                view = await self._bot.watch_desk.remove(interaction.guild_id, watch_id)
                await sending.edit(interaction, view)

    @remove.autocomplete("watch_id")
    async def suggest(
        self, interaction: discord.Interaction[NewsquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the server's watches."""
        return [
            app_commands.Choice(name=watch_list_page.choice(each), value=each.id)
            for each in self._bot.watch_desk.suggested(interaction.guild_id, typed)
        ]

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the watches of a server that we left."""
        await self._bot.watches.leave(guild.id)

    def _go(self) -> None:
        self._came = True
        if not self._tick.is_running():
            self._tick.start()
        elif not self._ticking:  # it waits for its time: no reason to let a snapshot wait, too
            self._tick.restart()

    @tasks.loop(seconds=AGAIN_S)
    async def _tick(self) -> None:
        """Do what there is to do, and stop where nothing waits for its time."""
        self._came, self._ticking = False, True
        try:
            waits = await self._bot.watching.tick()
            while self._came:  # a snapshot, while the one before it was looked at
                self._came = False
                waits = await self._bot.watching.tick()
        except Exception:
            log.exception("watching failed; it is tried again")
        else:
            if not waits:
                self._tick.stop()
        finally:
            self._ticking = False
