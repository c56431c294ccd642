"""Whose turn it is to ask a host: one after the other, and nobody's once the run is given up."""

from __future__ import annotations

import pytest

from index.fetching.errors import FetchError
from index.fetching.turns import Turns


def test_who_waits_for_a_turn_gives_up_with_the_run() -> None:
    """A pause of an hour ends at once; hosts that nobody asked yet are asked no more either."""
    turns = Turns()
    with turns.turn("news.example"):
        pass
    turns.stopped.set()
    for host in ("news.example", "other.example"):
        with pytest.raises(FetchError, match="given up"), turns.turn(host, pause_s=3600):
            pytest.fail("It had its turn.")
