"""The page of /help, made of the command tree, so that it lists every command there is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from discord import app_commands

from bot.escaping import escape
from bot.rendering import HOW_TO, Page
from bot.translations.languages import LOCALES
from bot.translations.translator import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from discord import Locale

    AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group
    Menu = app_commands.ContextMenu

_MENUS: Final = "In a message's menu, under Apps: {}."
_BUTTONS: Final = (
    "Under an answer: **Context** shows what stands around its quotes, **Why?** how it came about."
)


def page(
    commands: Iterable[AnyCommand], menus: Iterable[Menu], locale: Locale, *, manages: bool
) -> Page:
    """List the commands with what they do, as somebody with this language sees them.

    Those that administer a server are listed for who ``manages`` one; ``menus`` are a message's.
    """
    shown = [
        each
        for command in commands
        if manages or command.default_permissions is None
        for each in _leaves(command)
    ]
    lines = sorted(f"- **/{_name(each, locale)}** {_does(each, locale)}" for each in shown)
    named = [f"**{escape(_in(menu.name, menu.name, locale))}**" for menu in menus]
    below = [_BUTTONS, *([_MENUS.format(" and ".join(named))] if named else [])]
    return Page(((HOW_TO,), ("\n".join(lines),), ("\n".join(below),)))


def _leaves(command: AnyCommand) -> Iterator[app_commands.Command[Any, ..., Any]]:
    if isinstance(command, app_commands.Group):
        for each in command.commands:
            yield from _leaves(each)
    else:
        yield command


def _name(command: app_commands.Command[Any, ..., Any], locale: Locale) -> str:
    table = command.qualified_name.partition(" ")[0]
    return escape(" ".join(_in(each, table, locale) for each in command.qualified_name.split()))


def _does(command: app_commands.Command[Any, ..., Any], locale: Locale) -> str:
    return escape(_in(command.description, command.qualified_name.partition(" ")[0], locale))


def _in(text: str, table: str, locale: Locale) -> str:
    """Return a text of a command's table in a language, as it is where there is none."""
    column = LOCALES.get(locale)
    texts = TABLES.get(table, {}).get(text)
    return texts[column] if texts and column is not None else text
