"""When the slash commands are registered, and that they fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands

from bot.app import create_bot
from bot.errors import SyncError
from bot.owner import sync

if TYPE_CHECKING:
    from newsroom import Newsroom


def syncs(newsroom: Newsroom) -> int:
    """Return how often the commands were registered."""
    return sum(
        c.method == "PUT" and c.path.endswith("/commands") for c in newsroom.env.http_requests
    )


async def test_start_does_not_sync(newsroom: Newsroom) -> None:
    """Neither login nor READY registers anything; the one sync is the fixture's own."""
    await newsroom.restart()
    assert syncs(newsroom) == 1


async def test_only_changed_commands_are_synced(newsroom: Newsroom) -> None:
    """The hash is kept over a restart; a changed description is a change."""
    assert not await sync.sync_if_changed(newsroom.bot)
    await newsroom.restart()
    assert not await sync.sync_if_changed(newsroom.bot)
    command = newsroom.bot.tree.get_command("about")
    assert isinstance(command, app_commands.Command)
    command.description = "Something else."
    assert await sync.sync_if_changed(newsroom.bot)
    assert not await sync.sync_if_changed(newsroom.bot)
    assert syncs(newsroom) == 2


async def test_commands_are_inside_discords_limits(newsroom: Newsroom) -> None:
    """Names, descriptions and choices fit, and options that must be given come first."""
    options = 0
    for command in sync.payload(newsroom.bot):
        needed = [option.get("required", False) for option in command.get("options", [])]
        assert needed == sorted(needed, reverse=True)
        if command.get("type") == discord.AppCommandType.message.value:
            continue  # a menu: a name, and nothing to choose
        for item in (command, *command.get("options", [])):
            assert re.fullmatch(r"[-_a-z]{1,32}", item["name"])
            assert 1 <= len(item["description"]) <= 100
            for choice in item.get("choices", []):
                assert 1 <= len(choice["name"]) <= 100
                assert 1 <= len(choice["value"]) <= 100
            assert not (item.get("choices") and item.get("autocomplete"))
        options += len(needed)
    assert options == 17


async def test_search_offers_its_orders_and_suggests_outlets(newsroom: Newsroom) -> None:
    """The order is one of three; the outlet is free text with suggestions."""
    (search,) = [each for each in sync.payload(newsroom.bot) if each["name"] == "search"]
    options = {option["name"]: option for option in search["options"]}
    assert list(options) == ["query", "source", "after", "before", "sort", "private"]
    values = [choice["value"] for choice in options["sort"]["choices"]]
    assert values == ["relevance", "newest", "oldest"]
    suggested = [name for name, option in options.items() if option.get("autocomplete")]
    assert suggested == ["query", "source", "after", "before"]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (["x"] * 26, "/about what: 26 choices"),
        (["x" * 101], "/about what: a choice of 101 characters"),
        ([""], "a choice of 0 characters"),
        (["x" * 100] * 25, "/about has 10016 characters"),
    ],
)
async def test_choices_that_discord_would_refuse(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, choices: list[str], words: str
) -> None:
    """Choices count as the rest of a command does."""
    command = newsroom.bot.tree.get_command("about")
    assert isinstance(command, app_commands.Command)
    option = {
        "name": "what",
        "description": "x",
        "choices": [{"name": each, "value": each} for each in choices],
    }

    def written(_tree: object) -> dict[str, object]:
        return {"name": "about", "description": "x", "options": [option] * 2}

    monkeypatch.setattr(command, "to_dict", written)
    with pytest.raises(SyncError, match=words):
        sync.payload(newsroom.bot)


async def test_commands_are_for_servers_and_people_everywhere(newsroom: Newsroom) -> None:
    """Each command can be installed by a server or a person and used wherever they write."""
    payload = sync.payload(newsroom.bot)
    assert sorted(command["name"] for command in payload) == [
        "Find coverage",
        "Verify quote",
        "about",
        "ask",
        "cite",
        "config",
        "forget",
        "help",
        "privacy",
        "search",
        "sources",
        "timeline",
        "verify",
        "watch",
    ]
    for command in payload:
        if command["default_member_permissions"]:
            continue  # what administers a server is of servers alone
        assert command["integration_types"] == [0, 1]
        assert command["contexts"] == [0, 1, 2]


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("name", "About", "/About: the name 'About'"),
        ("name", "a" * 33, "lower-case letters"),
        ("description", "x" * 101, "/about: a description of 101 characters"),
        ("description", "", "a description of 0 characters"),
    ],
)
async def test_commands_that_discord_would_refuse(
    newsroom: Newsroom, attribute: str, value: str, words: str
) -> None:
    """A name or description that does not fit is named before anything is sent."""
    setattr(newsroom.bot.tree.get_command("about"), attribute, value)
    with pytest.raises(SyncError, match=words):
        await sync.sync(newsroom.bot)
    assert syncs(newsroom) == 1


@pytest.mark.parametrize("name", ["", "x" * 33])
async def test_menus_that_discord_would_refuse(newsroom: Newsroom, name: str) -> None:
    """A menu's name may have spaces and capitals, and 32 characters."""
    menu = newsroom.bot.tree.get_command("Verify quote", type=discord.AppCommandType.message)
    assert isinstance(menu, app_commands.ContextMenu)
    menu.name = name
    with pytest.raises(SyncError, match=f"A menu's name of {len(name)} characters"):
        sync.payload(newsroom.bot)


async def test_commands_are_synced_by_who_is_logged_in(newsroom: Newsroom) -> None:
    """Before, nobody knows whose commands they are: that is told, and nothing is sent."""
    with pytest.raises(SyncError, match="not logged in"):
        await sync.sync_if_changed(create_bot(newsroom.settings, newsroom.live))
    assert syncs(newsroom) == 1
