"""In which condition the bot is just now: what readiness asks for, and figures that stand still.

Read in the event loop whenever somebody looks.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.shards import numbers
from index.errors import NewsquoteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import NewsquoteBot


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether each part is as it should be; ``why`` says of what is not what is wrong."""

    gateway: bool
    snapshot: bool
    queue: bool
    shards: dict[int, bool]
    why: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self.gateway and self.snapshot and self.queue


class Looked(Collector):
    """Looks at the bot that runs; ``bot`` is None before the first login."""

    def __init__(self) -> None:
        self.bot: NewsquoteBot | None = None
        self.port: int | None = None
        """The port that this is told on, if any."""

    def condition(self) -> Condition:
        """Say whether the bot is ready, and if not, why."""
        shards = self._shards()
        connected, loaded = self._connected, self._age_s() is not None
        waiting, places = self._queue()
        room = waiting < places or not places
        said = (
            (connected, "gateway: not connected to Discord"),
            (loaded, "snapshot: no index is open"),
            (room, f"queue: {waiting} questions wait, and no more may"),
        )
        lost = [each for each, well in shards.items() if not well]
        why = [why for well, why in said if not well]
        if lost and len(shards) > 1:
            why.append(f"gateway: shard {numbers.told(tuple(lost))} of this process")
        return Condition(connected, loaded, room, shards, tuple(why))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges, as Prometheus asks for them."""
        waiting, places = self._queue()
        age_s, latency_s = self._age_s(), self._latency_s
        told: tuple[tuple[str, str, float | None], ...] = (
            ("gateway_connected", "1 while connected to Discord's gateway.", self._connected),
            ("gateway_latency_seconds", "Of the last heartbeat.", latency_s),
            ("queue_length", "Questions that wait for a worker.", waiting),
            ("queue_places", "Questions that may wait.", places),
            ("snapshot_age_seconds", "Since the index that answers was built.", age_s),
            ("event_loop_tasks", "Tasks of the event loop.", _tasks()),
        )
        for name, meaning, value in told:
            if value is not None:
                yield GaugeMetricFamily(f"newsquote_{name}", meaning, float(value))
        yield self._shard_gauge()

    def _shard_gauge(self) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily(
            "newsquote_shard_connected",
            "1 while a shard of this process is connected.",
            labels=["shard"],
        )
        for number, well in self._shards().items():
            gauge.add_metric([str(number)], float(well))
        return gauge

    @property
    def _connected(self) -> bool:
        bot = self.bot
        return bot is not None and bot.is_ready() and all(self._shards().values())

    def _shards(self) -> dict[int, bool]:
        """Say of each shard of this process whether it is connected."""
        bot = self.bot
        if bot is None:
            return {}
        there = bot.shards
        return {each: each in there and not there[each].is_closed() for each in bot.own_shards}

    @property
    def _latency_s(self) -> float | None:
        told = self.bot.latency if self.bot is not None else math.nan
        return told if math.isfinite(told) else None

    def _age_s(self) -> float | None:
        if self.bot is None:
            return None
        try:
            return max(0.0, self.bot.now() - self.bot.answering.info.built_at.timestamp())
        except NewsquoteError:
            return None

    def _queue(self) -> tuple[int, int]:
        answering = self.bot.answering if self.bot is not None else None
        return (answering.waiting, answering.places) if answering is not None else (0, 0)


def _tasks() -> float | None:
    try:
        return float(len(asyncio.all_tasks()))
    except RuntimeError:  # no event loop runs here
        return None
