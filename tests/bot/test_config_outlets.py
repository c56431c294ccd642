"""The menu of outlets in /config: what it offers, and what can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.kept import rules
from panels import CONFIG, custom_ids, held, opened, said, scope_options, whispered
from scripted import buttons

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom

from scripted import ScriptedSearcher


@pytest.fixture
def searcher(searcher: ScriptedSearcher) -> ScriptedSearcher:
    """Knows three outlets."""
    searcher.named = ("Reuters", "The Guardian", "BBC")
    return searcher


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
