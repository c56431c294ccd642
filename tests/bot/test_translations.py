"""Commands in other languages: nothing is missing, and everything is inside Discord's limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.owner import sync
from bot.translations import translator
from bot.translations.languages import LOCALES
from bot.translations.translator import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from newsroom import Newsroom

CODES = {locale.value for locale in LOCALES}
NAME = re.compile(r"[-_'\w]{1,32}")


def synced(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Return the commands as Discord got them last."""
    (*_, call) = [
        each
        for each in newsroom.env.http_requests
        if each.method == "PUT" and each.path.endswith("/commands")
    ]
    commands: Any = call.json
    return commands


def items(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a command and all its options."""
    yield command
    for option in command.get("options", ()):
        yield from items(option)


def said_in(item: dict[str, Any]) -> Iterator[str]:
    """Yield what an item says: a menu has no description."""
    return (what for what in ("name", "description") if what in item)


async def test_every_name_and_description_is_translated(newsroom: Newsroom) -> None:
    """Each command's table has what the command says in English now, in all languages."""
    for command in synced(newsroom):
        for item in items(command):
            for what in said_in(item):
                told: dict[str, str] = item.get(f"{what}_localizations") or {}
                assert told.keys() == CODES, f"/{command['name']}: {item[what]!r}"
                assert item[what] in TABLES[command["name"]]


async def test_no_table_has_what_no_command_says(newsroom: Newsroom) -> None:
    """A text that changed in English leaves no old translation behind."""
    said = {
        command["name"]: {item[what] for item in items(command) for what in said_in(item)}
        for command in synced(newsroom)
    }
    assert {name: set(table) for name, table in TABLES.items()} == said


async def test_translations_are_inside_discords_limits(newsroom: Newsroom) -> None:
    """Names of 32 lower-case letters, descriptions of 100, no two alike side by side."""
    everything = synced(newsroom)
    menus = [each for each in everything if each.get("type") == 3]
    assert all(1 <= len(each["name_localizations"][code]) <= 32 for each in menus for code in CODES)
    commands = [each for each in everything if each not in menus]
    for siblings in ([*commands], *(command.get("options", []) for command in commands)):
        for code in CODES:
            names = [item["name_localizations"][code] for item in siblings]
            assert len(names) == len(set(names))
            for name in names:
                assert NAME.fullmatch(name)
                assert name == name.lower()
            for item in siblings:
                assert 1 <= len(item["description_localizations"][code]) <= 100


async def test_changed_translation_is_synced(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corrected word counts as a change of the commands."""
    assert not await sync.sync_if_changed(newsroom.bot)
    table = {**TABLES["forget"], "forget": ("löschen", "olvidar", "oublier", "esquecer")}
    monkeypatch.setattr(translator, "TABLES", {**TABLES, "forget": table})
    assert await sync.sync_if_changed(newsroom.bot)
    (forget,) = [command for command in synced(newsroom) if command["name"] == "forget"]
    assert forget["name_localizations"]["de"] == "löschen"
