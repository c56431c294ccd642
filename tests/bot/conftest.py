"""The bot over a scripted searcher, in simcord's Discord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.app import NewsquoteBot, create_bot
from bot.owner.sync import sync
from bot.settings import Settings, variable
from scripted import ScriptedLive, ScriptedSearcher, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import discord
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle
    from simcord.env import Env

    from bot.answering import Following

LINES = tuple(f"Sentence number {n} speaks of Kim and of Putin." for n in range(1, 13))


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
        async with self.bot.store.writing() as db:
            await db.execute("PRAGMA query_only = ON")

    async def restart(self, settings: Settings | None = None) -> None:
        """Exchange the bot for a fresh one over the same files, as a new process would."""
        old, self.bot = self.bot, create_bot(settings or self.settings, self.live)
        await self.env.restart_bot(self.bot)
        await old.close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that touch nothing outside of the test's directory."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    # Longer than simcord waits for the bot to be idle, so that only advance_time() wakes the loop.
    # Without cool-downs: a test asks as often as it needs to.
    return Settings(index=tmp_path / "index", reload_s=60, user_rate="off", guild_rate="off")


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers every question with twelve quotes, which makes three pages."""
    root = tmp_path / "corpus"
    return ScriptedSearcher(root, write_corpus(root, LINES))


@pytest.fixture
def live(searcher: ScriptedSearcher) -> ScriptedLive:
    """Serves ``searcher`` until told otherwise."""
    return ScriptedLive(searcher)


@pytest.fixture
def following(live: ScriptedLive) -> Following:
    """What the bot follows; a test may put something else here."""
    return live


@pytest.fixture
async def simcord_bot(settings: Settings, following: Following) -> AsyncGenerator[NewsquoteBot]:
    """The bot that simcord_env runs."""
    bot = create_bot(settings, following)
    yield bot
    await bot.close()


@pytest.fixture
async def newsroom(
    simcord_env: Env,
    simcord_bot: NewsquoteBot,
    settings: Settings,
    live: ScriptedLive,
    searcher: ScriptedSearcher,
) -> AsyncGenerator[Newsroom]:
    """A running bot in a server, its commands synced."""
    guild = simcord_env.create_guild()
    room = Newsroom(
        simcord_env,
        simcord_bot,
        settings,
        live,
        searcher,
        guild,
        guild.create_text_channel("news"),
        guild.add_member(simcord_env.create_user("alice")),
        guild.add_member(simcord_env.create_user("bob")),
    )
    await sync(simcord_bot)
    try:
        yield room
    finally:
        if room.bot is not simcord_bot:
            await room.bot.close()
