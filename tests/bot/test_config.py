"""/config: what is set there holds at once and after a restart, for those who may set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.delivery import door
from bot.kept import guilds, rules
from bot.kept.rules import DEFAULTS, ChannelRules, ReplyMode, Rules
from bot.owner.sync import payload
from bot.pages import config_page
from panels import CONFIG, held, opened, said, server, walked, whispered
from scripted import buttons, texts

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom

from scripted import ScriptedSearcher

OPEN = f"{CONFIG}open"


ALWAYS = " Who manages this server may always ask."


@pytest.fixture
def searcher(searcher: ScriptedSearcher) -> ScriptedSearcher:
    """Knows three outlets."""
    searcher.named = ("Reuters", "The Guardian", "BBC")
    return searcher


async def test_the_panel_says_what_holds_where_nothing_was_set(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Every setting in words."""
    told = said(await opened(newsroom, carol))
    for line in (
        "**Settings of this server**",
        "**Answers:** in reply to the question.",
        "**Where I may be used:** in every channel.",
        "**Who may use me:** everyone.",
        "**Outlets that are searched:** all.",
        "**Filters before every question:** none",
        "**Text of questions that are voted on:** not kept.",
        "**Channels with settings of their own:** none.",
    ):
        assert line in told.split("\n")


async def test_everything_is_set_in_the_panel(newsroom: Newsroom, carol: MemberActor) -> None:
    """Each choice is saved at once, and the panel then says it."""
    role = newsroom.guild.create_role("readers")
    panel = await opened(newsroom, carol)
    await carol.select(panel, ["thread"], custom_id=f"{CONFIG}mode")
    await carol.select(panel, [newsroom.channel], custom_id=f"{CONFIG}channels")
    await carol.select(panel, [role], custom_id=f"{CONFIG}roles")
    await carol.select(panel, ["Reuters", "BBC"], custom_id=f"{CONFIG}scope")
    await carol.submit_modal(await carol.click(panel, label="Change"), {"typed": " lang:en  -war"})
    await carol.click(panel, label="Keep")
    assert await guilds.keeps_questions(newsroom.bot.store, newsroom.guild.id)
    assert await held(newsroom) == Rules(
        ReplyMode.THREAD,
        filters="lang:en -war",
        scope=("Reuters", "BBC"),
        channels=frozenset({newsroom.channel.id}),
        roles=frozenset({role.id}),
    )
    told = said(panel)
    for line in (
        "-# Saved.",
        "**Answers:** in a thread that is opened for the answer.",
        f"**Where I may be used:** {newsroom.channel.mention}.{ALWAYS}",
        f"**Who may use me:** people with {role.mention}.{ALWAYS}",
        "**Outlets that are searched:** Reuters, BBC. Nothing of others is shown here.",
        "**Filters before every question:** lang:en -war",
        "**Text of questions that are voted on:** kept.",
    ):
        assert line in told.split("\n")


async def test_everything_is_taken_back(newsroom: Newsroom, carol: MemberActor) -> None:
    """Menus can be emptied, and so can the form."""
    store, guild_id = newsroom.bot.store, newsroom.guild.id
    role = newsroom.guild.create_role("readers")
    await rules.set_channels(store, guild_id, [newsroom.channel.id])
    await rules.set_roles(store, guild_id, [role.id])
    await rules.set_scope(store, guild_id, ["BBC"])
    await rules.set_filters(store, guild_id, "lang:en")
    panel = await opened(newsroom, carol)
    for menu in ("channels", "roles", "scope"):
        await carol.select(panel, [], custom_id=f"{CONFIG}{menu}")
    changing = await carol.click(panel, label="Change")
    assert "lang:en" in str(changing.modal)  # one changes what is there
    await carol.submit_modal(changing, {"typed": ""})
    assert await held(newsroom) == DEFAULTS


async def test_the_panel_works_after_a_restart(newsroom: Newsroom, carol: MemberActor) -> None:
    """Menus, buttons and forms of a panel that another process sent."""
    panel = await opened(newsroom, carol)
    changing = await carol.click(panel, label="Change")
    await newsroom.restart()
    await carol.select(panel, ["thread"], custom_id=f"{CONFIG}mode")
    await carol.click(panel, label="Keep")
    await carol.submit_modal(changing, {"typed": "lang:en"})
    assert await held(newsroom) == Rules(ReplyMode.THREAD, filters="lang:en")
    assert await guilds.keeps_questions(newsroom.bot.store, newsroom.guild.id)
    assert "**Filters before every question:** lang:en" in said(panel)


