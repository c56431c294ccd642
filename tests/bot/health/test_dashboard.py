"""The Grafana dashboard asks for figures that the bot tells, and leaves none of ours out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.health.condition import Looked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import CollectorRegistry

    from newsroom import Newsroom

DASHBOARD = Path(__file__).parents[3] / "deploy" / "grafana-dashboard.json"
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
_FUNCTIONS = {"histogram_quantile", "increase", "label_values", "rate", "sum"}


def told(registry: CollectorRegistry) -> Iterator[str]:
    """Yield the name of every sample that there may be."""
    for family in registry.collect():
        for suffix in _SUFFIXES.get(family.type, ()):
            yield f"{family.name}{suffix}"


def queries(dashboard: Any) -> Iterator[str]:
    """Yield every query of the dashboard."""
    if isinstance(dashboard, dict):
        for key, value in dashboard.items():  # pyright: ignore[reportUnknownVariableType]  # JSON
            if key in {"expr", "query"} and isinstance(value, str):
                yield value
            yield from queries(value)
    elif isinstance(dashboard, list):
        for each in dashboard:  # pyright: ignore[reportUnknownVariableType]  # as above
            yield from queries(each)


async def test_every_query_asks_for_what_is_told(newsroom: Newsroom) -> None:
    """Each name in a query is that of a sample, and each family of ours is in some query."""
    registry = newsroom.bot.measures.registry
    looked = Looked()
    looked.bot = newsroom.bot
    registry.register(looked)
    asked = {
        word
        for query in queries(json.loads(DASHBOARD.read_text("utf-8")))
        for word in re.findall(r"[a-z][a-z_]+(?=[{(,])", re.sub(r"\{[^}]*\}", "{", query))
        if query != "prometheus" and "_" in word
    } - _FUNCTIONS
    samples = set(told(registry))
    assert len(asked) >= 15
    assert asked <= samples
    ours = {family.name for family in registry.collect() if family.name.startswith("newsquote_")}
    assert {name for name in ours if not any(word.startswith(name) for word in asked)} == set()


def test_places_overlap_nowhere() -> None:
    """No panel stands on another one."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    cells = [
        (column, row)
        for place in (panel["gridPos"] for panel in panels)
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
