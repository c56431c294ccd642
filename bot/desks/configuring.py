"""Changes what a server has set, and hands back the panel that shows it.

Every method raises StoreError, and QuestionError where what was typed cannot be used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.access.limiting import MOST_OUTLETS
from bot.buttons import config_views
from bot.buttons.config_forms import OUTLET_CHARS, Part
from bot.buttons.config_views import AS_THE_SERVER
from bot.kept import guilds, rules
from bot.kept.rules import ReplyMode
from bot.pages.config_page import ChannelPanel, Panel
from bot.suggestions import outlets
from bot.suggestions.composing import bare
from index.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.answering import Answering
    from bot.kept.rules import ChannelRules
    from bot.store import Store

SAVED = "Saved."


class Configuring:
    """The settings of servers; ``message_content`` is whether we may read every message."""

    def __init__(self, store: Store, answering: Answering, *, message_content: bool) -> None:
        self._store = store
        self._answering = answering
        self._message_content = message_content

    async def panel(self, guild: discord.Guild, note: str = "") -> discord.ui.LayoutView:
        """Show what a server has set."""
        return config_views.panel(
            Panel(
                await rules.rules(self._store, guild.id, None),
                await rules.own_channels(self._store, guild.id),
                await guilds.keeps_questions(self._store, guild.id),
                frozenset((*_ids(guild.channels), *_ids(guild.roles))),
                self._answering.outlets,
                note,
            )
        )

    async def filters(self, guild: discord.Guild) -> str:
        """Return a server's default filters."""
        return (await rules.rules(self._store, guild.id, None)).filters

    async def change(
        self, guild: discord.Guild, part: Part, values: Sequence[str], channel_id: int | None
    ) -> discord.ui.LayoutView:
        """Do what was chosen in a menu or with a button."""
        store, note = self._store, SAVED
        match part:
            case Part.OPEN if values:
                return await self._channel(guild, int(values[0]), note="")
            case Part.OWN_MODE | Part.EVERY | Part.ADDRESSED if channel_id is not None:
                return await self._change_channel(guild, channel_id, part, values)
            case Part.MODE if values:
                await rules.set_reply_mode(store, guild.id, ReplyMode(values[0]))
            case Part.CHANNELS:
                await rules.set_channels(store, guild.id, map(int, values))
            case Part.ROLES:
                await rules.set_roles(store, guild.id, map(int, values))
            case Part.SCOPE:
                await rules.set_scope(store, guild.id, values)
            case Part.KEEP | Part.DROP:
                keep = part is Part.KEEP
                gone = await guilds.set_keep_questions(store, guild.id, keep=keep)
                if gone:
                    note = (
                        f"Saved. Deleted {gone:,} {'text' if gone == 1 else 'texts'} kept so far."
                    )
            case _:
                note = ""
        return await self.panel(guild, note)

    async def typed(self, guild: discord.Guild, part: Part, text: str) -> discord.ui.LayoutView:
        """Take what was typed into a form."""
        if part is Part.FILTERS:
            filters = await self._answering.read_filters(text)
            await rules.set_filters(self._store, guild.id, filters)
        else:
            scope = (await rules.rules(self._store, guild.id, None)).scope
            name = self._outlet(text)
            if len(scope) >= MOST_OUTLETS and name not in scope:
                raise QuestionError(
                    f"At most {MOST_OUTLETS} outlets can be named.", remedy="Take one out first."
                )
            await rules.set_scope(self._store, guild.id, (*scope, name))
        return await self.panel(guild, SAVED)

    def _outlet(self, text: str) -> str:
        """Return how an outlet's name begins. Raises QuestionError where none does so."""
        name = outlets.cut(bare(text), OUTLET_CHARS).strip()
        if not outlets.beginning(self._answering.outlets, name):
            raise QuestionError(
                f"No outlet here has a name that begins with “{name}”.",
                remedy="/sources lists them.",
            )
        return name

    async def _channel(
        self, guild: discord.Guild, channel_id: int, note: str
    ) -> discord.ui.LayoutView:
        server = await rules.rules(self._store, guild.id, None)
        own = await rules.of_channel(self._store, guild.id, channel_id)
        shown = ChannelPanel(channel_id, own, server.reply_mode, self._message_content, note)
        return config_views.channel_panel(shown)

    async def _change_channel(
        self, guild: discord.Guild, channel_id: int, part: Part, values: Sequence[str]
    ) -> discord.ui.LayoutView:
        own = await rules.of_channel(self._store, guild.id, channel_id)
        await rules.set_channel(self._store, guild.id, channel_id, _changed(own, part, values))
        return await self._channel(guild, channel_id, SAVED)


def _changed(own: ChannelRules, part: Part, values: Sequence[str]) -> ChannelRules:
    if part is not Part.OWN_MODE:
        return replace(own, every_question=part is Part.EVERY)
    chosen = next(iter(values), AS_THE_SERVER)
    return replace(own, reply_mode=None if chosen == AS_THE_SERVER else ReplyMode(chosen))


def _ids(found: Sequence[discord.abc.Snowflake]) -> list[int]:
    return [each.id for each in found]
