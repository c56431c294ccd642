"""The bot over a scripted searcher, in simcord's Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from pydantic import SecretStr

import databases
import fuzzing
from bot.app import NewsquoteBot, create_bot
from bot.owner.sync import sync
from bot.settings import Settings, variable
from newsroom import Newsroom
from postgresql_server import NoServerError, Server, serving
from scripted import ScriptedLive, ScriptedSearcher, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from simcord.actors import MemberActor
    from simcord.env import Env

    from bot.answering import Following

fuzzing.load_profile()

LINES = tuple(f"Sentence number {n} speaks of Kim and of Putin." for n in range(1, 13))


@pytest.fixture(scope="session")
def postgresql_server() -> Generator[Server]:
    """A server that all tests of this process share."""
    try:
        with serving() as server:
            yield server
    except NoServerError as error:
        pytest.skip(str(error))


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Path | str]:
    """Where the bot keeps what stays: a file, or where a test asks so PostgreSQL."""
    if getattr(request, "param", databases.SQLITE) == databases.SQLITE:
        yield tmp_path / "index" / "bot.sqlite3"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    yield await server.emptied()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Path | str) -> Settings:
    """Settings that touch nothing outside of the test's directory."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    # Longer than simcord waits for the bot to be idle, so that only advance_time() wakes the loop.
    # Without cool-downs: a test asks as often as it needs to.
    rates = dict.fromkeys(("user_rate", "guild_rate", "global_rate"), "off")
    url = SecretStr(database) if isinstance(database, str) else None
    return Settings(index=tmp_path / "index", reload_s=60, database_url=url, shards=1, **rates)


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


@pytest.fixture
def carol(newsroom: Newsroom) -> MemberActor:
    """A member who may manage the server."""
    role = newsroom.guild.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True)
    )
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])
