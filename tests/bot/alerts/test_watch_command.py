"""What /watch lists, removes, suggests and refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from sqlalchemy import select

from bot.alerts.watches import MOST, Paused
from bot.kept.tables import WATCH, WATCH_POST, WATCH_STORY
from scripted import until
from watchers import NEWS, add, restart, told

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom
    from watchers import Clock, Publish


async def test_the_list_is_paged_and_has_buttons_that_remove(
    newsroom: Newsroom, carol: MemberActor, clock: Clock
) -> None:
    """Also after a restart; who may not manage the server removes nothing."""
    for n in range(10):
        clock.now += 1
        await add(carol, newsroom.channel, f"ferry {n}")
    shown = await carol.slash(newsroom.channel, "watch list")
    assert told(shown).startswith("**Watches: 10 of 25** · page 1 of 2\n**ferry 0**")
    assert shown.response is not None
    await restart(newsroom, clock)
    await carol.click(shown.response, label="Next")
    assert told(shown).startswith("**Watches: 10 of 25** · page 2 of 2\n**ferry 8**")
    last = newsroom.bot.watches.of(newsroom.guild.id)[-1]
    await carol.click(shown.response, custom_id=f"newsquote:unwatch:{last.id}:2")
    assert "ferry 9" not in told(shown)
    assert len(newsroom.bot.watches.of(newsroom.guild.id)) == 9


async def test_removing_suggests_and_says_what_went(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """What it had found goes with it; an unknown one is told."""
    await add(carol, newsroom.channel, "ferry")
    await add(carol, newsroom.channel, "Bees in Marl", digest=9)
    choices = await carol.autocomplete(newsroom.channel, "watch remove", "watch", "bees")
    assert [each["name"] for each in choices] == ["Bees in Marl"]
    await publish("Bees swarmed.")
    wanted = choices[0]["value"]
    result = await carol.slash(newsroom.channel, "watch remove", watch=wanted)
    assert told(result) == "No longer watching: Bees in Marl"
    assert await newsroom.bot.store.rows(select(WATCH_STORY)) == []
    result = await carol.slash(newsroom.channel, "watch remove", watch=wanted)
    assert told(result).startswith("There is no such watch here.")


async def test_a_server_that_we_leave_is_forgotten(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Its watches, what they found and what they posted."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    newsroom.bot.dispatch("guild_remove", guild)
    await until(lambda: not newsroom.bot.watches.all())
    for table in (WATCH, WATCH_STORY, WATCH_POST):
        assert await newsroom.bot.store.rows(select(table)) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timezone": "Mars/Olympus"}, "There is no such time zone."),
        ({"quiet-from": 3}, "Quiet hours need both"),
        ({"quiet-from": 3, "quiet-to": 3}, "Quiet hours that end when they begin"),
        ({"quiet-from": 3, "quiet-to": 4, "digest": 3}, "A daily digest has its hour"),
        ({"query": "before:nonsense"}, "before:nonsense"),
        ({"query": "the"}, "The query has only words that stand in every text."),
    ],
)
async def test_what_cannot_be_is_told(
    newsroom: Newsroom, carol: MemberActor, options: dict[str, Any], said: str
) -> None:
    """Before anything is kept."""
    result = await carol.slash(newsroom.channel, "watch add", **{"query": "ferry", **options})
    assert said in told(result)
    assert newsroom.bot.watches.all() == ()


async def test_a_server_has_so_many(newsroom: Newsroom, carol: MemberActor) -> None:
    """The list of the most still fits."""
    for n in range(MOST):
        await add(carol, newsroom.channel, f"ferry {n}")
    assert f"{MOST} watches, which is the most" in await add(carol, newsroom.channel, "one more")
    shown = await carol.slash(newsroom.channel, "watch list")
    assert told(shown).startswith("**Watches: 25 of 25** · page 1 of 4")


async def test_time_zones_are_suggested(newsroom: Newsroom, carol: MemberActor) -> None:
    """By city, however it is typed; at most 25."""

    async def names(typed: str) -> list[str]:
        found = await carol.autocomplete(
            newsroom.channel, "watch add", "timezone", typed, query="ferry"
        )
        return [each["name"] for each in found]

    assert await names("berlin") == ["Europe/Berlin"]
    assert (await names("new y"))[0] == "America/New_York"
    assert await names("") == ["UTC"]
    assert len(await names("a")) == 25


async def test_the_command_is_for_managers_of_servers(newsroom: Newsroom) -> None:
    """In servers alone, by an install of the server alone."""
    (command,) = [
        each.to_dict(newsroom.bot.tree)
        for each in newsroom.bot.tree.get_commands()
        if each.name == "watch"
    ]
    assert command["default_member_permissions"] == discord.Permissions(manage_guild=True).value
    assert command["contexts"] == [0]
    assert command["integration_types"] == [0]


async def test_a_failing_store_is_told(newsroom: Newsroom, carol: MemberActor) -> None:
    """Nothing is said to be watched that is not kept."""
    await newsroom.bot.store.close()
    assert "incident" in await add(carol, newsroom.channel, "ferry")
    assert newsroom.bot.watches.all() == ()


async def test_what_could_not_be_taken_changes_nothing(
    newsroom: Newsroom, carol: MemberActor, clock: Clock
) -> None:
    """A command or a press that Discord no longer knows (10062) leaves watches and list alone."""
    for n in range(10):
        clock.now += 1
        await add(carol, newsroom.channel, f"ferry {n}")
    first = newsroom.bot.watches.of(newsroom.guild.id)[0]
    await newsroom.bot.watches.pause(first, Paused.FORBIDDEN)
    there = newsroom.bot.watches.of(newsroom.guild.id)
    shown = await carol.slash(newsroom.channel, "watch list")
    assert shown.response is not None
    listed, asked = told(shown), len(newsroom.searcher.asked)
    newsroom.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, times=None
    )
    late = [
        await carol.slash(newsroom.channel, "watch add", query="late"),
        await carol.slash(newsroom.channel, "watch list"),
        await carol.slash(newsroom.channel, "watch remove", watch=first.id),
        await carol.click(shown.response, label="Next"),
        await carol.click(shown.response, custom_id=f"newsquote:rewatch:{first.id}:1"),
        await carol.click(shown.response, custom_id=f"newsquote:unwatch:{first.id}:1"),
    ]
    assert [each.response for each in late[:3]] == [None] * 3
    assert newsroom.bot.watches.of(newsroom.guild.id) == there
    assert (told(shown), len(newsroom.searcher.asked)) == (listed, asked)
    assert newsroom.env.errors == []


async def test_a_watch_that_is_resumed_twice_is_listed_as_it_is(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Two managers press Resume in lists of their own: for the second there is nothing to do."""
    await add(carol, newsroom.channel, "ferry")
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    await newsroom.bot.watches.pause(watch, Paused.FORBIDDEN)
    lists = [await carol.slash(newsroom.channel, "watch list") for _ in range(2)]
    for shown in lists:
        assert shown.response is not None
        await carol.click(shown.response, label="Resume")
    assert "Watching again" in told(lists[0])
    assert "Watching again" not in told(lists[1])
    assert "Paused" not in told(lists[1])
    assert newsroom.bot.watches.all() == (watch,)
