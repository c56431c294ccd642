"""Who may ask just now: nobody while we are paused; each person, server, and all so often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.access.cooldowns import Buckets, Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.access.cooldowns import Rate
    from bot.access.pausing import Pause

PAUSED_S: Final = 60.0
"""So long a message stands that says that we are paused."""
ELSEWHERE_S: Final = 20.0
"""So long a message stands that says that somebody may not ask there."""
_ALL: Final = 0


class Why(Enum):
    """Why somebody is turned away."""

    PAUSED = "paused"
    PERSON = "person"
    SERVER = "server"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Whoever asks is not answered.

    ``until`` is when it is worth asking again, in seconds since 1970, which is ``for_s`` from now.
    ``message`` is what is said while we are paused. ``told`` is whether this person was told before
    and that still stands.
    """

    why: Why
    until: float
    for_s: float
    message: str = ""
    told: bool = False


class FairUse:
    """Lets people in or turns them away. Needs no lock: it never awaits."""

    def __init__(
        self,
        person: Rate | None,
        server: Rate | None,
        everybody: Rate | None,
        pause: Pause,
        clock: Callable[[], float],
        *,
        turning_away: Callable[[Why], object] = lambda _: None,
    ) -> None:
        """Count by a rate for each person and server, and one for all; ``clock`` is since 1970.

        ``turning_away`` is called whenever somebody is.
        """
        self._people = Buckets(person)
        self._servers = Buckets(server)
        self._everybody = Buckets(everybody)
        self._pause = pause
        self._clock = clock
        self._turning_away = turning_away
        self._told = {why: Deadlines() for why in Why}
        self._told_elsewhere = Deadlines()

    def turned_away(
        self, user_id: int, guild_id: int | None, *, counted: bool = True
    ) -> TurnedAway | None:
        """Let somebody in (None), which takes a token of theirs, of the server and of all, or not.

        Where ``counted`` is False, only a pause turns them away.
        """
        now = self._clock()
        if (message := self._pause.message) is not None:
            return self._away(user_id, Why.PAUSED, PAUSED_S, now, message)
        if not counted:
            return None
        if (wait_s := self._people.wait_s(user_id, now)) > 0:
            return self._away(user_id, Why.PERSON, wait_s, now)
        if guild_id is not None and (wait_s := self._servers.wait_s(guild_id, now)) > 0:
            return self._away(user_id, Why.SERVER, wait_s, now)
        if (wait_s := self._everybody.wait_s(_ALL, now)) > 0:
            return self._away(user_id, Why.ALL, wait_s, now)
        self._people.take(user_id, now)
        if guild_id is not None:
            self._servers.take(guild_id, now)
        self._everybody.take(_ALL, now)
        return None

    def tells_elsewhere(self, user_id: int) -> bool:
        """Whether to tell somebody that they may not ask there: not again while that stands."""
        now = self._clock()
        if self._told_elsewhere.get(user_id, now) > now:
            return False
        self._told_elsewhere.set(user_id, now + ELSEWHERE_S, now)
        return True

    def _away(
        self, user_id: int, why: Why, for_s: float, now: float, message: str = ""
    ) -> TurnedAway:
        self._turning_away(why)
        stands = self._told[why]
        told = stands.get(user_id, now) > now
        if not told:
            stands.set(user_id, now + for_s, now)
        return TurnedAway(why, now + for_s, for_s, message, told)
