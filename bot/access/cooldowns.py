"""Token buckets: how often each person or server may ask.

A bucket holds as many tokens as a rate allows and fills evenly. Kept of it is only when it will be
full again (the generic cell rate algorithm of ITU-T I.371), so that a full bucket needs no memory.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from typing import Final, Self

MOST: Final = 10_000
_RATE: Final = re.compile(r"(?P<count>[0-9]{1,5})/(?P<length>[0-9]{1,5})(?P<unit>[smh])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_ROUNDING_S: Final = 1e-3  # what floating point may lose of a time since 1970


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` at once, and so many again in ``per_s`` seconds."""

    count: int
    per_s: float

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read ``5/30s``, ``60/1m`` or ``500/1h``; None for ``off``. Raises ValueError."""
        if text.strip().lower() == "off":
            return None
        match = _RATE.fullmatch(text.strip().lower())
        count = int(match["count"]) if match else 0
        per_s = int(match["length"]) * _UNITS[match["unit"]] if match else 0
        if not count or not per_s:
            raise ValueError("write a number and a time, such as 5/30s or 60/1m, or off")
        return cls(count, per_s)


class Deadlines:
    """Instants by key, forgotten once they are past; at most ``most`` of them.

    Where there are more, those that would be past first are forgotten early.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._until: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def get(self, key: int, now: float) -> float:
        """Return a key's instant, or ``now`` where it is past or unknown."""
        return max(self._until.get(key, now), now)

    def set(self, key: int, until: float, now: float) -> None:
        """Remember a key's instant."""
        if key not in self._until and len(self._until) >= self._most:
            self._until = {each: at for each, at in self._until.items() if at > now}
            excess = len(self._until) - self._most
            if excess >= 0:
                # A tenth at once, so that not every newcomer costs a look at all of them.
                many = excess + 1 + self._most // 10
                for each in heapq.nsmallest(many, self._until, self._until.__getitem__):
                    del self._until[each]
        self._until[key] = until


class Buckets:
    """A bucket a key, all of one rate; without a rate they never run dry."""

    def __init__(self, rate: Rate | None, most: int = MOST) -> None:
        self._rate = rate
        self._full_at = Deadlines(most)

    def __len__(self) -> int:
        return len(self._full_at)

    def wait_s(self, key: int, now: float) -> float:
        """Return after how many seconds the bucket has a token; 0 where it has one."""
        if self._rate is None:
            return 0
        # Were the clock set back, nobody should wait for longer than an empty bucket takes.
        full_in = min(self._full_at.get(key, now) - now, self._rate.per_s)
        wait = full_in - (self._rate.per_s - self._rate.per_s / self._rate.count)
        return wait if wait > _ROUNDING_S else 0

    def take(self, key: int, now: float) -> None:
        """Take a token out of a bucket that has one."""
        if self._rate is not None:
            full_in = min(self._full_at.get(key, now) - now, self._rate.per_s)
            self._full_at.set(key, now + full_in + self._rate.per_s / self._rate.count, now)
