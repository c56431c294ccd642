"""What a timeline has that a search has not: the day, month or year above each quote. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.questions import units

if TYPE_CHECKING:
    from index.questions.units import Unit
    from index.records import Quote

NOTHING: Final = "**Nothing found that has a date.**"


def title(unit: Unit) -> str:
    """Say what the quotes are."""
    return f"**A quote a {unit.value}, oldest first:**"


def heading(quote: Quote, unit: Unit | None) -> str:
    """Write the day, month or year of a timeline's quote; "" where it is of no timeline."""
    published = quote.citation.metadata.published
    if unit is None or published is None:
        return ""
    return f"**{units.written(published.date(), unit)}**"
