"""The menus of a message: Find coverage and Verify quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery import door, sending, waiting
from bot.messages import message_text

if TYPE_CHECKING:
    from bot.app import NewsquoteBot

COVERAGE: Final = "Find coverage"
VERIFY: Final = "Verify quote"


class Menus(commands.Cog):
    """Both tell the user alone: whose message it is was not asked.

    A menu is no method with a decorator: discord.py makes none of a cog's methods.
    """

    def __init__(self, bot: NewsquoteBot) -> None:
        self._bot = bot
        self._menus = (
            app_commands.ContextMenu(name=app_commands.locale_str(COVERAGE), callback=self._cover),
            app_commands.ContextMenu(name=app_commands.locale_str(VERIFY), callback=self._verify),
        )

    async def cog_load(self) -> None:
        """Add the menus to the command tree."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take them out of it."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def _cover(
        self, interaction: discord.Interaction[NewsquoteBot], message: discord.Message
    ) -> None:
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                said, held = message_text.text_of(message), door.rules_of(interaction)
                work = self._bot.desk.coverage(said, interaction.user.id, rules=held)
                await waiting.edit(interaction, work)

    async def _verify(
        self, interaction: discord.Interaction[NewsquoteBot], message: discord.Message
    ) -> None:
        with self._bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                said, held = message_text.text_of(message), door.rules_of(interaction)
                others: list[discord.ui.LayoutView] = []
                await waiting.edit(interaction, self._bot.look_up.wording(said, held, others))
                for view in others:
                    await sending.whisper(interaction, view)