async def test_who_may_no_longer_manage_changes_nothing(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Whatever was open: menu, button, form and command say so, and nothing is saved."""
    panel = await opened(newsroom, carol)
    changing = await carol.click(panel, label="Change")
    role = server(newsroom).get_role(newsroom.guild.roles["managers"].id)
    assert role is not None
    await role.edit(permissions=discord.Permissions.none())
    for result in (
        await carol.select(panel, ["thread"], custom_id=f"{CONFIG}mode"),
        await carol.click(panel, label="Keep"),
        await carol.click(panel, label="Change"),
        await carol.submit_modal(changing, {"typed": "lang:en"}),
    ):
        assert whispered(result) == config_page.NOT_ALLOWED
    assert await held(newsroom) == DEFAULTS
    assert not await guilds.keeps_questions(newsroom.bot.store, newsroom.guild.id)


async def helper(newsroom: Newsroom) -> MemberActor:
    """A member who manages nothing, and to whom the server shows /config all the same."""
    role = newsroom.guild.create_role("helpers")
    dora = newsroom.guild.add_member(newsroom.env.create_user("dora"), roles=[role])
    commands = await newsroom.bot.tree.fetch_commands()
    (config,) = [each for each in commands if each.name == "config"]
    newsroom.guild.set_command_permissions(config, {role: True})
    return dora


async def test_others_are_told_that_they_may_not(newsroom: Newsroom) -> None:
    """A server can offer a command to people whom Discord's default would not: we ask again."""
    dora = await helper(newsroom)
    assert whispered(await dora.slash(newsroom.channel, "config")) == door.NOT_FOR_ALL


async def test_the_command_is_for_managers_in_servers(newsroom: Newsroom) -> None:
    """As Discord gets it: by default for nobody else, not in direct messages."""
    (config,) = [each for each in payload(newsroom.bot) if each["name"] == "config"]
    assert config["default_member_permissions"] == discord.Permissions(manage_guild=True).value
    assert (config["contexts"], config["integration_types"]) == ([0], [0])


@pytest.mark.parametrize(
    ("typed", "words"),
    [("Kim", "“Kim” is no filter."), ("after:never", "after:never"), ("source:", "is no filter.")],
)
async def test_filters_that_cannot_be_read_are_refused(
    newsroom: Newsroom, carol: MemberActor, typed: str, words: str
) -> None:
    """Beside the panel, which stays; what was set before holds."""
    await rules.set_filters(newsroom.bot.store, newsroom.guild.id, "lang:en")
    panel = await opened(newsroom, carol)
    sent = await carol.submit_modal(await carol.click(panel, label="Change"), {"typed": typed})
    assert words in whispered(sent)
    assert (await held(newsroom)).filters == "lang:en"
    assert "lang:en" in said(panel)


async def test_to_stop_keeping_questions_deletes_them(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """As the panel says before; afterwards it says how many there were."""
    await guilds.set_keep_questions(newsroom.bot.store, newsroom.guild.id, keep=True)
    await newsroom.alice.click(await newsroom.ask("Kim?"), label="👍")
    panel = await opened(newsroom, carol)
    assert "To stop deletes those kept so far." in said(panel)
    await carol.click(panel, label="Stop")
    assert "-# Saved. Deleted 1 text kept so far." in said(panel)
    assert not await guilds.keeps_questions(newsroom.bot.store, newsroom.guild.id)


async def test_a_channel_has_settings_of_its_own(newsroom: Newsroom, carol: MemberActor) -> None:
    """Chosen in the panel, with the server's as default, and taken back."""
    panel = await opened(newsroom, carol)
    await carol.select(panel, [newsroom.channel], custom_id=OPEN)
    mention, there = newsroom.channel.mention, newsroom.channel.id
    assert f"**Settings of {mention}** and of its threads" in said(panel)
    assert "**Answers:** as in the server, in reply to the question." in said(panel)
    await carol.select(panel, ["thread"], custom_id=f"{CONFIG}own-mode:{there}")
    assert await held(newsroom, there) == Rules(ReplyMode.THREAD)
    assert await held(newsroom) == DEFAULTS
    await carol.click(panel, label="Back to the server")
    assert f"- {mention}: in a thread that is opened for the answer" in said(panel)
    await carol.select(panel, [newsroom.channel], custom_id=OPEN)
    await carol.select(panel, ["server"], custom_id=f"{CONFIG}own-mode:{there}")
    assert await rules.own_channels(newsroom.bot.store, newsroom.guild.id) == {}


async def test_every_question_needs_the_message_content_intent(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Without it the panel says why, and what to do; with it, it is switched on and off."""
    panel = await opened(newsroom, carol)
    await carol.select(panel, [newsroom.channel], custom_id=OPEN)
    assert buttons(panel)["Every question"] is False
    assert "unavailable: the bot runs without the Message Content Intent." in said(panel)
    assert "`NEWSQUOTE_MESSAGE_CONTENT=1`" in "\n".join(texts(panel))
    there = newsroom.channel.id
    await newsroom.restart(newsroom.settings.model_copy(update={"message_content": True}))
    assert newsroom.bot.intents.message_content
    await carol.click(panel, label="Back to the server")
    await carol.select(panel, [newsroom.channel], custom_id=OPEN)
    await carol.click(panel, label="Every question")
    assert (await held(newsroom, there)).every_question
    assert "**What I answer:** every question there, also without a mention." in said(panel)
    await newsroom.restart()
    await carol.click(panel, label="Back to the server")
    await carol.select(panel, [newsroom.channel], custom_id=OPEN)
    assert "It is switched on here and waits for that." in said(panel)
    await carol.click(panel, label="Only when asked")
    assert await held(newsroom, there) == DEFAULTS


async def test_deleted_channels_and_roles_are_told(newsroom: Newsroom, carol: MemberActor) -> None:
    """The panel counts them; what the channel had of its own is forgotten."""
    role, bots = newsroom.guild.create_role("readers"), newsroom.guild.create_text_channel("bots")
    store, guild_id = newsroom.bot.store, newsroom.guild.id
    await rules.set_channels(store, guild_id, [bots.id, newsroom.channel.id])
    await rules.set_roles(store, guild_id, [role.id, 5])
    await rules.set_channel(store, guild_id, bots.id, ChannelRules(ReplyMode.THREAD))
    await rules.set_channel(store, guild_id, 6, ChannelRules(ReplyMode.THREAD))
    found = newsroom.bot.get_channel(bots.id)
    assert isinstance(found, discord.TextChannel)
    await found.delete()
    await newsroom.env.settle()
    panel = await opened(newsroom, carol)
    assert f"**Where I may be used:** {newsroom.channel.mention}, 1 deleted channel." in said(panel)
    assert f"people with {role.mention}, 1 deleted role." in said(panel)
    assert list(await rules.own_channels(store, guild_id)) == [6]
    assert "- a deleted channel: in a thread that is opened for the answer" in said(panel)
    chosen = [each["id"] for item in walked(panel) for each in item.get("default_values") or ()]
    assert set(map(int, chosen)) == {newsroom.channel.id, role.id}


async def test_a_failing_store_is_told(newsroom: Newsroom, carol: MemberActor) -> None:
    """By an incident; the panel that stands stays."""
    panel = await opened(newsroom, carol)
    before = said(panel)
    await newsroom.bot.store.close()
    result = await carol.select(panel, ["thread"], custom_id=f"{CONFIG}mode")
    assert "incident" in whispered(result)
    assert said(panel) == before
    result = await carol.slash(newsroom.channel, "config")
    assert "incident" in "".join(map(said, [result.response, *result.followups]))


async def test_about_says_the_same_whatever_is_set(newsroom: Newsroom) -> None:
    """What is indexed does not depend on a server's settings."""
    before = texts((await newsroom.alice.slash(newsroom.channel, "about")).response)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["BBC"])
    await rules.set_channels(newsroom.bot.store, newsroom.guild.id, [5])
    assert texts((await newsroom.alice.slash(newsroom.channel, "about")).response) == before


async def test_what_could_not_be_taken_changes_nothing(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """A command, a choice or a form that Discord no longer knows (10062) saves nothing."""
    panel = await opened(newsroom, carol)
    changing = await carol.click(panel, label="Change")
    stood = said(panel)
    newsroom.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, times=None
    )
    assert (await carol.slash(newsroom.channel, "config")).response is None
    await carol.select(panel, ["thread"], custom_id=f"{CONFIG}mode")
    await carol.submit_modal(changing, {"typed": "lang:en"})
    assert await held(newsroom) == DEFAULTS
    assert said(panel) == stood
    assert newsroom.env.errors == []


async def test_the_command_asks_again_who_manages(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were everybody let in at the door, nobody would come to the panel who may not."""

    async def everybody(_: object) -> bool:
        return True

    monkeypatch.setattr(newsroom.bot.tree, "interaction_check", everybody)
    told = whispered(await (await helper(newsroom)).slash(newsroom.channel, "config"))
    assert told == config_page.NOT_ALLOWED
