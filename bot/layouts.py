"""A page as a Discord layout, before any button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import ui

if TYPE_CHECKING:
    from bot.rendering import Page


def plain(page: Page) -> ui.LayoutView:
    """Lay out a page's text in one box."""
    # No time-out: discord.py forgets a dynamic item's pattern when a view that holds one ends.
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container()
    for i, group in enumerate(page.groups):
        if i:
            box.add_item(ui.Separator(visible=False))
        for text in group:
            box.add_item(ui.TextDisplay(text))
    view.add_item(box)
    return view
