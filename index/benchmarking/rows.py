"""A row of the benchmark's table: one figure of newsquote, and the plain way's beside it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class Unit(StrEnum):
    """What a figure is counted in."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"
    RATE = "/s"
    SHARE = ""


class What(StrEnum):
    """What is measured, as the table and the JSON say it."""

    EMBEDDING = "embedding, 60 word pieces"
    EMBEDDING_CPU = "embedding, a second of processor time"
    EMBEDDING_MIXED = "embedding, mixed lengths"
    EMBEDDING_UNSORTED = "embedding, mixed, batches of 32"
    FIDELITY_MEAN = "cosine to the plain vectors, mean"
    FIDELITY_LEAST = "cosine to the plain vectors, least"
    NEIGHBOURS = "ten nearest in common"
    BUILD = "build"
    REBUILD = "rebuild, one passage in 100 changed"
    DISK = "on disk"
    OPEN = "open"
    ENCODE = "question: its vector"
    DENSE = "question: nearest vectors"
    DENSE_CPU = "question: nearest, processor time"
    FINDING = "question: found by meaning, fused"
    LEXICAL = "question: found by words"
    READING = "question: read"
    SCORING = "question: scored"
    QUOTING = "question: quoted, verified"
    SEARCH_P50 = "search"
    SEARCH_P95 = "search, 95th percentile"
    SEARCH_CPU = "search, processor time"
    ASK_P50 = "ask"
    ASK_P95 = "ask, 95th percentile"
    ASK_CPU = "ask, processor time"
    ASK_CPU_P95 = "ask, processor time, 95th percentile"
    UNSCORED_P50 = "ask without the scorer"
    UNSCORED_P95 = "the same, 95th percentile"
    UNSCORED_CPU = "the same, processor time"
    UNSCORED_CPU_P95 = "the same, processor time, 95th"
    COLD = "first answer of a fresh process"
    COLD_PEAK = "most memory of a fresh process"
    SERVING = "memory while it answers"
    SERVING_OWN = "memory that is its own"


HIGHER_IS_BETTER: Final = frozenset({Unit.RATE, Unit.SHARE})


class Row(msgspec.Struct, frozen=True):
    """``ours`` is newsquote's figure, ``plain`` that of the plain way, where there is one.

    ``passages`` is how many are indexed. ``note`` says what else is to be known of the figure.
    """

    what: What
    unit: Unit
    ours: float | None
    plain: float | None = None
    passages: int | None = None
    note: str = ""

    @property
    def times_as_good(self) -> float | None:
        """How many times as good newsquote is: as fast, or as small; None without two figures."""
        if not self.plain or not self.ours or self.unit is Unit.SHARE:
            return None
        higher = self.unit in HIGHER_IS_BETTER
        return self.ours / self.plain if higher else self.plain / self.ours
