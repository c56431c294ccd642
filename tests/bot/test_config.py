"""/config: what is set there holds at once and after a restart, for those who may set it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.components import walk_components

from bot.buttons import config_views
from bot.buttons.config_forms import Part, form
from bot.delivery import door
from bot.escaping import size
from bot.kept import guilds, rules
from bot.kept.rules import DEFAULTS, ChannelRules, ReplyMode, Rules
from bot.owner.sync import payload
from bot.pages import config_page
from bot.pages.config_page import ChannelPanel, Panel
from bot.suggestions import outlets
from bot.translations.languages import LANGUAGES, LOCALES
from discord_limits import COMPONENTS_V2, broken
from scripted import buttons, texts

if TYPE_CHECKING:
    from conftest import Newsroom
    from simcord.actors import MemberActor
    from simcord.results import InteractionResult, ResponseMessage

    from scripted import ScriptedSearcher

HOSTILE = "**@everyone** [x](http://evil) <@1> `\n\u202e" + "😀" * 60
CONFIG = "newsquote:config:"
OPEN = f"{CONFIG}open"
ALWAYS = " Who manages this server may always ask."


@pytest.fixture
def searcher(searcher: ScriptedSearcher) -> ScriptedSearcher:
    """Knows three outlets."""
    searcher.named = ("Reuters", "The Guardian", "BBC")
    return searcher


@pytest.fixture
def carol(newsroom: Newsroom) -> MemberActor:
    """A member who may manage the server."""
    role = newsroom.guild.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True)
    )
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])


async def opened(newsroom: Newsroom, who: MemberActor) -> ResponseMessage:
    """Let somebody open the panel, which is told to nobody else."""
    shown = (await who.slash(newsroom.channel, "config")).response
    assert shown is not None
    assert shown.ephemeral
    return shown


def said(message: object) -> str:
    """Return what a panel says."""
    return "\n".join(texts(message)).replace("\\", "")


def whispered(result: InteractionResult) -> str:
    """Return what a press is answered with beside the panel."""
    found = [*result.followups, *([result.response] if result.response else [])]
    assert found[0].ephemeral
    return said(found[0])


async def held(newsroom: Newsroom, channel_id: int | None = None) -> Rules:
    """Return what holds in a channel, by default in the one that has nothing of its own."""
    return await rules.rules(newsroom.bot.store, newsroom.guild.id, channel_id)


def server(newsroom: Newsroom) -> discord.Guild:
    """Return the server as the bot knows it."""
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    return guild


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


async def test_others_are_told_that_they_may_not(newsroom: Newsroom) -> None:
    """A server can offer a command to people whom Discord's default would not: we ask again."""
    role = newsroom.guild.create_role("helpers")
    dora = newsroom.guild.add_member(newsroom.env.create_user("dora"), roles=[role])
    commands = await newsroom.bot.tree.fetch_commands()
    (config,) = [each for each in commands if each.name == "config"]
    newsroom.guild.set_command_permissions(config, {role: True})
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


async def many(newsroom: Newsroom) -> None:
    """Let the index know 30 outlets."""
    newsroom.searcher.named = ("Reuters", *(f"Paper {n}" for n in range(29)))
    await newsroom.restart()


