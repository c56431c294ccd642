"""When a watch may post: at once but for its quiet hours, or once a day. Pure.

Times are in seconds since 1970, hours on the clock of a time zone (zoneinfo). An hour that the
clock leaves out in spring is the moment after the gap; of one that it has twice in autumn, the
first counts.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from bot.alerts.watches import Watch

MOST_SUGGESTED: Final = 25
DEFAULT_ZONE: Final = "UTC"


@cache
def zones() -> tuple[str, ...]:
    """Name all time zones. Reads them the first time."""
    return tuple(sorted(available_timezones()))


def suggested(typed: str) -> list[str]:
    """Return the zones that may be meant by what was typed so far: "berlin", "new york"."""
    sought = "_".join(typed.split()).casefold()
    if not sought:
        return [DEFAULT_ZONE]
    found = [zone for zone in zones() if sought in zone.casefold()]
    # The city first, as people know it: "Europe/Berlin" before what only contains the letters.
    found.sort(key=lambda zone: not zone.casefold().rpartition("/")[2].startswith(sought))
    return found[:MOST_SUGGESTED]


def known_zone(typed: str) -> str | None:
    """Return a zone's name as it is written, however its case was typed; None where none is."""
    sought = "_".join(typed.split()).casefold()
    return next((zone for zone in zones() if zone.casefold() == sought), None)


def is_due(watch: Watch, found_at: float, now: float) -> bool:
    """Whether what was found at a time may be posted now."""
    if watch.digest_hour is not None:
        if found_at > now:  # the clock was set back; by how much, nobody knows
            return True
        return next_at(watch.digest_hour, watch.zone, found_at) <= now
    return not is_quiet(watch, now)


def is_quiet(watch: Watch, now: float) -> bool:
    """Whether a watch keeps quiet at a time; the hour that ends its quiet is not quiet."""
    if watch.quiet is None:
        return False
    start, end = watch.quiet
    hour = datetime.fromtimestamp(now, ZoneInfo(watch.zone)).hour
    return start <= hour < end if start < end else hour >= start or hour < end


def next_at(hour: int, zone: str, after: float) -> float:
    """Return when it is an hour of the day for the first time after a moment."""
    there = ZoneInfo(zone)
    day = datetime.fromtimestamp(after, there).date()
    moment = datetime.combine(day, time(hour), there).timestamp()
    if moment <= after:
        moment = datetime.combine(day + timedelta(days=1), time(hour), there).timestamp()
    return moment
