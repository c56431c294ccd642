"""The panel of /config and its forms: inside Discord's limits, and no name in them takes effect."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from simcord.components import walk_components

from bot.buttons import config_views
from bot.buttons.config_forms import Part, form
from bot.escaping import size
from bot.kept.rules import ChannelRules, ReplyMode, Rules
from bot.pages import config_page
from bot.pages.config_page import ChannelPanel, Panel
from bot.suggestions import outlets
from bot.translations.languages import LANGUAGES, LOCALES
from discord_limits import COMPONENTS_V2, broken

if TYPE_CHECKING:
    import discord


HOSTILE = "**@everyone** [x](http://evil) <@1> `\n\u202e" + "😀" * 60


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