async def test_more_outlets_than_a_menu_has_room_for(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """The menu has the first; a form takes the beginning of any other's name."""
    assert "Name another outlet" not in buttons(await opened(newsroom, carol))
    await many(newsroom)
    panel = await opened(newsroom, carol)
    assert "The index has 30; the menu shows those with most items." in said(panel)
    await carol.select(panel, ["Reuters"], custom_id=f"{CONFIG}scope")
    named = await carol.click(panel, label="Name another outlet")
    await carol.submit_modal(named, {"typed": ' "paper 28" '})
    assert (await held(newsroom)).scope == ("Reuters", "paper 28")
    options = scope_options(panel)
    assert [each["value"] for each in options if each.get("default")] == ["Reuters", "paper 28"]
    assert len(options) == 25


async def test_an_outlet_that_the_index_does_not_know_is_refused(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """A slip of the pen would let nothing be found."""
    await many(newsroom)
    panel = await opened(newsroom, carol)
    for typed in ("Ruters", "!!"):
        named = await carol.click(panel, label="Name another outlet")
        sent = await carol.submit_modal(named, {"typed": typed})
        assert f"No outlet here has a name that begins with “{typed}”." in whispered(sent)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [f"Paper {n}" for n in range(25)])
    sent = await carol.submit_modal(
        await carol.click(panel, label="Name another outlet"), {"typed": "Reuters"}
    )
    assert "At most 25 outlets can be named." in whispered(sent)


async def test_an_index_without_outlets_offers_none(newsroom: Newsroom, carol: MemberActor) -> None:
    """A menu needs something to choose; the panel says why there is none."""
    newsroom.searcher.named = ()
    await newsroom.restart()
    panel = await opened(newsroom, carol)
    assert "The index knows no outlets to choose from." in said(panel)
    assert f"{CONFIG}scope" not in custom_ids(panel)


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


def full() -> Panel:
    """Return the panel of a server that has set as much as there can be, in hostile words."""
    ids = range(10**18, 10**18 + 25)
    names = tuple(outlets.cut(f"{n:02}{HOSTILE}", 100) for n in range(25))
    own = {each: ChannelRules(ReplyMode.THREAD, every_question=True) for each in ids}
    everything = Rules(
        ReplyMode.THREAD,
        filters="-" + "*" * 199,
        scope=names,
        channels=frozenset(ids),
        roles=frozenset(range(2 * 10**18, 2 * 10**18 + 25)),
    )
    known = outlets.read(Named(tuple(f"Paper {n} {HOSTILE * 2}" for n in range(40))))
    there = everything.channels | everything.roles
    return Panel(everything, own, keeps_questions=True, there=there, outlets=known, note="x" * 60)


class Named:
    """Knows outlets."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.outlets = names


@pytest.mark.parametrize("there", [True, False])
def test_the_fullest_panel_is_inside_discords_limits(*, there: bool) -> None:
    """40 components, 4,000 characters, menus of 25 with labels and values of 100 at most."""
    panel = full() if there else replace(full(), there=frozenset())
    one = ChannelPanel(10**18, ChannelRules(ReplyMode.THREAD, True), ReplyMode.HERE, False, "x")  # noqa: FBT003
    for view in (config_views.panel(panel), config_views.channel_panel(one)):
        found = list(walk_components(view.to_components()))
        assert len(found) <= 40
        assert sum(size(each["content"]) for each in found if each["type"] == 10) <= 4000
        for each in found:
            assert len(each.get("custom_id", "")) <= 100
            assert len(each.get("placeholder") or "") <= 150
            assert size(each.get("label") or "") <= 80
            assert len(each.get("default_values") or ()) <= 25
            options = each.get("options", [])
            assert len(options) <= 25
            assert len({option["value"] for option in options}) == len(options)
            for option in options:
                assert 1 <= size(option["label"]) <= 100
                assert 1 <= size(option["value"]) <= 100


@pytest.mark.parametrize("there", [True, False])
def test_an_independent_checker_finds_nothing(*, there: bool) -> None:
    """Nothing but the mentions of the server's own channels and roles, which ping nobody."""
    panel = full() if there else replace(full(), there=frozenset())
    components = config_views.panel(panel).to_components()
    found = broken(
        {"flags": COMPONENTS_V2, "components": components, "allowed_mentions": {"parse": []}}
    )
    assert set(found) == ({"ping '<#1'", "ping '<@&2'"} if there else set())


def test_hostile_names_do_nothing() -> None:
    """No mention but our own, no link, no formatting, no hidden character."""
    told = "\n".join(texts_of(config_views.panel(full())))
    assert "\u202e" not in told
    for mark in ("@everyone", "http:", "<@1", "[x", "](", "**@", "> `"):
        assert not re.search(rf"(?<!\\){re.escape(mark)}", told), mark


def texts_of(view: discord.ui.LayoutView) -> list[str]:
    """Return the texts of a layout."""
    return [str(e["content"]) for e in walk_components(view.to_components()) if e["type"] == 10]


def test_the_form_fits() -> None:
    """Titles and labels of 45, a description of 100."""
    for part in (Part.FILTERS, Part.OUTLET):
        made: Any = form(part, "x" * 200).to_dict()
        assert len(made["title"]) <= 45
        for label in made["components"]:
            assert len(label["label"]) <= 45
            assert len(label.get("description") or "") <= 100
            assert len(label["component"].get("placeholder") or "") <= 100


def test_languages_are_those_of_the_commands() -> None:
    """The panel names what Discord can show."""
    assert len(LANGUAGES) == len(set(LOCALES.values()))
    told = config_page.languages(LANGUAGES)
    assert told.startswith("**Language of commands:** each person's own.")
    assert "(English, German, Spanish, French or Portuguese), and lets no server choose" in told


def walked(message: object) -> list[dict[str, Any]]:
    """Return all components of a message."""
    components: list[Any] = list(getattr(message, "components", ()))
    return list(walk_components([c if isinstance(c, dict) else c.to_dict() for c in components]))


def custom_ids(message: object) -> list[str]:
    """Return the custom ids in a message."""
    return [str(each["custom_id"]) for each in walked(message) if "custom_id" in each]


def scope_options(message: object) -> list[dict[str, Any]]:
    """Return what the menu of outlets offers."""
    (menu,) = [each for each in walked(message) if each.get("custom_id") == f"{CONFIG}scope"]
    return list(menu["options"])
