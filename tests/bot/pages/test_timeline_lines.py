"""What stands above a timeline's quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pages import timeline_lines
from index.questions.units import Unit
from made_replies import NOON, quote


@pytest.mark.parametrize(
    ("unit", "title", "heading"),
    [
        (Unit.DAY, "**A quote a day, oldest first:**", "**24 Nov 2026**"),
        (Unit.MONTH, "**A quote a month, oldest first:**", "**Nov 2026**"),
        (Unit.YEAR, "**A quote a year, oldest first:**", "**2026**"),
    ],
)
def test_each_quote_stands_under_its_time(unit: Unit, title: str, heading: str) -> None:
    """As fine as the timeline; what has no date, or is in no timeline, has none above it."""
    dated = quote(published=NOON)
    assert timeline_lines.title(unit) == title
    assert timeline_lines.heading(dated, unit) == heading
    assert timeline_lines.heading(dated, None) == ""
    undated = replace(dated.citation.metadata, published=None)
    bare = replace(dated, citation=replace(dated.citation, metadata=undated))
    assert timeline_lines.heading(bare, unit) == ""
