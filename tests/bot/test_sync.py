"""When the slash commands are registered, and that they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from discord import app_commands

from bot import sync
from bot.errors import SyncError

if TYPE_CHECKING:
    from conftest import Newsroom


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


async def test_commands_are_for_servers_and_people_everywhere(newsroom: Newsroom) -> None:
    """Each command can be installed by a server or a person and used wherever they write."""
    payload = sync.payload(newsroom.bot)
    assert sorted(command["name"] for command in payload) == ["about", "ask", "search"]
    for command in payload:
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
