"""What is indexed: how many items of which outlets, and from when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from index.questions import units
from index.questions.units import Unit
from index.text.terms import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from index.records import SnapshotInfo

MOST_PERIODS: Final = 60
"""Of the units of time, the shortest is counted by that needs no more of them; the dates of the
calendar until now never need more centuries."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet's items. ``name`` is None for those that name none.

    ``first`` and ``last`` are the dates of its oldest and newest item, None where none has one.
    ``counts`` has the items of each period of the coverage.
    """

    name: str | None
    items: int
    first: datetime | None
    last: datetime | None
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All items by outlet, those of most items first, and by time.

    ``periods`` are the first days of units that follow each other, from the oldest item's to the
    newest one's; none where no item has a date. ``undated`` counts the items without one.
    """

    outlets: tuple[Outlet, ...]
    items: int
    undated: int
    unit: Unit
    periods: tuple[date, ...]
    snapshot: SnapshotInfo


def of(items: Iterable[tuple[str | None, datetime | None]], info: SnapshotInfo) -> Coverage:
    """Count items, given by outlet and date. Spellings of one name count as one outlet.

    A day is that which the source says, in its own time zone.
    """
    found: dict[str, _Found] = {}
    undated = 0
    for name, published in items:
        found.setdefault(_key(name), _Found()).add(name, published)
        undated += published is None
    days = [moment.date() for each in found.values() for moment in each.dates]
    unit, numbers = Unit.DAY, range(0)
    if days:
        unit = units.finest(min(days), max(days), tuple(Unit), MOST_PERIODS)
        numbers = range(units.number(min(days), unit), units.number(max(days), unit) + 1)
    outlets = [each.outlet(unit, numbers) for each in found.values()]
    outlets.sort(key=lambda each: (each.name is None, -each.items, each.name or ""))
    return Coverage(
        tuple(outlets),
        sum(each.items for each in outlets),
        undated,
        unit,
        tuple(units.start(each, unit) for each in numbers),
        info,
    )


@dataclass(slots=True)
class _Found:
    """What was found of one outlet so far."""

    names: Counter[str] = field(default_factory=Counter[str])
    items: int = 0
    dates: list[datetime] = field(default_factory=list["datetime"])

    def add(self, name: str | None, published: datetime | None) -> None:
        self.items += 1
        if name and _key(name):
            self.names[name] += 1
        if published is not None:
            self.dates.append(published)

    def outlet(self, unit: Unit, numbers: range) -> Outlet:
        counted = Counter(units.number(each.date(), unit) for each in self.dates)
        return Outlet(
            self.names.most_common(1)[0][0] if self.names else None,
            self.items,
            min(self.dates, default=None),
            max(self.dates, default=None),
            tuple(counted[each] for each in numbers),
        )


def _key(name: str | None) -> str:
    return " ".join(fold(word) for word in (name or "").split())
