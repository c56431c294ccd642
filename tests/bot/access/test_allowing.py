"""Where and by whom the bot may be used, and what a server limits questions to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.access import allowing
from bot.kept import guilds, rules, votes
from bot.kept.rules import Rules
from scripted import texts

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.results import InteractionResult

    from newsroom import Newsroom

ONLY = "Only Reuters and BBC, as this server is set."


def told(result: InteractionResult) -> str:
    """Return what a command or a press is answered with in private."""
    (reply,) = [*([result.response] if result.response else []), *result.followups][:1]
    assert reply.ephemeral
    return "\n".join(texts(reply)).replace("\\", "")


def manager(newsroom: Newsroom) -> MemberActor:
    """Return a member who may manage the server."""
    role = newsroom.guild.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True)
    )
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])


async def elsewhere(newsroom: Newsroom) -> str:
    """Let the server allow another channel only; return its mention."""
    other = newsroom.guild.create_text_channel("bots")
    await rules.set_channels(newsroom.bot.store, newsroom.guild.id, [other.id])
    return other.mention


@pytest.mark.parametrize("name", ["ask", "search", "timeline", "cite", "verify", "sources"])
async def test_commands_are_refused_in_other_channels(newsroom: Newsroom, name: str) -> None:
    """To the user alone, naming where they work, and before anything is asked."""
    mention = await elsewhere(newsroom)
    option = {"ask": "question", "search": "query", "timeline": "topic", "sources": ""}.get(
        name, "id"
    )
    options = {option: "Kim?"} if option else {}
    result = await newsroom.alice.slash(newsroom.channel, name, **options)
    assert told(result) == f"This server lets me answer only in {mention}."
    assert newsroom.searcher.asked == []


async def test_commands_that_ask_nothing_work_everywhere(newsroom: Newsroom) -> None:
    """What the bot is and what it stores may be read by everyone."""
    await elsewhere(newsroom)
    await rules.set_roles(newsroom.bot.store, newsroom.guild.id, [1])
    for name in ("about", "privacy", "forget"):
        result = await newsroom.alice.slash(newsroom.channel, name)
        assert result.response is not None
        assert "This server" not in texts(result.response)[0]


async def test_a_message_in_another_channel_is_told_for_a_moment(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a reply that deletes itself, once a while; in the right channel it is answered."""
    monkeypatch.setattr(newsroom.bot.fair_use, "_clock", lambda: newsroom.env.now().timestamp())
    mention = await elsewhere(newsroom)
    reply = await newsroom.ask("Kim?")
    assert texts(reply) == [f"This server lets me answer only in {mention}."]
    asked = await newsroom.ask("Putin?")
    assert asked.author.id == newsroom.alice.id  # nothing more was said
    await newsroom.env.advance_time(21)
    assert reply.id not in [each.id for each in newsroom.channel.history()]
    assert texts(await newsroom.ask("Putin?")) == texts(reply)
    assert newsroom.searcher.asked == []
    there = newsroom.guild.channels["bots"]
    await newsroom.alice.send(there, f"{newsroom.mention} Kim?")
    assert newsroom.searcher.asked == ["Kim?"]


async def test_a_thread_belongs_to_its_channel(newsroom: Newsroom) -> None:
    """It is allowed where its parent is, and refused where that is not."""
    assert newsroom.bot.user is not None
    thread = await open_thread(newsroom, "talk")
    await rules.set_channels(newsroom.bot.store, newsroom.guild.id, [newsroom.channel.id])
    await newsroom.alice.send(thread, f"{newsroom.mention} Kim?")
    result = await newsroom.alice.slash(thread, "ask", question="Kim?")
    assert result.response is not None
    assert newsroom.searcher.asked == ["Kim?", "Kim?"]
    mention = await elsewhere(newsroom)
    result = await newsroom.alice.slash(thread, "ask", question="Kim?")
    assert told(result) == f"This server lets me answer only in {mention}."


async def open_thread(newsroom: Newsroom, name: str) -> ChannelHandle:
    """Let the bot open a thread in the channel."""
    channel = newsroom.bot.get_channel(newsroom.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name=name, type=discord.ChannelType.public_thread)
    (thread,) = newsroom.channel.threads
    return thread


