"""A server in simcord's Discord with the bot in it, for tests to act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app import NewsquoteBot, create_bot
from databases import on_every_connection

if TYPE_CHECKING:
    import discord
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle
    from simcord.env import Env

    from bot.settings import Settings
    from scripted import ScriptedLive, ScriptedSearcher


@dataclass(slots=True)
class Newsroom:
    """A server with one channel, two members and the bot over ``searcher``."""

    env: Env
    bot: NewsquoteBot
    settings: Settings
    live: ScriptedLive
    searcher: ScriptedSearcher
    guild: GuildHandle
    channel: ChannelHandle
    alice: MemberActor
    bob: MemberActor

    @property
    def mention(self) -> str:
        """The bot's mention, as a message carries it."""
        assert self.bot.user is not None
        return self.bot.user.mention

    async def ask(self, text: str) -> discord.Message:
        """Let alice mention the bot in the channel, and return what is last there afterwards."""
        await self.alice.send(self.channel, f"{self.mention} {text}")
        last = self.channel.last_message
        assert last is not None
        return last

    async def fill_disk(self) -> None:
        """Let the bot's file be read and no longer be written."""
        await on_every_connection(self.bot.store, "PRAGMA query_only = ON")

    async def restart(self, settings: Settings | None = None) -> None:
        """Exchange the bot for a fresh one over the same files, as a new process would."""
        old, self.bot = self.bot, create_bot(settings or self.settings, self.live)
        await self.env.restart_bot(self.bot)
        await old.close()
