"""`newsquote bot --check`: what it finds, over real sockets to the stand-in for Discord."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import discord
import pytest
from discord.http import Route
from pydantic import HttpUrl, SecretStr
from typer.testing import CliRunner

from bot import cli, runner
from bot.kept import schema
from bot.owner import checkup, checkup_command, checkup_discord, invite
from bot.owner.checkup import Finding, State
from bot.store import open_store
from index.commands.exits import Exit
from loopback import payloads
from loopback.server import LoopbackDiscord
from loopback.world import Membership

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.settings import Settings


@pytest.fixture(autouse=True)
def discord_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what the check-up sets for the life of its process."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)


@pytest.fixture
async def loopback() -> AsyncGenerator[LoopbackDiscord]:
    """A stand-in for Discord, which finds nothing wrong with what it is sent."""
    async with LoopbackDiscord() as server:
        yield server
        assert server.violations == []


@pytest.fixture
def ours(settings: Settings, loopback: LoopbackDiscord) -> Settings:
    """Settings that lead to the stand-in, with its token."""
    changed = {
        "discord_api": HttpUrl(loopback.api_url),
        "discord_token": SecretStr(loopback.token),
    }
    return settings.model_copy(update=changed)


async def looked(settings: Settings) -> dict[str, Finding]:
    """Look at Discord's side; nothing that is told holds the token."""
    found = await checkup_discord.look(settings, checkup.synced_hashes(settings))
    token = settings.discord_token
    assert token is None or token.get_secret_value() not in repr(found)
    assert "".join(str(line) for line in checkup_command.lines(found))
    told = {each.what: each for each in found}
    assert len(told) == len(found)
    return told


async def test_all_is_well(ours: Settings, loopback: LoopbackDiscord) -> None:
    """Logged in over REST alone, with every permission and the commands as they are."""
    await runner.sync_commands(ours)
    before = ours.data_file.read_bytes()
    told = await looked(ours)
    assert {each.state for each in told.values()} == {State.OK}
    assert list(told) == [
        "token",
        "application",
        "intents",
        "shards",
        "server Loopback",
        "commands",
    ]
    assert loopback.gateway.identified == []
    assert ours.data_file.read_bytes() == before


async def test_a_token_that_discord_does_not_know(
    ours: Settings, loopback: LoopbackDiscord
) -> None:
    """401: the token is to fix, and nothing else could be looked at."""
    wrong = ours.model_copy(update={"discord_token": SecretStr("wrong.token.here")})
    told = await looked(wrong)
    assert told.pop("token").state is State.TO_FIX
    assert list(told) == ["application", "intents", "shards", "servers", "commands"]
    assert {each.state for each in told.values()} == {State.NOT_CHECKED}
    assert loopback.unauthorized == 1


async def test_no_token(settings: Settings) -> None:
    """Without one, that is said, and nothing is asked."""
    told = await looked(settings)
    assert told["token"].told == "DISCORD_TOKEN is not set."
    assert told["token"].code is Exit.WRONG_USE


async def test_discord_that_cannot_be_reached(ours: Settings) -> None:
    """No network is told as such; it is not the token's fault."""
    nowhere = ours.model_copy(update={"discord_api": HttpUrl("http://127.0.0.1:1/api/v10")})
    assert "cannot be reached" in (await looked(nowhere))["token"].told


@pytest.mark.parametrize(
    ("flags", "state"), [(0, State.TO_FIX), (1 << 18, State.OK), (1 << 19, State.OK)]
)
async def test_intents_that_the_application_does_not_allow(
    ours: Settings, loopback: LoopbackDiscord, flags: int, state: State
) -> None:
    """An intent that the bot asks for must be on in the portal, for few servers or for many."""
    loopback.application["flags"] = flags
    intents = (await looked(ours.model_copy(update={"message_content": True})))["intents"]
    assert intents.state is state
    if state is State.TO_FIX:
        assert "Bot > Privileged Gateway Intents: turn on Message Content" in intents.remedy


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"interactions_endpoint_url": "https://example.org/"}, "Interactions Endpoint URL"),
        ({"bot_require_code_grant": True}, "Requires OAuth2 Code Grant"),
    ],
)
async def test_settings_of_the_portal_that_break_the_bot(
    ours: Settings, loopback: LoopbackDiscord, change: dict[str, object], path: str
) -> None:
    """Where commands go elsewhere, or the invite link fails, the switch is named."""
    loopback.application.update(change)
    application = (await looked(ours))["application"]
    assert application.state is State.TO_FIX
    assert path in application.remedy


async def test_a_bot_in_no_server(ours: Settings, loopback: LoopbackDiscord) -> None:
    """It is to be invited."""
    loopback.memberships.clear()
    servers = (await looked(ours))["servers"]
    assert servers.state is State.TO_FIX
    assert "newsquote invite" in servers.remedy


async def test_permissions_that_one_server_does_not_give(
    ours: Settings, loopback: LoopbackDiscord
) -> None:
    """That server is named with what it lacks; the other is well."""
    lacking = invite.wanted().value & ~discord.Permissions(attach_files=True).value
    loopback.memberships.append(Membership(payloads.OTHER_ID, "Elsewhere", lacking))
    told = await looked(ours)
    assert told["server Loopback"].state is State.OK
    assert told["server Elsewhere"].told == "It lacks Attach Files."
    assert "Elsewhere > Server Settings > Roles > newsquote" in told["server Elsewhere"].remedy