async def test_only_people_with_a_role_may_ask(newsroom: Newsroom) -> None:
    """Others are told which; who has it is answered, by a command and in a message."""
    role = newsroom.guild.create_role("readers")
    dora = newsroom.guild.add_member(newsroom.env.create_user("dora"), roles=[role])
    await rules.set_roles(newsroom.bot.store, newsroom.guild.id, [role.id, 5])
    refused = f"In this server, I answer only people who have the role <@&5> or {role.mention}."
    assert told(await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")) == refused
    assert texts(await newsroom.ask("Kim?")) == [refused]
    assert newsroom.searcher.asked == []
    await dora.slash(newsroom.channel, "ask", question="Kim?")
    await dora.send(newsroom.channel, f"{newsroom.mention} Kim?")
    assert newsroom.searcher.asked == ["Kim?", "Kim?"]


async def test_managers_may_ask_always_and_everywhere(newsroom: Newsroom) -> None:
    """So that they can try what they set."""
    carol = manager(newsroom)
    await elsewhere(newsroom)
    await rules.set_roles(newsroom.bot.store, newsroom.guild.id, [5])
    await carol.slash(newsroom.channel, "ask", question="Kim?")
    await carol.send(newsroom.channel, f"{newsroom.mention} Kim?")
    assert newsroom.searcher.asked == ["Kim?", "Kim?"]


async def test_a_deleted_channel_or_role_lets_nobody_in(newsroom: Newsroom) -> None:
    """A limit does not fall because what it names is gone."""
    await rules.set_channels(newsroom.bot.store, newsroom.guild.id, [5])
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    assert told(result) == "This server lets me answer only in <#5>."
    await rules.set_channels(newsroom.bot.store, newsroom.guild.id, [])
    await rules.set_roles(newsroom.bot.store, newsroom.guild.id, [6])
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    assert "<@&6>" in told(result)


async def test_direct_messages_have_no_limits(newsroom: Newsroom) -> None:
    """What a server has set holds nowhere else."""
    await elsewhere(newsroom)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Reuters"])
    await newsroom.alice.send_dm("Kim?")
    await newsroom.alice.user.slash("ask", question="Kim?")
    assert newsroom.searcher.asked == ["Kim?", "Kim?"]


@pytest.mark.parametrize("label", ["Next", "Why?"])
async def test_buttons_are_refused_as_well(newsroom: Newsroom, label: str) -> None:
    """The answer from before stands; nothing new is told where nothing may be asked."""
    reply = await newsroom.ask("Kim?")
    mention = await elsewhere(newsroom)
    pressed = await newsroom.alice.click(reply, label=label)
    assert told(pressed) == f"This server lets me answer only in {mention}."
    assert newsroom.searcher.asked == ["Kim?"]


async def test_where_settings_cannot_be_read_nothing_is_answered(newsroom: Newsroom) -> None:
    """Nobody knows what holds then; whoever asks hears of an incident."""
    await newsroom.bot.store.close()
    assert "incident" in told(await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?"))
    assert "incident" in texts(await newsroom.ask("Kim?"))[0]
    assert newsroom.searcher.asked == []


async def test_scope_and_filters_hold_wherever_a_server_asks(newsroom: Newsroom) -> None:
    """In messages, in commands and when a button asks again; the reply shows what was typed."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Reuters", "BBC"])
    await rules.set_filters(newsroom.bot.store, newsroom.guild.id, "lang:en")
    reply = await newsroom.ask("Kim?")
    await newsroom.alice.click(reply, label="Why?")
    asked = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    searched = await newsroom.alice.slash(newsroom.channel, "search", query="Kim?")
    lined = await newsroom.alice.slash(newsroom.channel, "timeline", topic="Kim?")
    assert newsroom.searcher.asked == ["source:Reuters source:BBC lang:en Kim?"] * 5
    assert texts(reply)[0].replace("\\", "") == (
        f"-# {ONLY}\n-# With this server's filters: lang:en."
    )
    for each in (asked, searched, lined):
        assert each.response is not None
        said = "\n".join(texts(each.response))
        assert said.startswith("**Q** Kim?\n")
        assert ONLY in said


async def test_the_limits_of_the_moment_hold_when_a_button_asks_again(newsroom: Newsroom) -> None:
    """Also those set after the answer was given; a source outside is refused."""
    reply = await newsroom.ask("source:AP Kim?")
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Reuters"])
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert told(pressed).startswith("This server limits questions to Reuters.")
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim", source="AP")
    assert told(result).startswith("This server limits questions to Reuters.")
    assert newsroom.searcher.asked == ["source:AP Kim?"]


async def test_a_channels_settings_reach_its_questions_after_a_restart(newsroom: Newsroom) -> None:
    """What is set is in the file."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["BBC"])
    await newsroom.restart()
    await newsroom.ask("Kim?")
    assert newsroom.searcher.asked == ["source:BBC Kim?"]


async def test_a_vote_knows_what_was_searched_for(newsroom: Newsroom) -> None:
    """An answer within limits is judged within them."""
    store, guild_id = newsroom.bot.store, newsroom.guild.id
    await rules.set_scope(store, guild_id, ["BBC"])
    await guilds.set_keep_questions(store, guild_id, keep=True)
    await newsroom.alice.click(await newsroom.ask("Kim?"), label="👍")
    (vote,) = await votes.since(store)
    assert vote.kept is not None
    assert vote.kept.question == "source:BBC Kim?"
    assert vote.question_sha256 == votes.question_hash("source:BBC Kim?")


def test_many_channels_and_roles_are_named_in_one_line() -> None:
    """The first five, and how many more."""
    page = allowing.refusal(Rules(channels=frozenset(range(10**18, 10**18 + 25))), [1], [])
    assert page is not None
    (said,) = page.texts
    assert said.endswith("or 20 more.")
    assert len(said) < 250
