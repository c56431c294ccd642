"""The forms of /config: what has to be typed. They keep nothing in memory, as the panel's items.

A form's custom id says what is typed; who listens (:mod:`bot.cogs.config`) reads what is sent in.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.access.limiting import FILTERS_CHARS

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTLET_CHARS: Final = 100


class Part(StrEnum):
    """What of the panel was pressed."""

    MODE = "mode"
    CHANNELS = "channels"
    ROLES = "roles"
    SCOPE = "scope"
    OUTLET = "outlet"
    FILTERS = "filters"
    KEEP = "keep"
    DROP = "drop"
    OPEN = "open"
    OWN_MODE = "own-mode"
    EVERY = "every"
    ADDRESSED = "addressed"
    BACK = "back"


FORMS: Final = frozenset({Part.OUTLET, Part.FILTERS})
"""The parts that open one."""

_FORM: Final = re.compile(rf"newsquote:configform:(?P<part>{'|'.join(sorted(FORMS))})")
_TYPED: Final = "typed"


def form(part: Part, filters: str) -> ui.Modal:
    """Return the form in which filters, or the beginning of an outlet's name, are typed."""
    setting_filters = part is Part.FILTERS
    modal = ui.Modal(
        title="Filters" if setting_filters else "Another outlet",
        custom_id=f"newsquote:configform:{part}",
    )
    box: ui.TextInput[Any] = ui.TextInput(
        custom_id=_TYPED,
        default=filters if setting_filters else None,
        placeholder="lang:en after:30d -sport" if setting_filters else None,
        max_length=FILTERS_CHARS if setting_filters else OUTLET_CHARS,
        required=not setting_filters,
    )
    label = "Filters before every question" if setting_filters else "How its name begins"
    hint = "As in /search: source: title: lang: after: before: -word" if setting_filters else None
    modal.add_item(ui.Label(text=label, description=hint, component=box))
    # Else discord.py would keep every form that was opened and never sent in.
    modal.stop()
    return modal


def sent_in(interaction: discord.Interaction[Any]) -> tuple[Part, str] | None:
    """Return what was typed into a form of ours, and which, where the interaction sends one in."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    match = _FORM.fullmatch(str(data.get("custom_id")))
    if match is None:
        return None
    inner = [each.get("component") or {} for each in data.get("components", ())]
    typed = [str(each.get("value") or "") for each in inner if each.get("custom_id") == _TYPED]
    return Part(match["part"]), "".join(typed)
