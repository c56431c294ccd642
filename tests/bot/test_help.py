"""/help lists the commands as the tree has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import Locale, app_commands

from bot.pages import help_page
from bot.pages.layouts import plain
from discord_limits import broken
from scripted import texts

if TYPE_CHECKING:
    from newsroom import Newsroom


def leaves(newsroom: Newsroom) -> list[app_commands.Command[Any, ..., Any]]:
    """Every command that can be used."""
    walked = newsroom.bot.tree.walk_commands(type=discord.AppCommandType.chat_input)
    return [each for each in walked if isinstance(each, app_commands.Command)]


def administers(command: app_commands.Command[Any, ..., Any]) -> bool:
    """Whether a command is for those who manage a server."""
    return (command.root_parent or command).default_permissions is not None


async def shown(newsroom: Newsroom, who: Any) -> str:
    """What /help tells somebody, which must be in private."""
    result = await who.slash(newsroom.channel, "help")
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


async def test_a_member_sees_what_everybody_may_use(newsroom: Newsroom) -> None:
    """Each with its description; nothing that administers a server."""
    told = await shown(newsroom, newsroom.alice)
    for command in leaves(newsroom):
        line = f"- **/{command.qualified_name}** {command.description}"
        assert (line in told) != administers(command), command.qualified_name


async def test_the_menus_of_a_message_are_named(newsroom: Newsroom) -> None:
    """Nobody finds them else; without any, there is nothing about them."""
    told = await shown(newsroom, newsroom.alice)
    assert told.endswith("In a message's menu, under Apps: **Find coverage** and **Verify quote**.")
    page = help_page.page([], [], Locale.american_english, manages=False)
    assert "menu" not in page.texts[-1]


async def test_who_manages_the_server_sees_all(newsroom: Newsroom) -> None:
    """Also the commands of groups."""
    staff = newsroom.guild.create_role("staff", permissions=discord.Permissions(manage_guild=True))
    carol = newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[staff])
    told = await shown(newsroom, carol)
    assert all(
        f"**/{each.qualified_name}** {each.description}" in told for each in leaves(newsroom)
    )
    assert "**/watch add** " in told
    assert "**/config** " in told


@pytest.mark.parametrize("locale", [Locale.german, Locale.french, Locale.japanese])
async def test_the_list_is_in_the_language_of_who_asks(newsroom: Newsroom, locale: Locale) -> None:
    """As Discord shows the commands to them; English where there is no translation."""
    listed = newsroom.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
    menus = newsroom.bot.tree.get_commands(type=discord.AppCommandType.message)
    page = help_page.page(listed, menus, locale, manages=True)
    told = "\n".join(page.texts).replace("\\", "")
    names = {Locale.german: "/hilfe", Locale.french: "/aide", Locale.japanese: "/help"}
    assert f"**{names[locale]}** " in told
    quoting = {Locale.german: "Zitat prüfen", Locale.french: "Vérifier la citation"}
    assert f"**{quoting.get(locale, 'Verify quote')}**" in told
    assert told.count("\n- **/") == len(leaves(newsroom))
    sent = {"components": plain(page).to_components(), "flags": 1 << 15}
    assert not broken({**sent, "allowed_mentions": {"parse": []}})
