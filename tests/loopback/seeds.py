"""The seeds' lines, and the way back from a reply's Markdown to them."""

from __future__ import annotations

import re
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds"
SEED_NAME = "000_255a592213b6aff0.txt"


def line(number: int) -> str:
    """Return a line of the seeds, counted from 1."""
    return (SEEDS / SEED_NAME).read_text(encoding="utf-8").split("\n")[number - 1]


def plain(markdown: str) -> str:
    """Take the layout's Markdown off, so that what is left can be looked up in the seeds."""
    lines = [line.removeprefix("> ") for line in markdown.split("\n")]
    return re.sub(r"\\(?=\W|_)|\*\*|\u200b", "", "\n".join(lines))
