"""A page as a Discord layout, before any button, and with a picture where it has one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord
from discord import ui

if TYPE_CHECKING:
    from bot.rendering import Page


class Paged(ui.LayoutView):
    """A layout that shows ``page``, which can be told without it (:mod:`bot.pages.fallbacks`)."""

    def __init__(self, page: Page) -> None:
        # No time-out: discord.py forgets a dynamic item's pattern when a view that holds one ends.
        super().__init__(timeout=None)
        self.page = page


class Illustrated(ui.LayoutView):
    """A layout with the picture that it shows, which has to be sent along.

    ``without`` is the same without it, for where it may not be sent.
    """

    def __init__(self, without: ui.LayoutView, picture: discord.File) -> None:
        super().__init__(timeout=None)
        self.without = without
        self.picture = picture


def plain(page: Page) -> ui.LayoutView:
    """Lay out a page's text in one box."""
    view = Paged(page)
    view.add_item(_box(page))
    return view


def compact(page: Page) -> ui.LayoutView:
    """Lay out a page's text in one block, without a box around it."""
    view = Paged(page)
    view.add_item(ui.TextDisplay("\n".join(page.texts)))
    return view


def illustrated(page: Page, png: bytes, name: str, description: str) -> Illustrated:
    """Lay out a page with a picture behind its first group; ``description`` is read out for it."""
    picture = discord.File(io.BytesIO(png), name, description=description)
    view = Illustrated(plain(page), picture)
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{name}", description=description)
    view.add_item(_box(page, gallery))
    return view


def _box(
    page: Page, gallery: ui.MediaGallery[ui.LayoutView] | None = None
) -> ui.Container[ui.LayoutView]:
    box: ui.Container[ui.LayoutView] = ui.Container()
    for i, group in enumerate(page.groups):
        if i:
            box.add_item(ui.Separator(visible=False))
        for text in group:
            box.add_item(ui.TextDisplay(text))
        if i == 0 and gallery is not None:
            box.add_item(gallery)
    return box
