"""Looks up what Discord shows to people with another language than English: one table a command.

A table maps what its command says in English to the other languages; replies stay English. Names
are at most 32 characters and, but for those of a message's menus, lower case; descriptions at most
100.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from discord import app_commands

from bot.translations import asking, housekeeping, passages, watches
from bot.translations.languages import LOCALES

if TYPE_CHECKING:
    from discord import Locale

    from bot.translations.languages import Texts

TABLES: Final[dict[str, dict[str, Texts]]] = (
    asking.TABLES | passages.TABLES | watches.TABLES | housekeeping.TABLES
)
"""The table of each command, by its name."""


class Translator(app_commands.Translator):
    """Looks a text up in its command's table; what is not there stays English."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the text in a language, None where there is none."""
        column = LOCALES.get(locale)
        texts = TABLES.get(_command(context.data), {}).get(string.message)
        return texts[column] if texts and column is not None else None


def _command(data: Any) -> str:
    """Name the command that a name, a description or an option is of."""
    # An option knows its command; a group has a method of that name.
    command = data.command if isinstance(data, app_commands.Parameter) else data
    if isinstance(command, app_commands.ContextMenu):
        return command.name
    # A subcommand is in the table of its group.
    return str(getattr(command, "qualified_name", "")).partition(" ")[0]
