"""Whom the post of a watch mentions: its role, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from sqlalchemy import select

from bot.kept.tables import WATCH_POST
from scripted import texts
from watchers import NEWS, add, posts, sent

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import RoleHandle

    from newsroom import Newsroom
    from watchers import Publish


async def test_only_the_role_is_mentioned(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """By the post; what the corpus says mentions nobody and formats nothing."""
    role = newsroom.guild.create_role("readers", mentionable=True)
    other = newsroom.guild.create_role("others", mentionable=True)
    said = await add(carol, newsroom.channel, "ferry", role=role)
    assert f"mentions <@&{role.id}>" in said
    hostile = f"The ferry @everyone <@&{other.id}> <@{newsroom.alice.id}> [x](https://evil.example)"
    await publish(hostile)
    message = newsroom.channel.last_message
    assert message is not None
    assert message.role_mentions == [role_of(newsroom, role)]
    assert not message.mention_everyone
    assert message.mentions == []
    (body,) = sent(newsroom)
    assert body["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    first, _, quote, *_ = texts(message)
    assert first == f"<@&{role.id}>"
    assert "](" not in quote.replace("\\]\\(", "")


def role_of(newsroom: Newsroom, role: RoleHandle) -> discord.Role:
    """Return the role as the bot knows it."""
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    found = guild.get_role(role.id)
    assert found is not None
    return found


def forbid_mentions(newsroom: Newsroom) -> None:
    """Take from everybody, the bot too, that they may mention any role."""
    forbidden = discord.Permissions(mention_everyone=True, administrator=True).value
    for role in newsroom.guild.roles.values():
        backend, guild_id = newsroom.env.backend, newsroom.guild.id
        allowed = backend.get_role(guild_id, role.id).permissions & ~forbidden
        backend.edit_role(guild_id, role.id, {"permissions": allowed})


async def test_a_role_that_may_not_be_mentioned_any_more_is_left_out(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """The post comes without it."""
    role = newsroom.guild.create_role("readers", mentionable=True)
    await add(carol, newsroom.channel, "ferry", role=role)
    forbid_mentions(newsroom)
    newsroom.env.backend.edit_role(newsroom.guild.id, role.id, {"mentionable": False})
    await newsroom.env.settle()
    await publish(NEWS)
    (body,) = sent(newsroom)
    assert not body["allowed_mentions"].get("roles")
    assert str(role.id) not in posts(newsroom.channel)[0]


async def test_without_a_role_nobody_is_mentioned(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """And each post carries its id as a nonce that Discord enforces."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    (body,) = sent(newsroom)
    assert not any(body["allowed_mentions"].values())
    (row,) = await newsroom.bot.store.rows(select(WATCH_POST.c.id, WATCH_POST.c.message_id))
    assert (body["nonce"], body["enforce_nonce"]) == (row[0], True)
    assert len(body["nonce"]) <= 25
    message = newsroom.channel.last_message
    assert message is not None
    assert row[1] == message.id


async def test_channels_and_roles_are_checked(newsroom: Newsroom, carol: MemberActor) -> None:
    """Where the bot may send and the person may write; whom both may mention."""
    me, guild = newsroom.guild.me, newsroom.guild
    assert me is not None
    deny = discord.PermissionOverwrite(send_messages=False)
    mute = guild.create_text_channel("mute", overwrites={me: deny})
    assert (await add(carol, newsroom.channel, "ferry", channel=mute)).startswith("I cannot post")
    staff = guild.create_text_channel("staff", overwrites={carol: deny})
    assert (await add(carol, newsroom.channel, "ferry", channel=staff)).startswith("You cannot")
    quiet = guild.create_role("quiet", mentionable=False)
    assert (await add(carol, newsroom.channel, "ferry", role=quiet)).startswith("You may not ment")
    forbid_mentions(newsroom)
    await newsroom.env.settle()
    assert (await add(carol, newsroom.channel, "ferry", role=quiet)).startswith("I may not mention")
    everyone = guild.default_role
    assert (await add(carol, newsroom.channel, "ferry", role=everyone)).startswith("Everyone")
    assert newsroom.bot.watches.all() == ()