async def test_a_channel_in_which_it_may_not_write(
    ours: Settings, loopback: LoopbackDiscord
) -> None:
    """Often that is meant, so it is a note; a channel that it cannot see is none."""
    (mine,) = loopback.memberships
    mine.permissions = invite.wanted().value
    mine.denied = discord.Permissions(send_messages=True).value
    note = (await looked(ours))["server Loopback"]
    assert (note.state, "#general" in note.told) == (State.NOTE, True)
    mine.denied = discord.Permissions(view_channel=True).value
    assert (await looked(ours))["server Loopback"].state is State.OK


async def test_not_every_server_is_looked_into(
    ours: Settings, loopback: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond some, it is said that the others were not."""
    monkeypatch.setattr(checkup_discord, "MOST_SERVERS", 1)
    loopback.memberships.append(replace(loopback.memberships[0], guild_id=1, name="Second"))
    told = await looked(ours)
    assert told["servers"].state is State.NOT_CHECKED
    assert "server Second" not in told


async def test_commands_that_are_out_of_date(ours: Settings, loopback: LoopbackDiscord) -> None:
    """Never registered, or not since they changed: `newsquote sync` is to be run."""
    commands = (await looked(ours))["commands"]
    assert "/ask" in commands.told
    await runner.sync_commands(ours)
    with closing(sqlite3.connect(ours.data_file)) as db:
        db.execute("UPDATE synced SET tree_hash = 'older'")
        db.commit()
    commands = (await looked(ours))["commands"]
    assert commands.state is State.TO_FIX
    assert "changed since" in commands.told
    assert "newsquote sync" in commands.remedy
    assert loopback.syncs == 1


def test_data_file(settings: Settings) -> None:
    """None yet, one that is well, one of a newer version, one that is no database, no room."""

    def found() -> Finding:
        return checkup.look_here(settings)[1]

    path = settings.data_file
    assert (found().state, path.exists()) == (State.OK, False)
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")
        db.commit()
        before = path.read_bytes()
        assert (found().state, path.read_bytes()) == (State.OK, before)
        db.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    assert "newer version" in found().told
    path.write_bytes(b"no database" * 100)
    assert found().code is Exit.INDEX_PROBLEM
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("A file where the directory should be.")
    assert "cannot be" in found().told


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database(settings: Settings, database: str) -> None:
    """It is looked at instead of a file, nothing is made in it, and one that is away is to fix."""

    def found(of: Settings) -> Finding:
        return next(each for each in checkup.look_here(of) if each.what == "database")

    assert found(settings).told.endswith("The tables will be made when the bot starts.")
    assert checkup.synced_hashes(settings) == {}
    assert found(settings).told.endswith("The tables will be made when the bot starts.")

    async def fill() -> None:
        store = await open_store(database)
        await store.save_synced(5, "hash")
        await store.close()

    asyncio.run(fill())
    assert found(settings) == checkup.ok("database", "PostgreSQL can be reached.")
    assert checkup.synced_hashes(settings) == {5: "hash"}
    away = SecretStr("postgresql+asyncpg://nobody:secret@127.0.0.1:1/none")
    told = found(settings.model_copy(update={"database_url": away}))
    assert told.state is State.TO_FIX
    assert "secret" not in told.told


def test_no_index(settings: Settings) -> None:
    """It is to be built; the exit code is that of an index problem."""
    found = checkup.look_here(settings)
    assert (found[0].state, found[0].code) == (State.TO_FIX, Exit.INDEX_PROBLEM)
    assert "newsquote rebuild" in found[0].remedy


def test_the_command_tells_all_of_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As lines and as JSON; the first thing to fix gives the exit code."""
    del settings  # it has set up the directory
    told = CliRunner().invoke(cli.app, ["bot", "--check"])
    assert told.exit_code == 3
    assert "to fix  index: There is no index in .newsquote yet." in told.stdout
    assert told.stdout.endswith("2 to fix.\n")
    listed = json.loads(CliRunner().invoke(cli.app, ["bot", "--check", "--json"]).stdout)
    assert listed["ok"] is False
    assert [each["what"] for each in listed["findings"]][:4] == [
        "settings",
        "index",
        "data file",
        "token",
    ]
    monkeypatch.setenv("NEWSQUOTE_WORKERS", "0")
    told = CliRunner().invoke(cli.app, ["bot", "--check"])
    assert told.exit_code == 2
    assert told.stdout.startswith("to fix  settings: NEWSQUOTE_WORKERS")
    assert not Path(".newsquote").exists()


@pytest.mark.parametrize(
    ("recommended", "left", "state", "remedy"),
    [
        (1, 0, State.TO_FIX, "Wait: each start takes one time for each shard."),
        (3, 999, State.NOTE, "Soon: set NEWSQUOTE_SHARDS to 3 or more, or leave it empty."),
    ],
    ids=["no starts left", "too few shards"],
)
async def test_what_discord_says_of_shards(
    ours: Settings,
    loopback: LoopbackDiscord,
    *,
    recommended: int,
    left: int,
    state: State,
    remedy: str,
) -> None:
    """A bot that may not connect today is told so before it tries; one that grows, in time."""
    loopback.shard(recommended)
    loopback.allow_starts(left)
    found = (await looked(ours))["shards"]
    assert (found.state, found.remedy) == (state, remedy)
