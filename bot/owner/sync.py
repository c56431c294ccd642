"""Registers the slash commands with Discord: by `newsquote sync`, or at start when they changed."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from typing import TYPE_CHECKING, Any

from bot.errors import SyncError
from bot.translations import translator

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

log = logging.getLogger(__name__)

# https://discord.com/developers/docs/interactions/application-commands
_NAME = re.compile(r"[-_'\w]{1,32}")
_MOST_COMMANDS = 100
_MOST_OPTIONS = 25
_DESCRIPTION_CHARS = 100
_COMMAND_CHARS = 8000
_MOST_CHOICES = 25
_CHOICE_CHARS = 100

_MENUS = frozenset({2, 3})
_MENU_CHARS = 32

Payload = list[dict[str, Any]]


def payload(bot: NewsquoteBot) -> Payload:
    """Return the commands as Discord gets them, checked against its limits (SyncError)."""
    commands: Payload = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    if len(commands) > _MOST_COMMANDS:
        raise _too_much(f"{len(commands)} commands", f"at most {_MOST_COMMANDS}")
    for command in commands:
        if command.get("type") in _MENUS:  # an option's types are others
            _check_menu(str(command["name"]))
            continue
        size = _check(command, f"/{command['name']}")
        if size > _COMMAND_CHARS:
            raise _too_much(f"/{command['name']} has {size} characters", f"{_COMMAND_CHARS}")
    return commands


def tree_hash(commands: Payload) -> str:
    """Return a hash that changes when what Discord gets changes, translations included."""
    text = json.dumps([commands, translator.TABLES], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def sync(bot: NewsquoteBot) -> list[str]:
    """Register the commands and return their names. The bot must be logged in."""
    application_id, commands = _application_id(bot), payload(bot)
    synced = await bot.tree.sync()
    await bot.store.save_synced(application_id, tree_hash(commands))
    names = sorted(command.name for command in synced)
    log.info("synced commands: %s", ", ".join(names))
    return names


async def sync_if_changed(bot: NewsquoteBot) -> bool:
    """Register the commands only where they differ from what was synced last; True if so."""
    application_id = _application_id(bot)
    if await bot.store.synced_hash(application_id) == tree_hash(payload(bot)):
        log.info("the commands have not changed since they were synced")
        return False
    await sync(bot)
    return True


def _application_id(bot: NewsquoteBot) -> int:
    if bot.application_id is None:
        raise SyncError("The bot is not logged in.", remedy="Log in before syncing.")
    return bot.application_id


def _check(item: dict[str, Any], where: str) -> int:
    """Check a command or option and what is below it; return the characters that it counts."""
    name, description = str(item["name"]), str(item.get("description", ""))
    options: list[dict[str, Any]] = item.get("options", [])
    if not _NAME.fullmatch(name) or name != name.lower():
        raise _too_much(f"{where}: the name {name!r}", "1 to 32 lower-case letters")
    if not 1 <= len(description) <= _DESCRIPTION_CHARS:
        raise _too_much(
            f"{where}: a description of {len(description)} characters", f"1 to {_DESCRIPTION_CHARS}"
        )
    if len(options) > _MOST_OPTIONS:
        raise _too_much(f"{where}: {len(options)} options", f"at most {_MOST_OPTIONS}")
    below = sum(_check(option, f"{where} {option['name']}") for option in options)
    return len(name) + len(description) + _check_choices(item, where) + below


def _check_menu(name: str) -> None:
    """Check what a menu of a message or a person is called: it has no description."""
    if not 1 <= len(name) <= _MENU_CHARS:
        raise _too_much(f"A menu's name of {len(name)} characters", f"1 to {_MENU_CHARS}")


def _check_choices(option: dict[str, Any], where: str) -> int:
    """Check the choices of an option; return the characters that they count."""
    choices: list[dict[str, Any]] = option.get("choices", [])
    if len(choices) > _MOST_CHOICES:
        raise _too_much(f"{where}: {len(choices)} choices", f"at most {_MOST_CHOICES}")
    texts = [str(choice[key]) for choice in choices for key in ("name", "value")]
    for text in texts:
        if not 1 <= len(text) <= _CHOICE_CHARS:
            raise _too_much(f"{where}: a choice of {len(text)} characters", f"1 to {_CHOICE_CHARS}")
    return sum(map(len, texts))


def _too_much(what: str, allowed: str) -> SyncError:
    return SyncError(f"{what}, Discord allows {allowed}.", remedy="Change the command in bot/cogs.")
