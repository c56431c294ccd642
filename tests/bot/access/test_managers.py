"""What is for those who manage a server: closed to all others, and to managers of other servers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot.alerts import posting
from bot.alerts.watches import Paused
from bot.delivery import door
from bot.kept import guilds, rules, votes
from bot.kept.rules import Rules
from bot.pages import watch_list_page
from bot.pages.watch_list_page import Wrong
from scripted import texts

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle
    from simcord.results import InteractionResult

    from newsroom import Newsroom

MANAGERS = discord.Permissions(manage_guild=True)


def told(result: InteractionResult) -> str:
    """Return what a command is answered with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


def for_managers(newsroom: Newsroom) -> list[app_commands.Command[Any, ..., Any]]:
    """List the commands that Discord is told to show to managers alone."""
    return [
        each
        for each in newsroom.bot.tree.walk_commands()
        if isinstance(each, app_commands.Command)
        and (each.root_parent or each).default_permissions is not None
    ]


@dataclass(slots=True)
class Elsewhere:
    """Another server that the bot is in, and who manages it."""

    guild: GuildHandle
    channel: ChannelHandle
    manager: MemberActor


@pytest.fixture
def elsewhere(newsroom: Newsroom) -> Elsewhere:
    """A second server."""
    guild = newsroom.env.create_guild()
    role = guild.create_role("managers", permissions=MANAGERS)
    manager = guild.add_member(newsroom.env.create_user("mallory"), roles=[role])
    return Elsewhere(guild, guild.create_text_channel("elsewhere"), manager)


@pytest.fixture
def carol(newsroom: Newsroom) -> MemberActor:
    """Somebody who manages the first server."""
    role = newsroom.guild.create_role("managers", permissions=MANAGERS)
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])


async def test_every_such_command_is_closed_to_members(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Also where the server shows it to them: nothing changes, nothing is told."""
    await carol.slash(newsroom.channel, "watch add", query="ferry")
    helpers = newsroom.guild.create_role("helpers")
    dora = newsroom.guild.add_member(newsroom.env.create_user("dora"), roles=[helpers])
    for each in await newsroom.bot.tree.fetch_commands():
        newsroom.guild.set_command_permissions(each, {helpers: True})
    found = for_managers(newsroom)
    assert {"config", "watch add", "watch list", "watch remove"} <= {
        each.qualified_name for each in found
    }
    for each in found:
        options: dict[str, Any] = {
            option.display_name: "ferry" for option in each.parameters if option.required
        }
        result = await dora.slash(newsroom.channel, each.qualified_name, **options)
        assert told(result) == door.NOT_FOR_ALL, each.qualified_name
    suggested = await dora.autocomplete(newsroom.channel, "watch remove", "watch", "")
    assert list(suggested) == []
    assert len(newsroom.bot.watches.of(newsroom.guild.id)) == 1
    assert await rules.rules(newsroom.bot.store, newsroom.guild.id, None) == Rules()


async def test_no_server_sees_or_removes_anothers_watches(
    newsroom: Newsroom, carol: MemberActor, elsewhere: Elsewhere
) -> None:
    """Not in the list, not while typing, and not by its id."""
    await carol.slash(newsroom.channel, "watch add", query="a secret matter")
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    mallory, there = elsewhere.manager, elsewhere.channel
    assert "secret" not in told(await mallory.slash(there, "watch list"))
    assert list(await mallory.autocomplete(there, "watch remove", "watch", "")) == []
    removed = told(await mallory.slash(there, "watch remove", watch=watch.id))
    assert removed == "\n".join(watch_list_page.wrong(Wrong.NO_SUCH).texts)
    assert newsroom.bot.watches.get(watch.id) == watch


async def test_no_server_has_anothers_settings(newsroom: Newsroom, elsewhere: Elsewhere) -> None:
    """Filters, outlets and channels of one hold nowhere else, and no other server changes them."""
    store, here = newsroom.bot.store, newsroom.guild.id
    await rules.set_filters(store, here, "lang:en")
    await rules.set_scope(store, here, ["Reuters"])
    own = rules.ChannelRules(every_question=True)
    await rules.set_channel(store, here, newsroom.channel.id, own)
    before = await rules.rules(store, here, newsroom.channel.id)
    assert await rules.rules(store, elsewhere.guild.id, newsroom.channel.id) == Rules()
    panel = told(await elsewhere.manager.slash(elsewhere.channel, "config"))
    assert "Reuters" not in panel
    assert "lang:en" not in panel
    # As if a press named a channel of the other server.
    await rules.set_channel(store, elsewhere.guild.id, newsroom.channel.id, rules.ChannelRules())
    await rules.set_scope(store, elsewhere.guild.id, ["BBC"])
    assert await rules.rules(store, here, newsroom.channel.id) == before


async def test_one_servers_scope_does_not_limit_another(
    newsroom: Newsroom, elsewhere: Elsewhere
) -> None:
    """Each question is limited as its own server says."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Reuters"])
    await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    await elsewhere.manager.slash(elsewhere.channel, "ask", question="Kim?")
    assert [("source:" in each) for each in newsroom.searcher.asked] == [True, False]


async def test_forgetting_questions_touches_no_other_server(
    newsroom: Newsroom, elsewhere: Elsewhere
) -> None:
    """A server that keeps questions no more, or that we leave, takes along its own alone."""
    store = newsroom.bot.store
    for guild in (newsroom.guild, elsewhere.guild):
        await guilds.set_keep_questions(store, guild.id, keep=True)
    reply = await newsroom.ask("Kim?")
    await newsroom.alice.click(reply, label="👍")
    other = await elsewhere.manager.slash(elsewhere.channel, "ask", question="Putin?")
    assert other.response is not None
    await elsewhere.manager.click(other.response, label="👍")
    await guilds.leave(store, elsewhere.guild.id)
    kept = {each.guild_id: each.kept for each in await votes.since(store)}
    assert kept[elsewhere.guild.id] is None
    assert kept[newsroom.guild.id] is not None


async def test_a_watch_of_another_server_is_not_posted_there(
    newsroom: Newsroom, carol: MemberActor, elsewhere: Elsewhere
) -> None:
    """A channel that is not its server's is none to post in."""
    await carol.slash(newsroom.channel, "watch add", query="ferry")
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    moved = replace(watch, guild_id=elsewhere.guild.id)
    assert await posting.target(newsroom.bot, moved) is Paused.GONE
