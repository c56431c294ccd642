"""The menu that opens a listed passage: with what stands around it, in private.

A choice's value is the passage's permanent id, so that the menu works as long as the passage
stands: also after a restart, and when the reply is no longer kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.buttons.views import Asks
from bot.delivery import door, sending, waiting
from bot.escaping import plain_line
from bot.pages import citing

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Self

    from bot.app import NewsquoteBot
    from index.records import Quote

_CUSTOM_ID: Final = "newsquote:show"
_CHARS: Final = 100  # of an option's label, description and value
_MOST: Final = 25


class ShowSelect(Asks, ui.DynamicItem[ui.Select[ui.LayoutView]], template=_CUSTOM_ID):
    """A menu of quotes; whoever chooses one sees its passage."""

    def __init__(self, quotes: Iterable[Quote]) -> None:
        by_id: dict[str, Quote] = {}
        for quote in quotes:
            by_id.setdefault(quote.passage_id, quote)
        options = [_option(*each) for each in by_id.items()]
        super().__init__(
            ui.Select(custom_id=_CUSTOM_ID, placeholder="Show…", options=options[:_MOST])
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Rebuild the menu; what was chosen comes with the interaction."""
        return cls(())

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Show the passage that was chosen."""
        bot = interaction.client
        with bot.in_flight.reply():
            if await sending.think(interaction, private=True):
                (passage_id,) = self.item.values
                held = door.rules_of(interaction)
                await waiting.edit(interaction, bot.look_up.cite(passage_id, held, private=True))


def _option(passage_id: str, quote: Quote) -> discord.SelectOption:
    """Name a quote by its title, or by its first words, and by where it stands."""
    metadata = quote.citation.metadata
    published = metadata.published
    parts = (
        plain_line(metadata.outlet or "", _CHARS // 2),
        citing.day(published) if published is not None else "",
        plain_line(str(quote.citation.place), _CHARS),
    )
    label = plain_line(metadata.title or "", _CHARS) or plain_line(quote.text, _CHARS)
    return discord.SelectOption(
        label=label or passage_id,
        value=passage_id,
        description=plain_line(" · ".join(part for part in parts if part), _CHARS),
    )
