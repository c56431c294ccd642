"""How many examples a test that invents its cases tries; NEWSQUOTE_FUZZ sets another number."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import Phase, settings

ASKED_FOR: Final = int(os.environ.get("NEWSQUOTE_FUZZ", "0"))
FEW: Final = 100


def examples(usual: int) -> int:
    """Return how many to try: what the environment asks for, else what is usual."""
    return ASKED_FOR or usual


def load_profile() -> None:
    """Have hypothesis try as many as the environment asks for, where it does, without haste.

    Where only a few are asked for, it is to be known whether one fails, not which is the smallest.
    """
    if ASKED_FOR:
        phases = [each for each in Phase if each is not Phase.shrink or ASKED_FOR >= FEW]
        settings.register_profile(
            "asked for", max_examples=ASKED_FOR, phases=phases, deadline=None, database=None
        )
        settings.load_profile("asked for")
