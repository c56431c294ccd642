"""Watches that cannot post any more: they pause, the list says why, and Resume ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.alerts.watch_queue import State
from bot.alerts.watches import Paused
from scripted import buttons, texts
from watchers import NEWS, add, posts, restart, sent, states, told

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom
    from watchers import Clock, Publish


async def test_a_deleted_channel_pauses_its_watch(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """The list says so; it is not tried again."""
    other = newsroom.guild.create_text_channel("other")
    await add(carol, newsroom.channel, "ferry", channel=other)
    newsroom.env.backend.delete_channel(other.id)
    await newsroom.env.settle()
    await publish(NEWS)
    listed = told(await carol.slash(newsroom.channel, "watch list"))
    assert "**Paused:** its channel is gone." in listed
    before = len(newsroom.env.http_requests)
    await publish("A second ferry was built.")
    assert len(newsroom.env.http_requests) == before


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [(403, 50001, Paused.HIDDEN), (403, 50013, Paused.FORBIDDEN), (404, 10003, Paused.GONE)],
)
async def test_what_discord_refuses_for_good_pauses(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, *, status: int, code: int, why: Paused
) -> None:
    """Also where our own knowledge of the channel said otherwise; over a restart, too."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await publish(NEWS)
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    assert watch.paused is why
    await newsroom.bot.watches.load()
    assert newsroom.bot.watches.of(newsroom.guild.id) == (watch,)
    assert newsroom.bot.watches.all() == ()
    assert posts(newsroom.channel) == []
    assert await states(newsroom) == []


async def test_what_discord_does_not_take_is_not_tried_for_ever(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """An invalid message (50035) is written down as refused; the next story is posted."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=400, code=50035)
    await publish(NEWS)
    await newsroom.env.advance_time(60)
    assert await states(newsroom) == [State.REFUSED]
    await publish("A second ferry was built.")
    (post,) = posts(newsroom.channel)
    assert "second" in post


async def test_a_paused_watch_is_resumed_from_the_list(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """By a button that works after a restart; what waited is posted then, what is new later."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await publish(NEWS)
    shown = await carol.slash(newsroom.channel, "watch list")
    assert "**Paused:** I may not send messages in its channel. Let me write there" in told(shown)
    assert buttons(shown.response) == {"Resume": True, "Remove": True}
    await restart(newsroom, clock)
    assert shown.response is not None
    await carol.click(shown.response, label="Resume")
    assert "Watching again, what is new from now on: ferry" in told(shown)
    assert "Paused" not in told(shown)
    await newsroom.bot.watches.load()
    assert len(newsroom.bot.watches.all()) == 1
    await newsroom.env.advance_time(20)
    assert len(posts(newsroom.channel)) == 1


async def test_a_watch_that_still_cannot_post_stays_paused(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Resume looks first, and says what is in the way now."""
    other = newsroom.guild.create_text_channel("other")
    await add(carol, newsroom.channel, "ferry", channel=other)
    newsroom.env.inject_error("POST", "/channels/*/messages", status=403, code=50001)
    await publish(NEWS)
    me = newsroom.env.backend.bot_user.id
    mute = Overwrite(me, OverwriteType.MEMBER, deny=discord.Permissions(send_messages=True).value)
    newsroom.env.backend.set_overwrite(other.id, mute)
    await newsroom.env.settle()
    shown = await carol.slash(newsroom.channel, "watch list")
    assert shown.response is not None
    await carol.click(shown.response, label="Resume")
    assert "Still paused: I may not send messages in its channel." in told(shown)
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    assert watch.paused is Paused.FORBIDDEN
    assert posts(other) == []


async def test_of_a_deleted_channel_nothing_is_resumed(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Nothing can bring it back: the list says to add the watch elsewhere."""
    other = newsroom.guild.create_text_channel("other")
    await add(carol, newsroom.channel, "ferry", channel=other)
    newsroom.env.backend.delete_channel(other.id)
    await newsroom.env.settle()
    await publish(NEWS)
    shown = await carol.slash(newsroom.channel, "watch list")
    assert "Remove it, and add it for another channel." in told(shown)
    assert buttons(shown.response) == {"Remove": True}


async def test_only_who_manages_the_server_resumes(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Also where the list was seen by somebody else, and of this server's watches alone."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await publish(NEWS)
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    shown = await carol.slash(newsroom.channel, "watch list")
    assert shown.response is not None
    managers = next(r for r in newsroom.guild.roles.values() if r.name == "managers")
    newsroom.env.backend.edit_role(newsroom.guild.id, managers.id, {"permissions": 0})
    await newsroom.env.settle()
    refused = await carol.click(shown.response, custom_id=f"newsquote:rewatch:{watch.id}:1")
    assert refused.response is not None
    assert "Only those who may manage" in "\n".join(texts(refused.response))
    assert newsroom.bot.watches.of(newsroom.guild.id) == (watch,)


async def test_a_channel_that_is_hidden_from_us_pauses_its_watch(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Known from the gateway: Discord is asked nothing that it must refuse."""
    await add(carol, newsroom.channel, "ferry")
    me = newsroom.env.backend.bot_user.id
    hide = Overwrite(me, OverwriteType.MEMBER, deny=discord.Permissions(view_channel=True).value)
    newsroom.env.backend.set_overwrite(newsroom.channel.id, hide)
    await newsroom.env.settle()
    await publish(NEWS)
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    assert watch.paused is Paused.HIDDEN
    assert sent(newsroom) == []


async def test_while_discord_has_lost_a_server_its_posts_wait(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """An outage of Discord's is no reason to pause: what is new is posted once it is over."""
    await add(carol, newsroom.channel, "ferry")
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    guild.unavailable = True
    await publish(NEWS)
    assert posts(newsroom.channel) == []
    assert len(newsroom.bot.watches.all()) == 1
    guild.unavailable = False
    await newsroom.env.advance_time(20)
    assert len(posts(newsroom.channel)) == 1
